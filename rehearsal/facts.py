"""The metadata of an instance, from EC2's state."""

from __future__ import annotations

import base64
import json
from typing import Any

from .metadata import Facts
from .request import Credentials

# The address of an instance's own interface, the same with slirp4netns and with QEMU.
INSIDE = {"namespace": "10.0.2.100", "machine": "10.0.2.15"}


def facts(instance: Any, kind: str, credentials: Credentials) -> Facts:
    """Facts of one of moto's instances. The caller holds the lock of `Compute`."""
    backend = instance.ec2_backend
    nic = instance.nics[0]
    key = backend.key_pairs.get(instance.key_name)
    # As on EC2, the key ends with the key pair's name, by which it is found in authorized_keys.
    public_key = (
        " ".join([*key.public_key.split()[:2], instance.key_name])
        if key
        else getattr(instance, "launched_with_key", "")
    )
    instance.launched_with_key = public_key  # The key pair may be deleted while the instance runs.
    profile = backend.iam_instance_profile_associations.get(instance.id)
    roles = profile.iam_instance_profile.roles if profile else []
    tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
    return Facts(
        instance_id=instance.id,
        ami_id=instance.image_id,
        instance_type=instance.instance_type,
        architecture=instance.architecture,
        account=backend.account_id,
        region=backend.region_name,
        zone=instance.placement.zone,
        zone_id=nic.subnet._availability_zone.zone_id,
        hostname=instance.private_dns_name,
        address=INSIDE[kind],
        public_address=instance.public_ip or "",
        mac=nic.mac_address,
        interface_id=nic.id,
        subnet_id=nic.subnet.id,
        subnet_cidr=nic.subnet.cidr_block,
        vpc_id=nic.subnet.vpc_id,
        vpc_cidr=backend.get_vpc(nic.subnet.vpc_id).cidr_block,
        reservation_id=next(
            (one.id for one in backend.reservations.values() if instance in one.instances), "r-unknown"
        ),
        security_groups=tuple((group.name, group.id) for group in nic.group_set),
        launch_index=int(instance.ami_launch_index),
        launched=instance.launch_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        key_name=instance.key_name or "",
        public_key=public_key,
        user_data=user_data(instance.user_data),
        role=roles[0].name if roles else "",
        credentials=role_credentials(credentials) if roles else "",
        tokens_required=instance.metadata_options.http_tokens == "required",
        tags=tags if instance.metadata_options.instance_metadata_tags == "enabled" else {},
    )


def role_credentials(credentials: Credentials) -> str:
    """The role's credentials for the metadata service: the account's own, since roles have no policies here."""
    fixed = {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z"}
    keys = {"AccessKeyId": credentials.key, "SecretAccessKey": credentials.secret, "Token": credentials.token}
    return json.dumps({**fixed, **keys, "Expiration": "2099-01-01T00:00:00Z"})


def user_data(value: Any) -> bytes:
    """Decodes user data, which moto keeps in base64."""
    if not value:
        return b""
    try:
        return base64.b64decode(value if isinstance(value, (bytes, str)) else str(value))
    except ValueError:
        return str(value).encode()
