"""`SHA256SUMS`: written over a directory, read, and checked."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mirror.errors import MirrorError

NAME = "SHA256SUMS"


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def files(root: Path) -> list[str]:
    """Sorted paths of all files relative to `root`, without the root's own sums and their signature."""
    found = [str((Path(folder) / name).relative_to(root)) for folder, _, names in os.walk(root) for name in names]
    return sorted(path for path in found if path not in (NAME, f"{NAME}.sig"))


def write_sums(root: Path) -> None:
    """Writes ROOT/SHA256SUMS over all files below it, in the format of sha256sum."""
    with ThreadPoolExecutor() as pool:
        names = files(root)
        digests = pool.map(sha256, (root / name for name in names))
        text = "".join(f"{digest}  {name}\n" for digest, name in zip(digests, names, strict=True))
    # A new file, since the existing one may be a hard link.
    (root / NAME).unlink(missing_ok=True)
    (root / NAME).write_text(text)


def parse_sums(text: str) -> dict[str, str]:
    """Path -> digest, from sha256sum's format (two spaces, or a space and `*`)."""
    sums: dict[str, str] = {}
    for line in text.splitlines():
        digest, _, name = line.strip().partition(" ")
        name = name.lstrip(" *")
        if len(digest) != 64 or not name:
            raise MirrorError(f"not a line of sha256 sums: {line[:80]!r}")
        sums[name] = digest.lower()
    return sums


def verify_sums(root: Path) -> None:
    """Raises unless ROOT holds exactly the files of its SHA256SUMS, each with its sum."""
    try:
        expected = parse_sums((root / NAME).read_text())
    except (FileNotFoundError, UnicodeDecodeError):
        raise MirrorError(f"{root.name} has no readable {NAME}") from None
    present = files(root)
    if present != sorted(expected):
        odd = sorted(set(present) ^ set(expected))
        raise MirrorError(f"{odd[0]} is missing or too many")
    with ThreadPoolExecutor() as pool:
        for name, digest in zip(present, pool.map(sha256, (root / name for name in present)), strict=True):
            if digest != expected[name]:
                raise MirrorError(f"{name} has changed: its sha256 differs")
