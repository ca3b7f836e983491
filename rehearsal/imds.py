"""The instance metadata service: a tree of texts, and the server that shows it to one instance.

Layout: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html
"""

from __future__ import annotations

import json
import os
import secrets
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, cast

# A directory is a mapping; a text that stands for a directory's line is `name=text` (only public-keys has such).
Tree = Mapping[str, "Tree | str"]


@dataclass(frozen=True)
class Facts:
    """What an instance is told about itself."""

    instance_id: str
    ami_id: str
    instance_type: str
    architecture: str
    account: str
    region: str
    zone: str
    zone_id: str
    hostname: str
    # The address that the instance's own interface has, not the one that EC2's API tells.
    address: str
    public_address: str
    mac: str
    interface_id: str
    subnet_id: str
    subnet_cidr: str
    vpc_id: str
    vpc_cidr: str
    reservation_id: str
    security_groups: tuple[tuple[str, str], ...]
    launch_index: int
    launched: str
    key_name: str = ""
    public_key: str = ""
    user_data: bytes = b""
    tokens_required: bool = False
    # Instance tags, when the instance allows them in its metadata.
    tags: Mapping[str, str] = field(default_factory=dict)


def metadata(facts: Facts) -> Tree:
    """`meta-data/` as nested directories."""
    groups = "\n".join(name for name, _ in facts.security_groups)
    interface: dict[str, Tree | str] = {
        "device-number": "0",
        "interface-id": facts.interface_id,
        "local-hostname": facts.hostname,
        "local-ipv4s": facts.address,
        "mac": facts.mac,
        "owner-id": facts.account,
        "security-group-ids": "\n".join(group for _, group in facts.security_groups),
        "security-groups": groups,
        "subnet-id": facts.subnet_id,
        "subnet-ipv4-cidr-block": facts.subnet_cidr,
        "vpc-id": facts.vpc_id,
        "vpc-ipv4-cidr-block": facts.vpc_cidr,
        "vpc-ipv4-cidr-blocks": facts.vpc_cidr,
    }
    tree: dict[str, Tree | str] = {
        "ami-id": facts.ami_id,
        "ami-launch-index": str(facts.launch_index),
        "ami-manifest-path": "(unknown)",
        "block-device-mapping": {"ami": "xvda", "root": "/dev/xvda"},
        "hostname": facts.hostname,
        "instance-action": "none",
        "instance-id": facts.instance_id,
        "instance-life-cycle": "on-demand",
        "instance-type": facts.instance_type,
        "local-hostname": facts.hostname,
        "local-ipv4": facts.address,
        "mac": facts.mac,
        "network": {"interfaces": {"macs": {facts.mac: interface}}},
        "placement": {"availability-zone": facts.zone, "availability-zone-id": facts.zone_id, "region": facts.region},
        "profile": "default-hvm",
        "reservation-id": facts.reservation_id,
        "security-groups": groups,
        "services": {"domain": "amazonaws.com", "partition": "aws"},
    }
    if facts.public_address:
        tree["public-ipv4"] = interface["public-ipv4s"] = facts.public_address
    if facts.public_key:
        tree["public-keys"] = {"0": {"openssh-key": facts.public_key.strip()}}
    if facts.tags:
        tree["tags"] = {"instance": dict(facts.tags)}
    return tree


def document(facts: Facts) -> str:
    """The instance identity document."""
    return json.dumps(
        {
            "accountId": facts.account,
            "architecture": facts.architecture,
            "availabilityZone": facts.zone,
            "imageId": facts.ami_id,
            "instanceId": facts.instance_id,
            "instanceType": facts.instance_type,
            "pendingTime": facts.launched,
            "privateIp": facts.address,
            "region": facts.region,
            "version": "2017-09-30",
        },
        indent=2,
    )


def lookup(facts: Facts, path: str) -> bytes | None:
    """The answer to a GET; None is a 404. `path` begins with an API version, of which all are the same here."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return b"latest"
    root: dict[str, Tree | str] = {
        "dynamic": {"instance-identity": {"document": document(facts)}},
        "meta-data": metadata(facts),
    }
    if parts[1:] == ["user-data"]:
        return facts.user_data or None
    node: Tree | str = root
    for part in parts[1:]:
        if isinstance(node, str) or part not in node:
            return None
        node = node[part]
    if isinstance(node, str):
        return node.encode()
    if parts[1:] == ["meta-data", "public-keys"]:
        return f"0={facts.key_name}".encode()
    names = [name if isinstance(child, str) else f"{name}/" for name, child in sorted(node.items())]
    if len(parts) == 1 and facts.user_data:
        names.append("user-data")
    return "\n".join(names).encode()


# How cloud-init calls itself; the second until 23.1, in part.
CLOUD_INIT = ("Cloud-Init/", "python-requests/")


class Tokens:
    """IMDSv2's session tokens of one instance."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._until = clock, dict[str, float]()

    def issue(self, seconds: int) -> str:
        token = secrets.token_urlsafe(42)
        self._until[token] = self._clock() + seconds
        return token

    def valid(self, token: str) -> bool:
        return self._until.get(token, 0) > self._clock()


def may_read(facts: Facts, tokens: Tokens, token: str | None, agent: str, namespace: bool) -> bool:
    """Whether a GET with this token is answered.

    In a namespace cloud-init cannot see that it is on EC2 (it reads no DMI data in containers) and so asks for no
    token: there, and for it alone, none is needed.
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
        server.asked.append((self.path, status))
        self._send(status, found or b"")

    def address_string(self) -> str:
        return "instance"

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: what was asked is kept in `Server.asked`."""


class Server(socketserver.ThreadingUnixStreamServer):
    """Serves one instance, over a Unix socket that only this user and the helper reach."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, path: Path, facts: Callable[[], Facts], namespace: bool) -> None:
        self.facts, self.tokens, self.namespace = facts, Tokens(), namespace
        self.asked: list[tuple[str, int]] = []
        path.unlink(missing_ok=True)
        # The path of a socket is at most 107 bytes long; a directory's may be longer.
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
