#!/usr/bin/env python3
"""Serves the mirror with an rpm repository beside its debs: `base.py DIRECTORY`, which has to be signed by its key.

Prepares a copy (hard links) in a directory of its own, which is gone when it ends.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1]))
from second_version import link

from mirror.assemble import TRUST, seal, trust_text
from mirror.cache import cache_directory
from mirror.golang import host_arch
from mirror.progress import say
from mirror.server import MirrorServer
from mirror.serving import interrupt_when_told, serve_until_told
from mirror.sign import signing_key
from mirror.source import build_mirror
from mirror.sums import NAME


def main() -> None:
    parser = argparse.ArgumentParser(description="A mirror with rpm packages.")
    parser.add_argument("repository", type=Path)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--until-stdin-closes", action="store_true")
    options = parser.parse_args()
    interrupt_when_told(options.until_stdin_closes)
    cache = cache_directory()
    whole = build_mirror(cache, [host_arch()], say)
    # Beside the mirror, since links do not lead to another file system.
    with tempfile.TemporaryDirectory(dir=cache / "mirror", prefix="rpms-") as name:
        root = Path(name)
        link(whole / "tree", root / "tree")
        shutil.copytree(options.repository, root / "tree/pkgs.k8s.io/core:/stable:/v1.37/rpm")
        (root / "tree" / NAME).unlink()
        seal(root / "tree", signing_key(cache, say))
        (root / TRUST).write_text(trust_text(signing_key(cache, say)))
        serve_until_told(MirrorServer(root / "tree", 0), root / TRUST, options.ready_file, options.until_stdin_closes)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
