"""The mirror's cache, which concurrent runs share.

    CACHE/mirror/key/            the signing key (private, never served)
    CACHE/mirror/parts/NAME-KEY/ finished parts: `tree/` (files below the mirror's root) or binaries, and `SHA256SUMS`
    CACHE/mirror/roots/KEY/      whole mirrors: hard links to the parts, and the signed sums

Everything is made under a temporary name and then renamed, so a directory with its final name is complete. KEY covers
all that decides the content, so finished directories never change.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mirror.errors import MirrorError
from mirror.progress import Say
from mirror.sums import verify_sums, write_sums

LOCK_LIMIT = 3600.0


def cache_directory(environment: dict[str, str] | None = None) -> Path:
    """The project's cache, shared with its other parts: K8S_IMAGE_CACHE, else XDG's place for caches."""
    env = os.environ if environment is None else environment
    if env.get("K8S_IMAGE_CACHE"):
        return Path(env["K8S_IMAGE_CACHE"]).absolute()
    base = env.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base).absolute() / "k8s-image-action"


def content_key(*facts: object) -> str:
    """16 hex digits over facts that JSON can hold. The same facts give the same key on every machine."""
    text = json.dumps(facts, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def locked(path: Path, say: Say, limit: float = LOCK_LIMIT) -> Iterator[None]:
    """Locks `path` against other processes, and reports every 10 s while it waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        start = time.monotonic()
        reported = start - 10
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                now = time.monotonic()
                if now - start > limit:
                    raise MirrorError(
                        f"waited {limit:.0f} s for another run that is preparing {path.stem}; end that run or try again"
                    ) from None
                if now - reported >= 10:
                    say(f"waiting for another run that is preparing {path.stem} ({now - start:.0f} s)")
                    reported = now
                time.sleep(0.2)
        yield


def part(cache: Path, name: str, key: str, build: Callable[[Path], None], say: Say) -> Path:
    """The finished directory of `name` with `key`; `build(directory)` makes it if it is missing or damaged."""
    final = cache / "mirror" / "parts" / f"{name}-{key}"
    with locked(cache / "mirror" / "locks" / f"{name}.lock", say):
        if final.is_dir():
            try:
                verify_sums(final)
                return final
            except MirrorError as error:
                say(f"{name}: the cached copy is damaged ({error}); making it again")
                shutil.rmtree(final)
        clear_stale(final)
        with temporary_sibling(final) as work:
            build(work)
            write_sums(work)
            work.rename(final)
    return final


def clear_stale(final: Path) -> None:
    """Removes a killed run's leftovers of `final`. The caller holds its lock."""
    for path in final.parent.glob(f".{final.name}.*"):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def temporary_sibling(final: Path) -> Iterator[Path]:
    """A new directory beside `final`, removed at the end unless it was renamed."""
    final.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=final.parent))
    work.chmod(0o755)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
