#!/usr/bin/env python3
"""Serves the mirror with a second Kubernetes version beside the one that it holds: the same programs, packed as 1.37.1.

What a test of several versions needs is packages of another number; programs of another number would take minutes.
Prepares a copy (hard links) in a directory of its own, which is gone when it ends.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from mirror.assemble import TRUST, seal, trust_text
from mirror.cache import cache_directory
from mirror.golang import build_target, host_arch
from mirror.layout import apt, debs
from mirror.progress import say
from mirror.server import MirrorServer
from mirror.serving import interrupt_when_told, serve_until_told
from mirror.sign import signing_key
from mirror.source import build_mirror
from mirror.sums import NAME
from mirror.targets import target

VERSION = "1.37.1"


def link(source: Path, copy: Path) -> None:
    for directory, _, names in os.walk(source):
        place = copy / os.path.relpath(directory, source)
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            os.link(Path(directory) / name, place / name)


def add_version(tree: Path, cache: Path) -> None:
    """New files take the place of the index's: those are links to the mirror's own."""
    key, arch = signing_key(cache, say), host_arch()
    folder = apt.repository_folder(tree, "1.37")
    known = [
        dict(line.split(": ", 1) for line in paragraph.splitlines())
        for paragraph in (folder / "Packages").read_text().split("\n\n")
    ]
    binaries = build_target(cache, target("kubernetes"), arch, say)
    added = [debs.pack(deb, folder) for deb in debs.kubernetes_debs(VERSION, "1.1", arch, binaries)]
    for name in ("Packages", "Packages.gz", "Release", "Release.key", "Release.gpg", "InRelease"):
        (folder / name).unlink()
    apt.write_repository(folder, "1.37", [*known, *added], key)
    (tree / NAME).unlink()
    seal(tree, key)


def main() -> None:
    parser = argparse.ArgumentParser(description="A mirror with two versions of Kubernetes.")
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--until-stdin-closes", action="store_true")
    options = parser.parse_args()
    interrupt_when_told(options.until_stdin_closes)
    cache = cache_directory()
    whole = build_mirror(cache, [host_arch()], say)
    # Beside the mirror, since links do not lead to another file system.
    with tempfile.TemporaryDirectory(dir=cache / "mirror", prefix="two-versions-") as name:
        root = Path(name)
        link(whole / "tree", root / "tree")
        add_version(root / "tree", cache)
        (root / TRUST).write_text(trust_text(signing_key(cache, say)))
        serve_until_told(MirrorServer(root / "tree", 0), root / TRUST, options.ready_file, options.until_stdin_closes)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
