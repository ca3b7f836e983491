"""The entry point of all calls: refuses calls, applies faults, and records everything."""

from __future__ import annotations

import io
import json
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from .burstable import throttled_cpu
from .calls import Call, call
from .faults import ACTS, Fault, Faults, HungUp, empty, hang_up
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
        try:
            return self._answer(environ, body, request, start)
        except HungUp:
            raise
        except Exception as error:
            traceback.print_exc()
            return self._fail(request, f"{type(error).__name__}: {error}", start)

    def _answer(self, environ: dict[str, Any], body: bytes, request: Request, start: Start) -> Iterable[bytes]:
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
        """Passes the call to moto."""
        head: list[Any] = []

        def hold(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            head[:] = [status, headers]

        # moto would read the region from a user agent that contains one.
        environ = {**environ, "wsgi.input": io.BytesIO(body), "HTTP_USER_AGENT": "rehearsal"}
        with self._lock:
            if not reads(request.action):
                self.lag.before(request.region)
            answer = b"".join(self._aws(environ, hold))
            status = int(head[0].split()[0])
            if status < 400 and not reads(request.action):
                self.lag.wrote(request.region, body, answer)
        if status >= 500 or (status >= 400 and error_code(answer) is None):
            return self._fail(request, answer[:300].decode(errors="replace"), start)
        if status == 200 and self._models and (trouble := reasons(self._models.trouble(request, answer))):
            return self._fail(request, trouble, start)
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

    def _fail(self, request: Request, trouble: str, start: Start) -> Iterable[bytes]:
        """Records a failure of the rehearsal itself, and answers with an error that no SDK retries."""
        self._log(f"BUG: {request.service}:{request.action} in {request.region} failed in the rehearsal: {trouble}")
        refusal = Refusal(400, "RehearsalBug", f"the rehearsal cannot do {request.action}: {trouble}")
        self._record(request, refusal.status, refusal.code, bug=True)
        return respond(start, refusal.status, *render(request.service, refusal))

    def _record(self, request: Request, status: int, code: str | None, fault: bool = False, bug: bool = False) -> None:
        self.calls.append(call(request, status, code, fault, bug))
