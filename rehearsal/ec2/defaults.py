"""Encryption by default: whether new volumes and snapshots are encrypted, and with which key.

https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from .encryption import DEFAULT, LAUNCH, Encryption, encryption


class DefaultEncryption:
    """The part of the backend for the default key. Gap in moto: the key is not used."""

    compute: Any
    account_id: str
    region_name: str
    ebs_encryption_by_default: bool
    snapshots: dict[str, Any]
    # An alias until a key is set, then an ARN.
    default_key = DEFAULT

    def encrypt_by_default(self, mappings: list[dict[str, Any]]) -> Encryption | None:
        """Turns encryption on for the volumes of a launch; returns the key of the first encrypted one, or None."""
        first = None
        for mapping in mappings:
            volume = mapping.get("Ebs")
            if volume is None:
                continue
            snapshot = self.snapshots.get(volume.get("SnapshotId") or "")
            kept = None
            if snapshot and snapshot.encrypted:
                # Nothing removes a snapshot's encryption. A volume of the account's own snapshot keeps the key, too.
                volume["Encrypted"] = True
                kept = snapshot.kms_key_id if snapshot.owner_id == self.account_id else None
            if self.ebs_encryption_by_default:
                volume["Encrypted"] = True
            if not volume.get("Encrypted"):
                continue
            by = encryption(self.account_id, self.region_name, volume.get("KmsKeyId") or kept or self.default_key)
            volume["KmsKeyId"] = by.key
            first = first or by
        return first

    def trouble_with(self, by: Encryption | None) -> str | None:
        """Why an instance with volumes under this key ends at once (https://github.com/runs-on/runs-on/issues/152)."""
        why = by and (by.trouble or by.refused(self.compute.may, self.region_name, LAUNCH))
        return f"Client error on launch: {why}" if why else None


class DefaultKey(EC2Response):
    """Each docstring names what moto's own method lacks."""

    def get_ebs_default_kms_key_id(self) -> ActionResult:
        """Missing."""
        return ActionResult({"KmsKeyId": self.ec2_backend.default_key})

    def modify_ebs_default_kms_key_id(self) -> ActionResult:
        """Describes do not show it."""
        result: Any = super().modify_ebs_default_kms_key_id().result
        self.ec2_backend.default_key = result["KmsKeyId"]
        return ActionResult(result)

    def reset_ebs_default_kms_key_id(self) -> ActionResult:
        """Missing. Afterwards, AWS's own key is shown by its ARN."""
        backend = self.ec2_backend
        backend.default_key = encryption(backend.account_id, backend.region_name, DEFAULT).key
        return ActionResult({"KmsKeyId": backend.default_key})
