"""The resources of a call: those that it names or creates, their tags and their condition keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

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
# Calls that pass tags without a resource type.
TAGGING = frozenset({"CreateTags", "DeleteTags", "PutParameter", "AddTagsToResource"})

Tags = dict[str, str]
Types = dict[str, tuple[bool, frozenset[str]]]


def profile_of(request: Request) -> str:
    """The instance profile of a launch. packer-plugin-amazon passes an empty name for none."""
    given = request.parameters.get("IamInstanceProfile", {})
    return str(given.get("Name") or given.get("Arn") or "")


def requested_tags(request: Request) -> dict[str, Tags]:
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


def about(request: Request, account: str, types: Types, state: State) -> Iterator[tuple[str, Resource]]:
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
    if profile := profile_of(request):
        facts.update(state(request.region, "instance-profile", profile).facts)
    return [{**facts, **{names[name]: str(value) for name, value in metadata.items() if name in names}}]


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
