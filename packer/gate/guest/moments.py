"""What is older than this boot, and so not of this instance but of the one that the image was built on."""

from __future__ import annotations

import math
import time
from pathlib import Path


def oldest(tree: Path) -> float:
    """Time of the first change in a tree, in seconds since 1970; infinite for none."""
    return min((changed(path) for path in tree.rglob("*")), default=math.inf)


def changed(path: Path) -> float:
    """When a file or link was last changed; infinite when it has just gone, as files of running programs do."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return math.inf


def booted() -> float:
    """When this boot began, in seconds since 1970, less two for rounding.

    By the first thing that systemd made, too, since the clock may have been set after it. Not by all below
    /run/systemd: what is copied or bound there has the time of its source.
    """
    began = time.time() - float(Path("/proc/uptime").read_text().split()[0])
    return min(began, oldest(Path("/run/systemd/inaccessible"))) - 2
