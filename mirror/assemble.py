"""Assembles finished parts into a mirror: hard links, then signed sums over all files."""

import filecmp
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from mirror.cache import clear_stale, content_key, locked, temporary_sibling
from mirror.errors import MirrorError
from mirror.layout import oci
from mirror.progress import Say, ticking
from mirror.sign import Key, sign_detached, verify
from mirror.sums import NAME, verify_sums, write_sums

TRUST = "fingerprints.txt"


def assemble(cache: Path, parts: Sequence[Path], key: Key, say: Say) -> Path:
    """The root with the `tree` of every part. A finished one is verified and reused."""
    final = cache / "mirror" / "roots" / content_key(sorted(path.name for path in parts), key.fingerprint)
    with locked(cache / "mirror" / "locks" / "root.lock", say):
        if keep_intact(final, key, say):
            return final
        clear_stale(final)
        with temporary_sibling(final) as work, ticking("putting the mirror together", say):
            tree = work / "tree"
            for path in parts:
                link_tree(path / "tree", tree)
            seal(tree, key)
            (work / TRUST).write_text(trust_text(key))
            work.rename(final)
    return final


def keep_intact(final: Path, key: Key, say: Say) -> bool:
    """Whether `final` is a whole mirror, which stays. Removes a damaged one. The caller holds its lock."""
    if not final.is_dir():
        return False
    try:
        with ticking("checking the mirror's sums", say):
            check_root(final / "tree", key)
        return True
    except MirrorError as error:
        say(f"the finished mirror is damaged ({error}); making it again")
        shutil.rmtree(final)
        return False


def seal(tree: Path, key: Key) -> None:
    """Completes a mirror: lists of tags, /keys/FINGERPRINT.asc, /SHA256SUMS and its signature."""
    oci.write_tags(tree)
    keys = tree / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    place = keys / f"{key.fingerprint}.asc"
    place.unlink(missing_ok=True)
    place.write_text(key.public)
    write_sums(tree)
    signature = sign_detached(key, tree / NAME)[0]
    (tree / f"{NAME}.sig").unlink(missing_ok=True)
    (tree / f"{NAME}.sig").write_bytes(signature)


def check_root(tree: Path, key: Key) -> None:
    """Raises unless the tree's sums are signed by `key` and every file has its sum."""
    try:
        signed, signature = (tree / NAME).read_bytes(), (tree / f"{NAME}.sig").read_bytes()
    except FileNotFoundError as error:
        raise MirrorError(f"{Path(error.filename).name} is missing") from None
    verify(signed, signature, key.public, [key.fingerprint])
    verify_sums(tree)


def trust_text(key: Key) -> str:
    """The file for `mirror-trust`: one fingerprint per line."""
    return f"# The key of the mirror that this machine made. Trust it for your own builds only.\n{key.fingerprint}\n"


def link_tree(source: Path, target: Path) -> None:
    """Hard-links every file of `source` below `target`. Raises if two parts have different versions of a file."""
    for directory, _, names in os.walk(source):
        place = target / os.path.relpath(directory, source)
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            try:
                os.link(Path(directory) / name, place / name)
            except FileExistsError:
                if filecmp.cmp(Path(directory) / name, place / name, shallow=False):
                    continue
                raise MirrorError(
                    f"two parts of the mirror have different versions of {place.relative_to(target) / name}"
                ) from None
