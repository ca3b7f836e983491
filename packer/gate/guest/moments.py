"""Finds files on a system that runs, and what is older than this boot: that is left from the image's build.

Path.glob and Path.rglob raise an error, until Python 3.12, if a directory disappears while they read it.
"""

from __future__ import annotations

import fnmatch
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path


def below(tree: Path) -> Iterator[Path]:
    """Everything in a tree, except what disappears meanwhile."""
    for place, directories, files in os.walk(tree):
        yield from (Path(place, name) for name in (*directories, *files))


def matching(directory: Path, pattern: str) -> list[Path]:
    """As Path.glob without `**`, sorted, and without what disappears meanwhile."""
    first, _, rest = pattern.partition("/")
    try:
        found = [directory / name for name in sorted(os.listdir(directory)) if fnmatch.fnmatchcase(name, first)]
    except OSError:
        return []
    return [path for each in found for path in matching(each, rest)] if rest else found


def text(file: Path) -> str:
    """The text of a file; empty if there is none, or no longer."""
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""


def size(path: Path) -> int:
    """The size of a file; 0 if it has just disappeared."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def oldest(tree: Path) -> float:
    """Time of the earliest change in a tree, in seconds since 1970; infinite for an empty tree."""
    return min((changed(path) for path in below(tree)), default=math.inf)


def changed(path: Path) -> float:
    """When a file or link was last changed; infinite if it has just disappeared, as files of running programs do."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return math.inf


def booted() -> float:
    """When this boot began, in seconds since 1970, less two for rounding.

    The first directory that systemd creates counts, too, since the clock may have been set later. Other entries of
    /run/systemd do not: copies and bind mounts there have the time of their source.
    """
    began = time.time() - float(Path("/proc/uptime").read_text().split()[0])
    return min(began, oldest(Path("/run/systemd/inaccessible"))) - 2
