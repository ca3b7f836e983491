"""Finds what is older than this boot, and so is left from the instance that the image was built on."""

from __future__ import annotations

import math
import time
from pathlib import Path


def oldest(tree: Path) -> float:
    """Time of the earliest change in a tree, in seconds since 1970; infinite for an empty tree."""
    return min((changed(path) for path in tree.rglob("*")), default=math.inf)


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
