#!/usr/bin/env python3
"""Serves the mirror with a second Kubernetes version beside the one that it holds: the same programs, packed as 1.37.1.

What a test of several versions needs is packages of another number; programs of another number would take minutes.
Prepares a copy (hard links) in a directory of its own, which is gone when it ends.
"""

import argparse
import sys
from pathlib import Path

from changed_mirror import serve_changed

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from mirror.cross import host_arch
from mirror.golang import build_target
from mirror.layout import apt, debs
from mirror.progress import say
from mirror.sign import signing_key
from mirror.targets import target

VERSION = "1.37.1"


def add_version(tree: Path, cache: Path, _options: argparse.Namespace) -> None:
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


def main() -> None:
    parser = argparse.ArgumentParser(description="A mirror with two versions of Kubernetes.")
    serve_changed(parser, "two-versions-", add_version)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
