"""Permissions of AMIs and snapshots, and which changes EC2 refuses.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
"""

from __future__ import annotations

import re
from typing import Any

from . import errors

Permission = dict[str, str]

# Kinds of launch permissions: the member of LaunchPermission, the flat parameter, and valid values.
KINDS = {
    "UserId": ("UserIds", re.compile(r"\d{12}")),
    "Group": ("UserGroups", re.compile(r"all")),
    "OrganizationArn": (
        "OrganizationArns",
        re.compile(r"arn:aws[\w-]*:organizations::\d{12}:organization/o-[a-z0-9]{10,32}"),
    ),
    "OrganizationalUnitArn": (
        "OrganizationalUnitArns",
        re.compile(r"arn:aws[\w-]*:organizations::\d{12}:ou/o-[a-z0-9]{10,32}/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}"),
    ),
}


def changes(parameter: Any) -> tuple[list[Permission], list[Permission]]:
    """Permissions that ModifyImageAttribute adds and removes, in both of its forms. `parameter` reads the request."""
    nested = parameter("LaunchPermission") or {}
    add, remove = list(nested.get("Add", [])), list(nested.get("Remove", []))
    operation = parameter("OperationType")
    if operation:
        flat = [{kind: value} for kind, (name, _) in KINDS.items() for value in parameter(name) or []]
        (add if operation == "add" else remove).extend(flat)
    return add, remove


def share(image: Any, add: list[Permission], remove: list[Permission], public_blocked: bool) -> None:
    """Changes an AMI's launch permissions, all or none."""
    for permission in (*add, *remove):
        for kind, value in permission.items():
            if kind not in KINDS or not KINDS[kind][1].fullmatch(value):
                raise errors.invalid_permission(kind, value)
    if add and image.state == "disabled":
        raise errors.unavailable_to_share(image.id)
    snapshot = image.ebs_snapshot
    if add and snapshot.encrypted and not snapshot.own_key:
        raise errors.default_key_image()
    if {"Group": "all"} in add and snapshot.encrypted:
        raise errors.encrypted_public()
    if {"Group": "all"} in add and public_blocked:
        raise errors.public_blocked()
    kept = [permission for permission in image.launch_permissions if permission not in remove]
    image.launch_permissions = kept + [permission for permission in add if permission not in kept]


def check_snapshot(snapshot: Any, users: list[str], groups: list[str]) -> None:
    """Checks additions to a snapshot's createVolumePermission."""
    for user in users:
        if not KINDS["UserId"][1].fullmatch(user):
            raise errors.invalid_permission("UserId", user)
    if snapshot.encrypted and not snapshot.own_key and (users or groups):
        raise errors.default_key_snapshot()
    if snapshot.encrypted and groups:
        raise errors.encrypted_public()
