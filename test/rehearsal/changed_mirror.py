"""A mirror that differs from the one built from source: what the servers of the tests share."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from mirror.assemble import TRUST, seal, trust_text
from mirror.cache import cache_directory
from mirror.cross import host_arch
from mirror.progress import say
from mirror.server import MirrorServer
from mirror.serving import interrupt_when_stopped, serve_until_stopped
from mirror.sign import signing_key
from mirror.source import build_mirror
from mirror.sums import NAME


def link(source: Path, copy: Path) -> None:
    for directory, _, names in os.walk(source):
        place = copy / os.path.relpath(directory, source)
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            os.link(Path(directory) / name, place / name)


def serve_changed(
    parser: argparse.ArgumentParser, prefix: str, change: Callable[[Path, Path, argparse.Namespace], None]
) -> None:
    """Serves a copy (hard links) of the mirror until stopped; `change` gets its tree, the cache and the options.

    The copy lies beside the mirror, since links do not lead to another file system, and is gone when this ends.
    """
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--until-stdin-closes", action="store_true")
    options = parser.parse_args()
    interrupt_when_stopped(options.until_stdin_closes)
    cache = cache_directory()
    whole = build_mirror(cache, [host_arch()], say)
    key = signing_key(cache, say)
    with tempfile.TemporaryDirectory(dir=cache / "mirror", prefix=prefix) as name:
        root = Path(name)
        tree = root / "tree"
        link(whole / "tree", tree)
        change(tree, cache, options)
        (tree / NAME).unlink()
        seal(tree, key)
        (root / TRUST).write_text(trust_text(key))
        serve_until_stopped(MirrorServer(tree, 0), root / TRUST, options.ready_file, options.until_stdin_closes)
