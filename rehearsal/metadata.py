"""The content of the instance metadata service: a tree of texts. Pure.

Layout: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import regions

# A directory is a mapping. A name may be listed as `name=text` (only in public-keys).
Tree = Mapping[str, "Tree | str"]


@dataclass(frozen=True)
class Facts:
    """Facts that the service shows to an instance."""

    instance_id: str
    ami_id: str
    instance_type: str
    architecture: str
    account: str
    region: str
    zone: str
    zone_id: str
    hostname: str
    # The address of the instance's own interface, which differs from the one in EC2's API.
    address: str
    public_address: str
    mac: str
    interface_id: str
    subnet_id: str
    subnet_cidr: str
    vpc_id: str
    vpc_cidr: str
    reservation_id: str
    security_groups: tuple[tuple[str, str], ...]
    launch_index: int
    launched: str
    key_name: str = ""
    public_key: str = ""
    user_data: bytes = b""
    # The role of the instance profile, and its credentials as JSON.
    role: str = ""
    credentials: str = ""
    tokens_required: bool = False
    # Instance tags, if the instance allows them in its metadata.
    tags: Mapping[str, str] = field(default_factory=dict)


def metadata(facts: Facts) -> Tree:
    """`meta-data/` as nested directories."""
    groups = "\n".join(name for name, _ in facts.security_groups)
    interface: dict[str, Tree | str] = {
        "device-number": "0",
        "interface-id": facts.interface_id,
        "local-hostname": facts.hostname,
        "local-ipv4s": facts.address,
        "mac": facts.mac,
        "owner-id": facts.account,
        "security-group-ids": "\n".join(group for _, group in facts.security_groups),
        "security-groups": groups,
        "subnet-id": facts.subnet_id,
        "subnet-ipv4-cidr-block": facts.subnet_cidr,
        "vpc-id": facts.vpc_id,
        "vpc-ipv4-cidr-block": facts.vpc_cidr,
        "vpc-ipv4-cidr-blocks": facts.vpc_cidr,
    }
    tree: dict[str, Tree | str] = {
        "ami-id": facts.ami_id,
        "ami-launch-index": str(facts.launch_index),
        "ami-manifest-path": "(unknown)",
        "block-device-mapping": {"ami": "xvda", "root": "/dev/xvda"},
        "hostname": facts.hostname,
        "instance-action": "none",
        "instance-id": facts.instance_id,
        "instance-life-cycle": "on-demand",
        "instance-type": facts.instance_type,
        "local-hostname": facts.hostname,
        "local-ipv4": facts.address,
        "mac": facts.mac,
        "network": {"interfaces": {"macs": {facts.mac: interface}}},
        "placement": {"availability-zone": facts.zone, "availability-zone-id": facts.zone_id, "region": facts.region},
        "profile": "default-hvm",
        "reservation-id": facts.reservation_id,
        "security-groups": groups,
        "services": {"domain": regions.domain(facts.region), "partition": regions.partition(facts.region)},
    }
    if facts.public_address:
        tree["public-ipv4"] = interface["public-ipv4s"] = facts.public_address
    if facts.public_key:
        tree["public-keys"] = {"0": {"openssh-key": facts.public_key.strip()}}
    if facts.role:
        tree["iam"] = {"security-credentials": {facts.role: facts.credentials}}
    if facts.tags:
        tree["tags"] = {"instance": dict(facts.tags)}
    return tree


def document(facts: Facts) -> str:
    """The instance identity document."""
    return json.dumps(
        {
            "accountId": facts.account,
            "architecture": facts.architecture,
            "availabilityZone": facts.zone,
            "imageId": facts.ami_id,
            "instanceId": facts.instance_id,
            "instanceType": facts.instance_type,
            "pendingTime": facts.launched,
            "privateIp": facts.address,
            "region": facts.region,
            "version": "2017-09-30",
        },
        indent=2,
    )


def lookup(facts: Facts, path: str) -> bytes | None:
    """The answer to a GET; None is a 404. `path` begins with an API version; all versions are the same here."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return b"latest"
    root: dict[str, Tree | str] = {
        "dynamic": {"instance-identity": {"document": document(facts)}},
        "meta-data": metadata(facts),
    }
    if parts[1:] == ["user-data"]:
        return facts.user_data or None
    node: Tree | str = root
    for part in parts[1:]:
        if isinstance(node, str) or part not in node:
            return None
        node = node[part]
    if isinstance(node, str):
        return node.encode()
    if parts[1:] == ["meta-data", "public-keys"]:
        return f"0={facts.key_name}".encode()
    names = [name if isinstance(child, str) else f"{name}/" for name, child in sorted(node.items())]
    if len(parts) == 1 and facts.user_data:
        names.append("user-data")
    return "\n".join(names).encode()
