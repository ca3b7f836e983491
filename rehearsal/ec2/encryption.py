"""Decides which key encrypts a snapshot, as EBS does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moto.kms import urls
from moto.kms.models import KmsBackend, kms_backends

DEFAULT = "alias/aws/ebs"
# KMS actions of EC2 with a customer key on the caller's behalf. AWS lists them, but not which call needs which
# (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html).
LAUNCH = ("CreateGrant", "Decrypt", "GenerateDataKeyWithoutPlaintext")
COPY = ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo")


class Keys(KmsBackend):
    """KMS. Gap in moto: it shows AWS's own keys as customer keys."""

    # moto looks for this beside the class.
    _url_module = urls

    def _generate_default_keys(self, alias_name: str) -> str | None:
        made: str | None = super()._generate_default_keys(alias_name)
        if made:
            self.keys[made].key_manager = "AWS"
        return made


@dataclass(frozen=True)
class Encryption:
    """`key`: ARN. `own`: a customer key, not AWS's for EBS. `trouble`: why the key cannot encrypt."""

    key: str
    own: bool
    trouble: str | None = None

    def refused(self, may: Callable[..., bool], region: str, uses: tuple[str, ...]) -> str | None:
        """Why the caller's policies prevent EC2 from using a customer key on the caller's behalf."""
        lacking = [use for use in uses if self.own and not may(f"kms:{use}", region, via="ec2", KeyId=self.key)]
        return f"the key {self.key} may not be used: {', '.join(lacking)}" if lacking else None


def encryption(account: str, region: str, key_name: str | None) -> Encryption:
    """A key by ID, alias or ARN; by default the account's default key for EBS.

    EC2 checks the key only after it has accepted the copy
    (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html, KmsKeyId).
    """
    backend = kms_backends[account][region]
    name = key_name or DEFAULT
    if name.startswith("arn:") and name.split(":")[3] != region:
        return Encryption(name, True, f"the key {name} is not in {region}")
    try:
        alias = ":alias/" in name or name.startswith("alias/")
        found = backend.get_key_id_from_alias(backend.get_alias_name(name)) if alias else backend.get_key_id(name)
        key = backend.keys[found or ""]
    except KeyError:
        return Encryption(name, True, "Given key ID is not accessible")
    trouble = None if key.enabled and key.key_state == "Enabled" else f"the key {key.arn} is {key.key_state}"
    return Encryption(key.arn, key.key_manager == "CUSTOMER", trouble)
