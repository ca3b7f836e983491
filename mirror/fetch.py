"""Downloads with limits. Files with a wrong sum are not kept."""

import errno
import hashlib
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from mirror.cache import locked
from mirror.errors import Absent, MirrorError
from mirror.progress import Say, ticking
from mirror.sign import verify
from mirror.sums import NAME, parse_sums, sha256

# Seconds without a byte; then seconds for a whole file.
SILENCE, WHOLE = 30.0, 1800.0
TRIES, PAUSE = 3, 2.0
SMALL = 64 << 20
Result = TypeVar("Result")


@dataclass(frozen=True)
class Upstream:
    """The source of downloads: the upstreams themselves, or a mirror at `base` with the signed sums `sums`."""

    base: str | None
    # Path below the base -> digest; None without a base.
    sums: Mapping[str, str] | None = None
    # Trusted fingerprints beside each upstream's own.
    extra_trust: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=lambda: {"User-Agent": "k8s-image-action-mirror"})

    def address(self, path: str) -> str:
        """The URL of `UPSTREAM/REST`; with a base, by the mirror rule."""
        return f"{self.base}/{path}" if self.base else f"https://{path}"

    def promised(self, path: str) -> str | None:
        """The digest in the base's signed sums; None without a base, where only TLS protects the file."""
        if self.sums is None:
            return None
        if path not in self.sums:
            raise Absent(f"{path} is not in the {NAME} of {self.base}; prepare that mirror again")
        return self.sums[path]


def get(upstream: Upstream, path: str, accept: str | None = None, limit: int = SMALL) -> bytes:
    """A small file (at most 64 MiB by default), verified by the base's sums if there is a base."""
    content = _tried(upstream, path, lambda response: _read(response, limit), accept)
    promised = upstream.promised(path) if path.rpartition("/")[2] not in (NAME, f"{NAME}.sig") else None
    if promised and hashlib.sha256(content).hexdigest() != promised:
        raise MirrorError(_wrong(upstream.address(path), promised, hashlib.sha256(content).hexdigest()))
    return content


def open_base(base: str, keys_trusted: tuple[str, ...]) -> Upstream:
    """A mirror as upstream: one of the trusted keys, which it offers below /keys, must have signed its sums."""
    if urlsplit(base).scheme not in ("http", "https") or not urlsplit(base).netloc:
        raise MirrorError(f"{base!r} is not an http or https address")
    if not keys_trusted:
        raise MirrorError("a mirror as upstream needs --trust FILE with the fingerprint of its key")
    plain = Upstream(base.rstrip("/"), None, keys_trusted)
    signed, signature = get(plain, NAME), get(plain, f"{NAME}.sig")
    problem = ""
    for fingerprint in keys_trusted:
        try:
            verify(signed, signature, get(plain, f"keys/{fingerprint}.asc"), [fingerprint])
            return Upstream(plain.base, parse_sums(signed.decode()), keys_trusted)
        except MirrorError as error:
            problem = str(error)
    raise MirrorError(f"{base}/{NAME} cannot be trusted: {problem}; check --trust or prepare that mirror again")


def download(upstream: Upstream, path: str, digest: str, store: Path, place: Path, say: Say) -> None:
    """Puts a file with `digest` at `place` (a hard link into `store`), and fetches it unless the store has it."""
    promised = upstream.promised(path)
    if promised and promised != digest:
        raise MirrorError(_wrong(upstream.address(path), promised, digest))
    blob = store / digest
    if not (blob.is_file() and sha256(blob) == digest):
        part = blob.with_name(f"{digest}.part")
        with locked(store.parent / "locks" / f"{store.name}.lock", say), ticking(f"fetching {path}", say):
            _fetch_part(upstream, path, digest, part)
            part.replace(blob)
    place.parent.mkdir(parents=True, exist_ok=True)
    # It may exist already: versions of Kubernetes share indexes and the pause image.
    place.unlink(missing_ok=True)
    try:
        place.hardlink_to(blob)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(blob, place)


def _fetch_part(upstream: Upstream, path: str, digest: str, part: Path) -> None:
    """Fills `part`, and resumes an interrupted run's file. A file with a wrong sum is not kept."""
    _tried(upstream, path, lambda response: _save(response, part), None, part)
    found = sha256(part)
    if found != digest:
        part.unlink()
        raise MirrorError(_wrong(upstream.address(path), digest, found))


def _tried(
    upstream: Upstream,
    path: str,
    use: Callable[[HTTPResponse], Result],
    accept: str | None,
    part: Path | None = None,
) -> Result:
    """`part`: a file that may already hold the beginning; this then requests only the rest."""
    url = upstream.address(path)
    problem = ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE * attempt)
        there = part.stat().st_size if part and part.exists() else 0
        extra = {"Range": f"bytes={there}-"} if there else {}
        headers = {**upstream.headers, **extra, **({"Accept": accept} if accept else {})}
        request = urllib.request.Request(url, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=SILENCE) as response:
                if url.startswith("https:") and not response.url.startswith("https:"):
                    raise MirrorError(f"{url} leads to {response.url}, which is not encrypted; do not use it")
                return use(response)
        except urllib.error.HTTPError as error:
            problem = f"{error.code} {error.reason}"
            if error.code == 416 and part:
                # The local file is longer than the remote one: start again.
                part.unlink(missing_ok=True)
                continue
            if error.code in (404, 410):
                raise Absent(f"{url} cannot be fetched: {problem}; check the network and start again") from None
            if error.code < 500 and error.code not in (408, 429):
                break
        except (OSError, HTTPException) as error:
            problem = str(getattr(error, "reason", error)) or type(error).__name__
    raise MirrorError(f"{url} cannot be fetched: {problem}; check the network and start again")


def _read(response: HTTPResponse, limit: int) -> bytes:
    content = response.read(limit + 1)
    if len(content) > limit:
        raise MirrorError(f"{response.url} is larger than {limit >> 20} MiB")
    _demand_whole(response, len(content))
    return content


def _save(response: HTTPResponse, place: Path) -> None:
    end = time.monotonic() + WHOLE
    try:
        # 206 means the rest of the file. Anything else is the whole file.
        with place.open("ab" if getattr(response, "status", 200) == 206 else "wb") as out:
            before = out.tell()
            while chunk := response.read(1 << 20):
                out.write(chunk)
                if time.monotonic() > end:
                    raise MirrorError(
                        f"{response.url} did not arrive within {WHOLE:.0f} s; try again on a faster network"
                    )
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise MirrorError(f"the disk of {place.parent.parent} is full; free some space and start again") from None
        raise
    _demand_whole(response, place.stat().st_size - before)


def _demand_whole(response: HTTPResponse, size: int) -> None:
    # http.client does not report a truncated body that is read in pieces.
    length = response.headers.get("Content-Length")
    if length is not None and int(length) != size:
        raise ConnectionError(f"cut off after {size} of {length} bytes")


def _wrong(url: str, expected: str, found: str) -> str:
    return f"{url} has sha256 {found}, but {expected} was promised; it is damaged or was changed: do not use it"
