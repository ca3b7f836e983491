"""What fetching from one upstream works with, and the checks that they share."""

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
    """From where, into which tree (the mirror's root), by which store of whole files, for which architectures."""

    upstream: Upstream
    tree: Path
    store: Path
    arches: tuple[str, ...]
    say: Say

    def read(self, path: str, accept: str | None = None) -> bytes:
        """A small file, not kept."""
        return get(self.upstream, path, accept)

    def keep(self, path: str, content: bytes) -> None:
        """Writes a small file of the mirror."""
        place = self.tree / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def fetch(self, path: str, digest: str) -> None:
        """Brings a file whose digest is known into the mirror."""
        download(self.upstream, path, digest, self.store, self.tree / path, self.say)

    def vouched(self, path: str, signed: bytes, signature: bytes | None, key: bytes, *fingerprints: str) -> bytes:
        """The signed content of `path`, if upstream's own key or one that is trusted besides has signed it."""
        try:
            return verify(signed, signature, key, [*fingerprints, *self.upstream.extra_trust])
        except MirrorError as error:
            address = self.upstream.address(path)
            raise MirrorError(f"{address}: {error}; do not use it, and tell its owner") from None

    def fetch_summed(self, folder: str, name: str, sums: str) -> None:
        """A file whose sum upstream publishes beside it. TLS vouches for the sum, or a base mirror's signed sums."""
        content = self.read(f"{folder}/{sums}")
        self.keep(f"{folder}/{sums}", content)
        text = content.decode()
        bare = re.fullmatch(r"\s*([0-9a-fA-F]{64})\s*", text)
        digest = bare[1].lower() if bare else named(parse_sums(text), name, f"{folder}/{sums}")
        self.fetch(f"{folder}/{name}", digest)


def named(digests: Mapping[str, str], name: str, path: str) -> str:
    """The digest of `name`; raises when `path` does not name it."""
    if name not in digests:
        raise MirrorError(f"{path} names no {name}; that version does not exist for this architecture")
    return digests[name]
