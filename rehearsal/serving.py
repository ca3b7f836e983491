"""What the local EC2 and the relay share: own keys, a server on loopback, and the file that says where it is."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .request import Credentials

Start = Callable[..., Any]


def new_credentials() -> Credentials:
    return Credentials("ASIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30), secrets.token_urlsafe(60))


def environment(endpoint: str, credentials: Credentials) -> dict[str, str]:
    """Whoever has it asks this endpoint in place of AWS."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": credentials.key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret,
        "AWS_SESSION_TOKEN": credentials.token,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def quiet_server(application: Callable[..., Any]) -> Any:
    """A server on a free port of loopback. werkzeug is loaded here, since that takes a while."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        """Speaks HTTP/1.1, though werkzeug ends each connection; logs nothing: the application records it all."""

        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            # A connection that a fault ended is no socket any more.
            with contextlib.suppress(OSError):
                super().handle()

        def log(self, type: str, message: str, *args: Any) -> None:
            pass

    return make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)


def respond(start: Start, status: int, content_type: str, body: bytes, reason: str = "Rehearsed") -> list[bytes]:
    start(f"{status} {reason}", [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def write_ready_file(path: Path, told: dict[str, Any]) -> None:
    """Readable by its owner only, and complete from the moment it is there."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(told, file, indent=1)
    partial.rename(path)


def wait_for_end(then: Callable[[], None]) -> None:
    """Calls `then` when standard input closes."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    then()
