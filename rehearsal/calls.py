"""The record of all calls."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .request import Request

MAKES = frozenset({"CopyImage", "CreateImage", "CreateKeyPair", "CreateSecurityGroup", "RegisterImage", "RunInstances"})


@dataclass(frozen=True)
class Call:
    """One line of the record. `bug`: the rehearsal itself failed, which AWS never does.

    `wrong`: why AWS would reject the call, or why no client should make it. A test that records one fails.
    """

    time: float
    service: str
    action: str
    region: str
    status: int
    code: str | None = None
    fault: bool = False
    bug: bool = False
    wrong: str | None = None
    # Types of resources that the call tags at creation.
    tagged: tuple[str, ...] = ()
    dry: bool = False
    # Parameters of Packer's creating calls, to compare dry-run calls with; empty for other calls.
    given: Mapping[str, Any] = field(default_factory=dict)
    # How often the SDK has made this call.
    attempt: int = 1


def call(request: Request, status: int, code: str | None, fault: bool, bug: bool) -> Call:
    """The line of a call that was answered now. Status 0: it got no answer."""
    return Call(
        round(time.time(), 3),
        request.service,
        request.action,
        request.region,
        status,
        code,
        fault,
        bug,
        request.wrong,
        request.tagged,
        bool(request.parameters.get("DryRun")),
        request.parameters if request.service == "ec2" and request.action in MAKES else {},
        request.attempt,
    )
