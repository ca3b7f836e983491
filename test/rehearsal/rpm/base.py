#!/usr/bin/env python3
"""Serves the mirror with an rpm repository beside its debs: `base.py DIRECTORY`, which has to be signed by its key.

Prepares a copy (hard links) in a directory of its own, which is gone when it ends.
"""

import argparse
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from changed_mirror import serve_changed


def add_rpms(tree: Path, _cache: Path, options: argparse.Namespace) -> None:
    shutil.copytree(options.repository, tree / "pkgs.k8s.io/core:/stable:/v1.37/rpm")


def main() -> None:
    parser = argparse.ArgumentParser(description="A mirror with rpm packages.")
    parser.add_argument("repository", type=Path)
    serve_changed(parser, "rpms-", add_rpms)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
