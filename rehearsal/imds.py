"""The instance metadata service: its access rules, and a server for one instance."""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import socketserver
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from .metadata import Facts, lookup

# cloud-init's user agents. It used the second for some requests until 23.1.
CLOUD_INIT = ("Cloud-Init/", "python-requests/")


class Tokens:
    """IMDSv2 session tokens of one instance."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._until = clock, dict[str, float]()

    def issue(self, seconds: int) -> str:
        token = secrets.token_urlsafe(42)
        self._until[token] = self._clock() + seconds
        return token

    def valid(self, token: str) -> bool:
        return self._until.get(token, 0) > self._clock()


def may_read(facts: Facts, tokens: Tokens, token: str | None, agent: str, namespace: bool) -> bool:
    """Whether to answer a GET with this token.

    In a namespace, cloud-init does not detect EC2 (it reads no DMI data in containers) and requests no token. So there,
    cloud-init alone needs none.
    """
    if token is not None:
        return tokens.valid(token)
    return not facts.tokens_required or (namespace and agent.startswith(CLOUD_INIT))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        server = cast(Server, self.server)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        wish = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
        if self.path != "/latest/api/token":
            return self._send(404)
        if not wish.isdigit() or not 1 <= int(wish) <= 21600:
            return self._send(400)
        self._send(200, server.tokens.issue(int(wish)).encode(), X_aws_ec2_metadata_token_ttl_seconds=wish)

    def do_GET(self) -> None:
        server = cast(Server, self.server)
        facts = server.facts()
        token = self.headers.get("X-aws-ec2-metadata-token")
        allowed = may_read(facts, server.tokens, token, self.headers.get("User-Agent", ""), server.namespace)
        found = lookup(facts, self.path.split("?")[0]) if allowed else None
        status = 401 if not allowed else 404 if found is None else 200
        server.requests.append((self.path, status))
        self._send(status, found or b"")

    def do_POST(self) -> None:
        """Passes on a call to AWS: inside an instance, every unit's AWS_ENDPOINT_URL leads here."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        api = http.client.HTTPConnection(urlsplit(cast(Server, self.server).endpoint).netloc, timeout=60)
        with contextlib.closing(api):
            api.request("POST", self.path, body, dict(self.headers))
            answer = api.getresponse()
            text = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def address_string(self) -> str:
        return "instance"

    def log_message(self, format: str, *args: Any) -> None:
        """Logs nothing: `Server.requests` has the requests."""


class Server(socketserver.ThreadingUnixStreamServer):
    """Serves one instance, on a Unix socket that only this user and the helper reach."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, path: Path, facts: Callable[[], Facts], namespace: bool, endpoint: str = "") -> None:
        self.endpoint = endpoint
        self.facts, self.tokens, self.namespace = facts, Tokens(), namespace
        self.requests: list[tuple[str, int]] = []
        path.unlink(missing_ok=True)
        # A socket's path has at most 107 bytes; a directory's may be longer.
        here = os.open(path.parent, os.O_PATH)
        try:
            super().__init__(f"/proc/self/fd/{here}/{path.name}", _Handler)
        finally:
            os.close(here)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()

    def get_request(self) -> tuple[Any, Any]:
        request, _ = super().get_request()
        return request, ("instance", 0)

    def close(self) -> None:
        self.shutdown()
        self.server_close()
