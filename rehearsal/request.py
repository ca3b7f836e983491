"""Reads a call to AWS before anything acts on it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

TAGGED = re.compile(r"TagSpecification\.\d+\.ResourceType")


@dataclass(frozen=True)
class Credentials:
    """The keys of the rehearsed account."""

    key: str
    secret: str
    token: str


@dataclass(frozen=True)
class Request:
    """One call. `parameters` have the names of the service's model; `wrong`: see the gateway's `Call`."""

    service: str
    region: str
    action: str
    key: str
    token: str
    parameters: dict[str, Any] = field(default_factory=dict)
    wrong: str | None = None
    # The AWS service that calls on the account's behalf; empty: the account itself.
    via: str = ""
    # Types of resources that the call tags at creation.
    tagged: tuple[str, ...] = ()
    # How often the SDK has made this call.
    attempt: int = 1


def read(headers: dict[str, str], body: bytes, query: str) -> Request:
    """Reads service, region and key from the signature's scope, and the action from the form or target header."""
    scope = re.search(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request", headers.get("AUTHORIZATION", ""))
    target, tagged = headers.get("X_AMZ_TARGET", ""), set[str]()
    if target:
        action = target.rsplit(".", 1)[-1]
    else:
        form = parse_qs(body.decode(errors="replace")) or parse_qs(query)
        action = form.get("Action", [""])[0]
        tagged = {values[0] for name, values in form.items() if TAGGED.fullmatch(name)}
    key, region, service = scope.groups() if scope else ("", "", "")
    attempt = re.match(r"attempt=(\d+)", headers.get("AMZ_SDK_REQUEST", ""))
    return Request(
        service,
        region,
        action,
        key,
        headers.get("X_AMZ_SECURITY_TOKEN", ""),
        tagged=tuple(sorted(tagged)),
        attempt=int(attempt[1]) if attempt else 1,
    )


def changing(request: Request, body: bytes) -> list[str]:
    """The IDs of the instances or AMIs whose state a call reads."""
    prefixes = {
        "DescribeInstances": "InstanceId.",
        "DescribeInstanceStatus": "InstanceId.",
        "DescribeImages": "ImageId.",
    }
    prefix = prefixes.get(request.action) if request.service == "ec2" else None
    if not prefix:
        return []
    form = parse_qs(body.decode(errors="replace"))
    return [value for name, values in form.items() if name.startswith(prefix) for value in values]
