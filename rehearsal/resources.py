"""Facts about a resource for policy checks, from the rehearsed account's state."""

from __future__ import annotations

from typing import Any

from . import regions
from .ec2.encryption import encryption
from .subjects import Resource


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
            return _profile(backend, name.rpartition("/")[2])
        case "parameter":
            return Resource(name)
        case "root-volume":
            return Resource(name, {}, _root_volume(backend, name))
        case "place":
            return Resource(name, {}, _place(backend, name))
    facts = FACTS.get(kind)
    return Resource(name, dict(backend.tags.get(name, {})), facts(backend, name) if facts else {})


def _profile(backend: Any, profile: str) -> Resource:
    """The role in an instance profile, by its ARN. Its fact is the profile."""
    from moto.iam.models import iam_backends

    partition = regions.partition(backend.region_name)
    for one in iam_backends[backend.account_id][partition].instance_profiles.values():
        if one.name == profile and one.roles:
            return Resource(str(one.roles[0].arn), {}, {"ec2:InstanceProfile": str(one.arn)})
    start = f"arn:{partition}:iam::{backend.account_id}"
    return Resource(f"{start}:role/{profile}", {}, {"ec2:InstanceProfile": f"{start}:instance-profile/{profile}"})


def _arn(backend: Any, kind: str, name: str) -> str:
    region = backend.region_name
    return f"arn:{regions.partition(region)}:ec2:{region}:{backend.account_id}:{kind}/{name}"


def _place(backend: Any, name: str) -> dict[str, str]:
    """Subnet and VPC of an interface in this subnet. Without one, EC2 chooses the zone's default subnet."""
    subnets = {one.id: one for zone in backend.subnets.values() for one in zone.values()}
    found = subnets.get(name) or backend.get_default_subnets().get(name or f"{backend.region_name}a")
    if found is None:
        return {}
    return {"ec2:Subnet": _arn(backend, "subnet", found.id), "ec2:Vpc": _arn(backend, "vpc", found.vpc_id)}


def _interface(backend: Any, name: str) -> dict[str, str]:
    found = backend.enis.get(name)
    return _place(backend, found.subnet.id) if found else {}


def _group(backend: Any, name: str) -> dict[str, str]:
    found = backend.get_security_group_from_id(name)
    return {"ec2:Vpc": _arn(backend, "vpc", found.vpc_id)} if found else {}


def _instance(backend: Any, name: str) -> dict[str, str]:
    every = (one for reservation in backend.reservations.values() for one in reservation.instances)
    found = next((one for one in every if one.id == name), None)
    if found is None:
        return {}
    metadata = found.metadata_options
    facts = {
        "ec2:InstanceType": found.instance_type,
        "ec2:MetadataHttpEndpoint": metadata.http_endpoint,
        "ec2:MetadataHttpPutResponseHopLimit": str(metadata.http_put_response_hop_limit),
        "ec2:MetadataHttpTokens": metadata.http_tokens,
        "ec2:RootDeviceType": "ebs",
        "ec2:Tenancy": "default",
    }
    profile = backend.iam_instance_profile_associations.get(name)
    return {**facts, "ec2:InstanceProfile": profile.iam_instance_profile.arn} if profile else facts


def _image(backend: Any, name: str) -> dict[str, str]:
    found = backend.amis.get(name)
    if found is None:
        return {}
    return {"ec2:Owner": found.owner_id, "ec2:Public": _word(found.is_public), "ec2:RootDeviceType": "ebs"}


def _snapshot(backend: Any, name: str) -> dict[str, str]:
    found = backend.snapshots.get(name)
    if found is None:
        return {}
    size = str(found.volume.size)
    return {"ec2:Owner": found.owner_id, "ec2:Encrypted": _word(found.encrypted), "ec2:VolumeSize": size}


def _volume(backend: Any, name: str) -> dict[str, str]:
    found = backend.volumes.get(name)
    if found is None:
        return {}
    size, kind = str(found.size), found.volume_type
    return {"ec2:Encrypted": _word(found.encrypted), "ec2:VolumeSize": size, "ec2:VolumeType": kind}


def _root_volume(backend: Any, ami: str) -> dict[str, str]:
    """Facts of an AMI's instance, unless its launch overrides them."""
    found = backend.amis.get(ami)
    if found is None:
        return {"ec2:Encrypted": _word(backend.ebs_encryption_by_default)}
    encrypted = found.ebs_snapshot.encrypted or backend.ebs_encryption_by_default
    return {"ec2:Encrypted": _word(encrypted), "ec2:VolumeSize": str(found.size), "ec2:VolumeType": "gp3"}


def _word(value: Any) -> str:
    return "true" if value else "false"


FACTS = {
    "image": _image,
    "instance": _instance,
    "network-interface": _interface,
    "security-group": _group,
    "snapshot": _snapshot,
    "subnet": _place,
    "volume": _volume,
}
