"""Changes a copy of a mirror so that its signatures or sums are wrong, for tests of programs that check them.

Files of the copy are hard links to the mirror, so every change goes into a new file, which then takes the name.
"""

import fnmatch
import hashlib
import re
from pathlib import Path

from mirror.errors import MirrorError
from mirror.serving import write_whole
from mirror.sign import Key, make_key, sign_clear, sign_detached
from mirror.sums import NAME, files


def wrong_sums(tree: Path, glob: str, key: Key) -> None:
    """Changes every digest in the matching files, and signs signed ones again with `key`."""
    for path in _matching(tree, glob):
        text = re.sub(
            r"\b[0-9a-f]{64}\b", lambda found: hashlib.sha256(found[0].encode()).hexdigest(), path.read_text()
        )
        write_whole(path, text)
        resign(path, key)


def sign_by_other_key(tree: Path, glob: str, directory: Path) -> Key:
    """Signs the matching files with a new key (left in `directory`), which replaces the right one everywhere."""
    key = make_key(directory)
    for path in _matching(tree, glob):
        resign(path, key)
    for name in files(tree):
        if name.startswith("keys/") or name.endswith(("/Release.key", "/pgp-key.txt")):
            write_whole(tree / name, key.public)
    return key


def resign(path: Path, key: Key) -> None:
    """Renews the signatures beside `path`: `PATH.sig` and `PATH.ID.sig`, or apt's two."""
    for beside in path.parent.glob(f"{path.name}.*sig"):
        _replace(beside, sign_detached(key, path)[0])
    if path.name == "Release":
        _replace(path.with_name("Release.gpg"), sign_detached(key, path, armor=True)[0])
        _replace(path.with_name("InRelease"), sign_clear(key, path.read_bytes()))


def _matching(tree: Path, glob: str) -> list[Path]:
    names = [*files(tree), NAME]
    found = [tree / name for name in names if fnmatch.fnmatchcase(name, glob.lstrip("/"))]
    if not found:
        raise MirrorError(f"no file of the mirror matches {glob!r}")
    return found


def _replace(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)
