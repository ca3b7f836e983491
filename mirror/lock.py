"""A mirror of exactly the files in `k8s-image.lock.json`, and of the tools to install them."""

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
    """The lock at `path`. Raises if it is not a lock, has another format, or was changed by hand."""
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
    """The sum of a lock's content, as in the action (src/plan/lock.ts)."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def arches(lock: Mapping[str, Any]) -> list[str]:
    """The architectures of all locked versions."""
    return sorted({arch for node in lock["kubernetes"].values() for arch in node["arch"]})


def named_files(lock: Mapping[str, Any]) -> Iterator[File]:
    """All files with address and sum, each once."""
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
    """`UPSTREAM/REST` of an address. It cannot lead outside the mirror's root."""
    parts = urlsplit(url)
    pieces = [parts.netloc, *parts.path.removeprefix("/").removesuffix("/").split("/")]
    if parts.scheme != "https" or any(piece in ("", ".", "..") for piece in pieces) or parts.query:
        raise MirrorError(f"{url} is not an address of an upstream; {AGAIN}")
    return "/".join(pieces)


def fetch_locked(cache: Path, path: Path, out: Path, base: str | None, extra: tuple[str, ...], say: Say) -> Path:
    """Makes the mirror of the lock at `path` in `out` (`tree/` and the trust file), and replaces an older one."""
    demand("gpg", "gpgconf")
    lock = read_lock(path)
    refuse_other(out)
    upstream = open_base(base, extra) if base else Upstream(None, extra_trust=extra)
    key = signing_key(cache, say)
    store = cache / "mirror" / "fetched"
    store.mkdir(parents=True, exist_ok=True)
    say(f"fetching the files of {path} from {base or 'the upstreams'}; existing files are reused")
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
    """Fetches everything, small and decisive files first."""
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
    # The action's own packages, which the hashes of its requirements verify.
    from mirror.upstream import fetch_python

    fetch_python(job)


def fetch_repositories(job: Job, nodes: Iterable[Mapping[str, Any]]) -> None:
    """Fetches the indexes of the locked packages, each once. The locked sums must match theirs."""

    @once
    def index(fetch: Callable[[Job, str, Sequence[str]], list[Package]], url: str, *keys: str) -> list[Package]:
        return fetch(job, upstream_path(url), keys)

    for node in nodes:
        keys = node["repository"]["fingerprints"]
        check_offered(index(fetch_index, node["repository"]["url"], *keys), node, "packages", "repository")
        if "rpm" in node:
            check_offered(index(fetch_rpm_index, node["rpm"]["url"], *keys), node, "rpms", "rpm repository")


def check_offered(packages: Iterable[Package], node: Mapping[str, Any], kind: str, place: str) -> None:
    """Raises unless the index has all of the lock's packages of that kind, with the same sums."""
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
    """Raises if `out` holds something other than a mirror, before any download."""
    if not out.exists():
        return
    if not out.is_dir() or (any(out.iterdir()) and not (out / "tree" / NAME).is_file()):
        raise MirrorError(f"{out} exists and is not a mirror; name a new directory")
