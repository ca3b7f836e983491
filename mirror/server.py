"""Serves a mirror's directory on loopback: plain GETs, ranges, and the extras of registries and package indexes."""

import json
import re
import shutil
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from mirror.layout.oci import INDEX, digest
from mirror.layout.pypi import JSON_NAME

ADDRESS = "127.0.0.1"
SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".txt": "text/plain; charset=utf-8"}
REGISTRY = re.compile(r"/([^/]+)/v2/(?:(?P<name>.+)/(?P<kind>manifests|blobs)/(?P<reference>[^/]+))?$")


class MirrorServer(ThreadingHTTPServer):
    """One directory on 127.0.0.1; port 0 means a free one."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, root: Path, port: int = 0, handler: type["MirrorHandler"] | None = None) -> None:
        self.root = root.resolve()
        super().__init__((ADDRESS, port), handler or MirrorHandler)

    @property
    def url(self) -> str:
        """The base URL, for `mirror:`."""
        return f"http://{ADDRESS}:{self.server_address[1]}"


def resolve(root: Path, target: str) -> Path | None:
    """The path below `root` for a request's target, or None if it leads outside."""
    path = unquote(urlsplit(target).path)
    pieces = [piece for piece in path.split("/") if piece]
    if "\0" in path or any(piece in (".", "..") for piece in pieces):
        return None
    place = root.joinpath(*pieces)
    return place if place.resolve().is_relative_to(root) else None


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None means the whole file. Raises ValueError if the file is shorter."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", header or "")
    if not found or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        raise ValueError(header)
    return start, end


class MirrorHandler(BaseHTTPRequestHandler):
    """GET and HEAD of files; `index.html` for folders. Quiet."""

    protocol_version = "HTTP/1.1"
    server_version = "k8s-image-mirror"
    sys_version = ""
    timeout = 60
    server: MirrorServer

    def do_GET(self) -> None:
        """Answers with a file."""
        self.answer(body=True)

    def do_HEAD(self) -> None:
        """Answers with a file's headers."""
        self.answer(body=False)

    def answer(self, body: bool) -> None:
        """Finds the requested file and sends it."""
        place = resolve(self.server.root, self.path)
        path = urlsplit(self.path).path
        if re.fullmatch(r"/[^/]+/v2/?", path):
            self.send_bytes(b"{}", "application/json", body, {"Docker-Distribution-Api-Version": "registry/2.0"})
        elif place is None:
            self.refuse(HTTPStatus.BAD_REQUEST)
        elif place.is_dir() and not path.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", f"{path}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            file = self.folder_file(place) if place.is_dir() else place
            if file.is_file():
                self.send_file(file, unquote(path), body)
            else:
                self.refuse(HTTPStatus.NOT_FOUND)

    def folder_file(self, folder: Path) -> Path:
        """The page of a folder; JSON for clients of a package index that accept it."""
        wants_json = SIMPLE_JSON in self.headers.get("Accept", "")
        return folder / (JSON_NAME if wants_json and (folder / JSON_NAME).is_file() else "index.html")

    def send_file(self, file: Path, path: str, body: bool) -> None:
        """Sends a file or the requested range."""
        size = file.stat().st_size
        headers = self.registry_headers(file, path) | {"Accept-Ranges": "bytes"}
        try:
            span = parse_range(self.headers.get("Range"), size)
        except ValueError:
            self.refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{size}"})
            return
        start, end = span or (0, size - 1)
        self.send_response(HTTPStatus.PARTIAL_CONTENT if span else HTTPStatus.OK)
        if span:
            headers["Content-Range"] = f"bytes {start}-{end}/{size}"
        headers.setdefault("Content-Type", self.content_type(file))
        headers["Content-Length"] = str(end - start + 1)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            with file.open("rb") as handle:
                self.copy(handle, start, end - start + 1, file)

    def copy(self, handle: BinaryIO, start: int, length: int, file: Path) -> None:
        """Writes `length` bytes from `start` to the client. A disconnected client is not an error."""
        handle.seek(start)
        try:
            if start == 0 and length == file.stat().st_size:
                shutil.copyfileobj(handle, self.wfile, 1 << 20)
                return
            while length > 0 and (chunk := handle.read(min(length, 1 << 20))):
                self.wfile.write(chunk)
                length -= len(chunk)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def content_type(self, file: Path) -> str:
        """The type by the file's suffix; bytes by default."""
        return SIMPLE_JSON if file.name == JSON_NAME else TYPES.get(file.suffix, "application/octet-stream")

    def registry_headers(self, file: Path, path: str) -> dict[str, str]:
        """A registry's headers for a manifest or blob."""
        found = REGISTRY.match(path)
        if not found or not found["kind"]:
            return {}
        if found["kind"] == "blobs":
            return {"Docker-Content-Digest": found["reference"], "Content-Type": "application/octet-stream"}
        content = file.read_bytes()
        media = json.loads(content).get("mediaType", INDEX)
        return {"Docker-Content-Digest": digest(content), "Content-Type": media}

    def send_bytes(self, content: bytes, media: str, body: bool, extra: dict[str, str]) -> None:
        """Sends a small generated answer."""
        self.send_response(HTTPStatus.OK)
        for name, value in {"Content-Type": media, "Content-Length": str(len(content)), **extra}.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def refuse(self, status: HTTPStatus, extra: dict[str, str] | None = None) -> None:
        """Sends an error with a short text."""
        content = f"{status.value} {status.phrase}\n".encode()
        self.send_response(status)
        headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(content)), **(extra or {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""
