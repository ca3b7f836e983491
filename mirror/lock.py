"""A mirror of exactly what `k8s-image.lock.json` names, and of what it takes to install that."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mirror.assemble import TRUST, check_root, seal, trust_text
from mirror.cache import locked, temporary_sibling
from mirror.errors import MirrorError
from mirror.fetch import Upstream, open_base
from mirror.needs import demand
from mirror.progress import Say
from mirror.sign import signing_key
from mirror.sums import NAME
from mirror.upstreams.hashicorp import fetch_release
from mirror.upstreams.job import Job
from mirror.upstreams.packages import ANY, Package, fetch_index
from mirror.upstreams.registry import fetch_digest
from mirror.upstreams.rpm import fetch_rpm_index

AGAIN = "restore it from version control, or have the action rewrite it (lock: write)"


@dataclass(frozen=True)
class File:
    """One file that a lock names: its path below the mirror's root, and its sha256."""

    path: str
    digest: str


def read_lock(path: Path) -> dict[str, Any]:
    """The lock at `path`; raises in one line when it is none, of another format, or not what was written."""
    try:
        lock = json.loads(path.read_text())
    except OSError as error:
        raise MirrorError(f"{path} cannot be read ({error.strerror})") from None
    except ValueError:
        raise MirrorError(f"{path} is not JSON; {AGAIN}") from None
    if not isinstance(lock, dict) or lock.get("format") != 1:
        found = lock.get("format") if isinstance(lock, dict) else None
        raise MirrorError(f"{path} has the format {found}, which this version does not know; {AGAIN}")
    content = {name: value for name, value in lock.items() if name != "sum"}
    if lock.get("sum") != lock_sum(content):
        raise MirrorError(f"{path} was changed after it was written: its checksum differs; {AGAIN}")
    return lock


def lock_sum(content: Mapping[str, Any]) -> str:
    """The sum over a lock's content, as the action makes it (src/plan/lock.ts)."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def arches(lock: Mapping[str, Any]) -> list[str]:
    """The architectures that any version is locked for."""
    return sorted({arch for node in lock["kubernetes"].values() for arch in node["arch"]})


def named_files(lock: Mapping[str, Any]) -> Iterator[File]:
    """Every file that is named with address and sum, each once."""
    seen: dict[str, str] = {}
    for node in lock["kubernetes"].values():
        for part in node["arch"].values():
            named = (part["files"], part["packages"], part.get("rpms", {}))
            for artifact in (artifact for each in named for artifact in each.values()):
                path = upstream_path(artifact["url"])
                if seen.setdefault(path, artifact["sha256"]) != artifact["sha256"]:
                    raise MirrorError(f"the lock names {path} twice, with different sums; {AGAIN}")
    for path, digest in seen.items():
        yield File(path, digest)


def upstream_path(url: str) -> str:
    """`UPSTREAM/REST` of an address, which can only lead below the mirror's root."""
    parts = urlsplit(url)
    pieces = [parts.netloc, *parts.path.removeprefix("/").removesuffix("/").split("/")]
    if parts.scheme != "https" or any(piece in ("", ".", "..") for piece in pieces) or parts.query:
        raise MirrorError(f"{url} is no address of an upstream; {AGAIN}")
    return "/".join(pieces)


def fetch_locked(cache: Path, path: Path, out: Path, base: str | None, extra: tuple[str, ...], say: Say) -> Path:
    """The mirror in `out` (`tree/` and the trust file) of what the lock at `path` names; an older one is replaced."""
    demand("gpg", "gpgconf")
    lock = read_lock(path)
    refuse_other(out)
    upstream = open_base(base, extra) if base else Upstream(None, extra_trust=extra)
    key = signing_key(cache, say)
    store = cache / "mirror" / "fetched"
    store.mkdir(parents=True, exist_ok=True)
    say(f"fetching what {path} names from {base or 'the upstreams'}; files that are here already are used again")
    with locked(cache / "mirror" / "locks" / "locked.lock", say), temporary_sibling(out.absolute()) as work:
        job = Job(upstream, work / "tree", store, tuple(arches(lock)), say)
        fetch_named(job, lock)
        for fingerprint in extra if base else ():
            job.keep(f"keys/{fingerprint}.asc", job.read(f"keys/{fingerprint}.asc"))
        seal(job.tree, key)
        (work / TRUST).write_text(trust_text(key) + "".join(f"{fingerprint}\n" for fingerprint in extra))
        check_root(job.tree, key)
        if out.exists():
            shutil.rmtree(out)
        work.rename(out)
    return out


def fetch_named(job: Job, lock: Mapping[str, Any]) -> None:
    """Everything, the small and decisive first."""
    for product, version in sorted(lock["tools"].items()):
        fetch_release(job, product, version)
    nodes = [node for _, node in sorted(lock["kubernetes"].items())]
    fetch_repositories(job, nodes)
    for image, digest in dict.fromkeys(
        (node["sandboxImage"]["name"], node["sandboxImage"]["digest"]) for node in nodes
    ):
        name, _, tag = image.partition("/")[2].rpartition(":")
        fetch_digest(job, name, tag, digest)
    wanted_files = list(named_files(lock))
    for number, file in enumerate(wanted_files, 1):
        job.say(f"{number} of {len(wanted_files)}: {file.path}")
        job.fetch(file.path, file.digest)
    # What the action itself installs: the hashes of its requirements vouch for them.
    from mirror.upstream import fetch_python

    fetch_python(job)


def fetch_repositories(job: Job, nodes: Iterable[Mapping[str, Any]]) -> None:
    """The indexes that the locked packages are in, each once; the locked sums have to be those that they name."""

    @once
    def index(fetch: Callable[[Job, str, Sequence[str]], list[Package]], url: str, *keys: str) -> list[Package]:
        return fetch(job, upstream_path(url), keys)

    for node in nodes:
        keys = node["repository"]["fingerprints"]
        check_offered(index(fetch_index, node["repository"]["url"], *keys), node, "packages", "repository")
        if "rpm" in node:
            check_offered(index(fetch_rpm_index, node["rpm"]["url"], *keys), node, "rpms", "rpm repository")


def check_offered(packages: Iterable[Package], node: Mapping[str, Any], kind: str, place: str) -> None:
    """Raises unless the index has every package that the lock names of that kind, with the same sum."""
    offered = {(each.name, each.version, each.arch): each.digest for each in packages}
    for arch, part in node["arch"].items():
        if kind not in part:
            raise MirrorError(f"the lock names the {place} of {node['version']}, but none of its packages; {AGAIN}")
        for name, artifact in part[kind].items():
            what = f"{name} {artifact['version']} for {arch}"
            found = offered.get((name, artifact["version"], arch)) or offered.get((name, artifact["version"], ANY))
            if found is None:
                raise MirrorError(f"the {place} no longer has {what}; {AGAIN}")
            if found != artifact["sha256"]:
                raise MirrorError(
                    f"the {place} has {what} with sha256 {found}, but {artifact['sha256']} is locked; do not use it"
                )


def refuse_other(out: Path) -> None:
    """Raises when `out` holds something that is no mirror, before anything is fetched."""
    if not out.exists():
        return
    if not out.is_dir() or (any(out.iterdir()) and not (out / "tree" / NAME).is_file()):
        raise MirrorError(f"{out} holds something that is no mirror; name a new directory")
