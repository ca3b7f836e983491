"""Configured faults: which calls fail, when, how often and how."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any

from .lag import KINDS as SETS

# Effects on a call. `-after`: the call acts before its answer is lost.
KINDS = frozenset({"error", "timeout", "timeout-after", "reset-before", "reset-after", "empty", "slow"})
ACTS = frozenset({"timeout-after", "reset-after", "slow"})


@dataclass
class Fault:
    """`nth`: the first matching call to fail, counted from now. `times`: how many from there; None: all."""

    action: str
    kind: str = "error"
    service: str | None = None
    region: str | None = None
    nth: int = 1
    times: int | None = 1
    # For the kind `error`.
    code: str = "InternalError"
    status: int = 500
    message: str = "injected by the rehearsal"
    # Delay of the answer, or the time without one.
    seconds: float = 60
    # Number of matching calls so far.
    seen: int = 0

    def due(self, service: str, region: str, action: str) -> bool:
        """Counts a call; whether the fault applies to it."""
        if self.action != action or self.service not in (None, service) or self.region not in (None, region):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times is None or self.seen < self.nth + self.times)


def fault(wish: dict[str, Any]) -> Fault:
    """Raises TypeError or ValueError for an invalid fault."""
    if "seen" in wish:
        raise TypeError("seen cannot be set")
    made = Fault(**wish)
    if made.kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}: {asdict(made)}")
    if not isinstance(made.status, int) or not 400 <= made.status <= 599:
        raise ValueError(f"status must be 400 to 599: {asdict(made)}")
    numbers = (made.nth, made.seconds, 1 if made.times is None else made.times)
    if any(isinstance(one, str) or one < 0 for one in numbers) or made.nth < 1:
        raise ValueError(f"nth, times and seconds must be numbers: {asdict(made)}")
    return made


class Faults:
    """The current faults."""

    def __init__(self) -> None:
        self.all: list[Fault] = []
        self._lock = threading.Lock()

    def replace(self, wishes: list[dict[str, Any]]) -> None:
        made = [fault(wish) for wish in wishes]
        with self._lock:
            self.all = made

    def due(self, service: str, region: str, action: str) -> Fault | None:
        """The first fault that applies to this call. All faults count the call."""
        with self._lock:
            hits = [one for one in self.all if one.due(service, region, action)]
        return hits[0] if hits else None


def empty(service: str, action: str, json: bool) -> tuple[str, bytes]:
    """An empty answer with status 200: content type and body."""
    if json:
        return "application/x-amz-json-1.1", b"{}"
    inside = f"<{SETS[action].set}/>" if action in SETS else ""
    space = ' xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"' if service == "ec2" else ""
    return (
        "text/xml;charset=UTF-8",
        f"<{action}Response{space}><requestId>empty</requestId>{inside}</{action}Response>".encode(),
    )


class HungUp(ConnectionResetError):
    """A connection that an injected fault has reset."""


def hang_up(environ: dict[str, Any]) -> None:
    """Resets the connection (RST), as a broken network does, and ends the request. Never returns."""
    import os
    import socket
    import struct

    connection = environ.get("werkzeug.socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The server still holds the socket in several places, so its descriptor is replaced.
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, connection.fileno())
        os.close(nothing)
    raise HungUp("injected by the rehearsal")
