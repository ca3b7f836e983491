"""A mirror that misbehaves, for tests of programs that download from it.

    python3 -m mirror.faults --root DIR --fault 'GLOB=KIND' [--fault ...] [--ready-file FILE] [--until-stdin-closes]

GLOB matches the path below the root (`*` also matches `/`). KIND while serving: `cut` (half of the file, then the
connection ends), `flip` (one bit is wrong), `404`, `500`, `hang` (no answer), `drop` (the connection ends at once).
Two kinds change a copy of the mirror before it is served (its unchanged files are hard links). `wrong-sum`: GLOB names
files of sums; every digest is wrong, and the right key signs them again. `other-key`: GLOB names signed files; an
untrusted key signs them, and replaces the right one where the mirror offers it.
"""

import argparse
import fnmatch
import sys
import tempfile
import threading
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from mirror.assemble import TRUST, link_tree
from mirror.cache import cache_directory
from mirror.errors import MirrorError
from mirror.resign import sign_by_other_key, wrong_sums
from mirror.server import MirrorHandler, MirrorServer
from mirror.serving import serve_until_stopped
from mirror.sign import read_key

SERVED = ("cut", "flip", "404", "500", "hang", "drop")
COPIED = ("wrong-sum", "other-key")
HANG_LIMIT = 600.0

Fault = tuple[str, str]
"""Glob and kind."""


def parse_fault(text: str) -> Fault:
    """`GLOB=KIND`."""
    glob, _, kind = text.rpartition("=")
    if not glob or kind not in SERVED + COPIED:
        raise MirrorError(f"{text!r} is not a fault; write GLOB=KIND with one of {', '.join(SERVED + COPIED)}")
    return glob.lstrip("/"), kind


def fault_for(faults: Sequence[Fault], path: str) -> str | None:
    """The kind of the first matching fault for a path below the root."""
    kinds = (kind for glob, kind in faults if kind in SERVED and fnmatch.fnmatchcase(path.lstrip("/"), glob))
    return next(kinds, None)


class FaultyServer(MirrorServer):
    """A mirror's server with faults. `faults` may change while it runs."""

    def __init__(self, root: Path, faults: Sequence[Fault], port: int = 0) -> None:
        self.faults = list(faults)
        self.stopping = threading.Event()
        super().__init__(root, port, FaultyHandler)

    def server_close(self) -> None:
        """Also releases hanging requests."""
        self.stopping.set()
        super().server_close()


class FaultyHandler(MirrorHandler):
    """Applies the fault for the path, or else answers as a mirror does."""

    server: FaultyServer

    def answer(self, body: bool) -> None:
        """See the module."""
        kind = fault_for(self.server.faults, unquote(urlsplit(self.path).path))
        if kind in ("404", "500"):
            self.refuse(HTTPStatus(int(kind)))
        elif kind == "drop":
            self.close_connection = True
        elif kind == "hang":
            self.server.stopping.wait(HANG_LIMIT)
            self.close_connection = True
        else:
            self.kind = kind
            super().answer(body)

    def copy(self, handle: BinaryIO, start: int, length: int, file: Path) -> None:
        """Sends the whole file, half of it, or the file with one changed bit in its middle."""
        if self.kind is None:
            super().copy(handle, start, length, file)
            return
        handle.seek(start)
        content = bytearray(handle.read(length))
        if self.kind == "cut":
            content = content[: length // 2]
            self.close_connection = True
        elif content:
            content[length // 2] ^= 1
        try:
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def faulty_copy(root: Path, faults: Sequence[Fault], into: Path, key: Path) -> Path:
    """A copy of the mirror at `root` (its `tree`) below `into`, with the COPIED faults applied."""
    tree = into / "tree"
    link_tree(root, tree)
    for glob, kind in faults:
        if kind == "wrong-sum":
            wrong_sums(tree, glob, read_key(key))
        elif kind == "other-key":
            sign_by_other_key(tree, glob, into / "other-key")
    return tree


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python3 -m mirror.faults", description="A mirror that misbehaves, for tests."
    )
    parser.add_argument("--root", type=Path, required=True, help="the mirror's directory, as script/mirror prints it")
    parser.add_argument("--fault", action="append", default=[], metavar="GLOB=KIND", help="may be given several times")
    parser.add_argument("--key", type=Path, help="directory of the mirror's key (default: the cache's)")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-file", type=Path)
    parser.add_argument("--until-stdin-closes", action="store_true")
    options = parser.parse_args(arguments)
    try:
        faults = [parse_fault(text) for text in options.fault]
        root, trust = options.root.resolve(), options.root.resolve().parent / TRUST
        if not (root / "SHA256SUMS").is_file():
            raise MirrorError(f"{root} is not a mirror; script/mirror --from source prints the path of one")
        with tempfile.TemporaryDirectory(prefix=".faulty.", dir=root.parent.parent) as scratch:
            if any(kind in COPIED for _, kind in faults):
                key = options.key or cache_directory() / "mirror" / "key"
                root = faulty_copy(root, faults, Path(scratch), key)
            serve_until_stopped(
                FaultyServer(root, faults, options.port), trust, options.ready_file, options.until_stdin_closes
            )
    except MirrorError as error:
        print(f"mirror.faults: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
