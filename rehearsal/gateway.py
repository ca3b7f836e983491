"""The entry point of all calls: refuses calls, applies faults, and records everything."""

from __future__ import annotations

import io
import json
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .burstable import throttled_cpu
from .faults import ACTS, Fault, Faults, empty, hang_up
from .lag import Lag, reads
from .models import Models
from .policies import Policies
from .rates import Rates
from .refusals import JSON_SERVICES, Refusal, error_code, refuse, render, throttle
from .request import Credentials, Request, changing, read
from .serving import Start, respond
from .wire import reasons

# Longest delay of an answer about a changing resource.
HOLD_SECONDS = 2.5
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


class Gateway:
    """The WSGI application in front of moto and the rehearsal's own API."""

    def __init__(
        self,
        aws: Callable[[dict[str, Any], Start], Iterable[bytes]],
        control: Callable[[str, str, bytes], tuple[int, Any]],
        settled: Callable[[str, list[str]], bool],
        credentials: Credentials,
        enabled: frozenset[str],
        lock: Any,
        log: Callable[[str], None],
        ids: Callable[[str], set[str]] = lambda region: set(),
        models: Models | None = None,
        policies: Policies | None = None,
    ) -> None:
        self._aws, self._control, self._settled = aws, control, settled
        self._credentials, self._enabled = credentials, enabled
        self._lock, self._log, self._models = lock, log, models
        self.calls: deque[Call] = deque(maxlen=100_000)
        self.faults, self.rates, self.lag = Faults(), Rates(), Lag(ids)
        self.policies = policies or Policies()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path: str = environ.get("PATH_INFO", "/")
        if path.startswith("/rehearsal/"):
            status, answer = self._control(environ["REQUEST_METHOD"], path.removeprefix("/rehearsal/"), body)
            return respond(start, status, "application/json", json.dumps(answer, indent=1).encode() + b"\n")
        headers = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
        request = read(headers, body, environ.get("QUERY_STRING", ""))
        refusal = refuse(request, self._credentials, self._enabled)
        if refusal is None and not self.rates.take(request.service, request.region, request.action):
            refusal = throttle(request)
        if refusal is None and self._models:
            parameters, refusal = self._models.parse(request, body, environ.get("QUERY_STRING", ""))
            wrong = f"{refusal.code}: {refusal.message}" if refusal else throttled_cpu(request.action, parameters)
            request = replace(request, parameters=parameters, wrong=wrong)
        if refusal is None:
            refusal = self.policies.refuse(request)
        due = None if refusal else self.faults.due(request.service, request.region, request.action)
        if due:
            return self._go_wrong(due, environ, body, request, start)
        if refusal:
            self._record(request, refusal.status, refusal.code)
            return respond(start, refusal.status, *render(request.service, refusal))
        self._await(request, body)
        return self._pass_on(environ, body, request, start)

    def _go_wrong(
        self, fault: Fault, environ: dict[str, Any], body: bytes, request: Request, start: Start
    ) -> Iterable[bytes]:
        """Replaces or changes an answer as the fault requires."""
        if fault.kind == "error":
            refusal = Refusal(fault.status, fault.code, fault.message)
            self._record(request, refusal.status, refusal.code, fault=True)
            return respond(start, refusal.status, *render(request.service, refusal))
        if fault.kind == "empty":
            self._record(request, 200, None, fault=True)
            return respond(start, 200, *empty(request.service, request.action, request.service in JSON_SERVICES))
        if fault.kind == "slow":
            self._wait(fault.seconds)
            return self._pass_on(environ, body, request, start, fault=True)
        if fault.kind in ACTS:
            self._pass_on(environ, body, request, lambda *_: None)
        # Status 0: no answer.
        self._record(request, 0, fault.kind, fault=True)
        if fault.kind.startswith("timeout"):
            self._wait(fault.seconds)
        hang_up(environ)
        raise AssertionError

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.05)

    def _await(self, request: Request, body: bytes) -> None:
        """Delays the answer about named instances and AMIs for a moment while their state changes.

        Changes that take minutes on EC2 take a second here. The waiters of Packer and the SDKs poll every 15 s; the
        delay lets them see the change at the first poll.
        """
        names = changing(request, body)
        until = time.monotonic() + HOLD_SECONDS
        while names and time.monotonic() < until and not self._settled(request.region, names):
            time.sleep(0.05)

    def _pass_on(
        self, environ: dict[str, Any], body: bytes, request: Request, start: Start, fault: bool = False
    ) -> Iterable[bytes]:
        """Passes the call to moto. A failure there is a bug, answered with an error that no SDK retries."""
        head: list[Any] = []

        def hold(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            head[:] = [status, headers]

        # moto would read the region from a user agent that contains one.
        environ = {**environ, "wsgi.input": io.BytesIO(body), "HTTP_USER_AGENT": "rehearsal"}
        try:
            with self._lock:
                if not reads(request.action):
                    self.lag.before(request.region)
                answer = b"".join(self._aws(environ, hold))
                status = int(head[0].split()[0])
                if status < 400 and not reads(request.action):
                    self.lag.wrote(request.region, body, answer)
            bug = status >= 500 or (status >= 400 and error_code(answer) is None)
            trouble = answer[:300].decode(errors="replace") if bug else ""
            if status == 200 and self._models:
                trouble = reasons(self._models.trouble(request, answer))
                bug = trouble != ""
        except Exception as error:
            traceback.print_exc()
            status, bug, trouble = 500, True, f"{type(error).__name__}: {error}"
        if bug:
            self._log(f"BUG: {request.service}:{request.action} in {request.region} failed in the rehearsal: {trouble}")
            refusal = Refusal(400, "RehearsalBug", f"the rehearsal cannot do {request.action}: {trouble}")
            self._record(request, refusal.status, refusal.code, bug=True)
            return respond(start, refusal.status, *render(request.service, refusal))
        if status == 200 and request.service == "ec2":
            lagging = self.lag.answer(request.region, request.action, body, answer)
            if isinstance(lagging, str):
                self._record(request, 400, lagging, fault=fault)
                refusal = Refusal(400, lagging, "it does not exist (yet)")
                return respond(start, 400, *render(request.service, refusal))
            if lagging is not answer:
                answer = lagging
                head[1] = [(name, value) for name, value in head[1] if name.lower() != "content-length"]
                head[1].append(("Content-Length", str(len(answer))))
        self._record(request, status, error_code(answer) if status >= 400 else None, fault=fault)
        start(*head)
        return [answer]

    def _record(self, request: Request, status: int, code: str | None, fault: bool = False, bug: bool = False) -> None:
        fields = (
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
        )
        self.calls.append(Call(round(time.time(), 3), *fields))
