"""Facts about a resource for policy checks, from the rehearsed account's state."""

from __future__ import annotations

from typing import Any

from . import regions
from .authorization import Resource
from .ec2.encryption import encryption


def resource(backend: Any, kind: str, name: str) -> Resource:
    """Finds a resource by ID, name or ARN in one region. The caller holds the lock of `Compute`."""
    match kind:
        case "key-pair":
            pairs = backend.key_pairs.values()
            pair = next((one for one in pairs if name in (one.id, one.key_name)), None)
            return Resource(pair.key_name, backend.tags.get(pair.id, {}), {}) if pair else Resource(name)
        case "key":
            return Resource(encryption(backend.account_id, backend.region_name, name).key.rpartition("/")[2])
        case "instance-profile":
            return Resource(_role(backend, name.rpartition("/")[2]))
        case "parameter":
            return Resource(name)
        case "root-volume":
            return Resource(name, {}, _root_volume(backend, name))
    facts = {"instance": _instance, "image": _image, "snapshot": _snapshot, "volume": _volume}.get(kind)
    return Resource(name, dict(backend.tags.get(name, {})), facts(backend, name) if facts else {})


def _role(backend: Any, profile: str) -> str:
    """The ARN of the role in an instance profile."""
    from moto.iam.models import iam_backends

    partition = regions.partition(backend.region_name)
    for one in iam_backends[backend.account_id][partition].instance_profiles.values():
        if one.name == profile and one.roles:
            return str(one.roles[0].arn)
    return f"arn:{partition}:iam::{backend.account_id}:role/{profile}"


def _instance(backend: Any, name: str) -> dict[str, str]:
    every = (one for reservation in backend.reservations.values() for one in reservation.instances)
    found = next((one for one in every if one.id == name), None)
    if found is None:
        return {}
    return {
        "ec2:InstanceType": found.instance_type,
        "ec2:MetadataHttpTokens": found.metadata_options.http_tokens,
        "ec2:RootDeviceType": "ebs",
        "ec2:Tenancy": "default",
    }


def _image(backend: Any, name: str) -> dict[str, str]:
    found = backend.amis.get(name)
    if found is None:
        return {}
    return {"ec2:Owner": found.owner_id, "ec2:Public": _word(found.is_public), "ec2:RootDeviceType": "ebs"}


def _snapshot(backend: Any, name: str) -> dict[str, str]:
    found = backend.snapshots.get(name)
    return {"ec2:Owner": found.owner_id, "ec2:Encrypted": _word(found.encrypted)} if found else {}


def _volume(backend: Any, name: str) -> dict[str, str]:
    found = backend.volumes.get(name)
    return {"ec2:Encrypted": _word(found.encrypted), "ec2:VolumeSize": str(found.size)} if found else {}


def _root_volume(backend: Any, ami: str) -> dict[str, str]:
    """Facts of an AMI's instance, unless its launch overrides them."""
    found = backend.amis.get(ami)
    if found is None:
        return {"ec2:Encrypted": _word(backend.ebs_encryption_by_default)}
    encrypted = found.ebs_snapshot.encrypted or backend.ebs_encryption_by_default
    return {"ec2:Encrypted": _word(encrypted), "ec2:VolumeSize": str(found.size), "ec2:VolumeType": "gp3"}


def _word(value: Any) -> str:
    return "true" if value else "false"
