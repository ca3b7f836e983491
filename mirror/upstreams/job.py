"""A job that fetches from one upstream, with the checks that all downloads share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mirror.errors import MirrorError
from mirror.fetch import Upstream, download, get
from mirror.progress import Say
from mirror.sign import verify
from mirror.sums import parse_sums


@dataclass(frozen=True)
class Job:
    """An upstream, a tree (the mirror's root), a store of whole files, and architectures."""

    upstream: Upstream
    tree: Path
    store: Path
    arches: tuple[str, ...]
    say: Say

    def read(self, path: str, accept: str | None = None) -> bytes:
        """Reads a small file without keeping it."""
        return get(self.upstream, path, accept)

    def keep(self, path: str, content: bytes) -> None:
        """Writes a small file of the mirror."""
        place = self.tree / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def fetch(self, path: str, digest: str) -> None:
        """Fetches a file with a known digest into the mirror."""
        download(self.upstream, path, digest, self.store, self.tree / path, self.say)

    def vouched(self, path: str, signed: bytes, signature: bytes | None, key: bytes, *fingerprints: str) -> bytes:
        """The signed content of `path`, if upstream's own key or another trusted one has signed it."""
        try:
            return verify(signed, signature, key, [*fingerprints, *self.upstream.extra_trust])
        except MirrorError as error:
            address = self.upstream.address(path)
            raise MirrorError(f"{address}: {error}; do not use it, and tell its owner") from None

    def fetch_summed(self, path: str, sums: str) -> None:
        """Fetches a file with a sum in upstream's file `sums`. TLS or a base mirror's signed sums protect that sum."""
        content = self.read(sums)
        self.keep(sums, content)
        text = content.decode()
        bare = re.fullmatch(r"\s*([0-9a-fA-F]{64})\s*", text)
        digest = bare[1].lower() if bare else named(parse_sums(text), path.rpartition("/")[2], sums)
        self.fetch(path, digest)


def named(digests: Mapping[str, str], name: str, path: str) -> str:
    """The digest of `name`. Raises if `path` does not list it."""
    if name not in digests:
        raise MirrorError(f"{path} does not list {name}; that version does not exist for this architecture")
    return digests[name]
