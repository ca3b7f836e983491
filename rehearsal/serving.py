"""Shared by the local EC2 and the relay: their own keys, a server on loopback, and its ready file."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .faults import HungUp
from .request import Credentials

Start = Callable[..., Any]


def new_credentials() -> Credentials:
    return Credentials("ASIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30), secrets.token_urlsafe(60))


def environment(endpoint: str, credentials: Credentials) -> dict[str, str]:
    """Environment that makes clients use this endpoint instead of AWS."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": credentials.key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret,
        "AWS_SESSION_TOKEN": credentials.token,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def quiet_server(application: Callable[..., Any]) -> Any:
    """A server on a free port of loopback. Loads werkzeug here, since that takes a while."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        """Uses HTTP/1.1, although werkzeug closes each connection. Logs nothing: the application records all calls."""

        protocol_version = "HTTP/1.1"
        # Sends head and body at once. Between them, the AWS SDK for Go can close its connection and repeat the call
        # (aws-sdk-go-v2, issue 2737).
        wbufsize = 1 << 16

        def finish(self) -> None:
            # A client that resets the connection leaves an answer in the buffer.
            with contextlib.suppress(OSError):
                super().finish()

        def handle(self) -> None:
            # After a fault, the connection is no longer a socket.
            with contextlib.suppress(OSError):
                super().handle()

        def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
            # SDKs repeat such a call, which may have acted.
            if not isinstance(error, HungUp):
                print(f"{error!r}: a client did not get its answer", file=sys.stderr, flush=True)

        def log(self, type: str, message: str, *args: Any) -> None:
            pass

    return make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)


def respond(start: Start, status: int, content_type: str, body: bytes, reason: str = "Rehearsed") -> list[bytes]:
    start(f"{status} {reason}", [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def write_ready_file(path: Path, content: dict[str, Any]) -> None:
    """Writes a file that only its owner can read. It appears when it is complete."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
    partial.rename(path)


def wait_for_end(then: Callable[[], None]) -> None:
    """Calls `then` when standard input closes."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    then()
