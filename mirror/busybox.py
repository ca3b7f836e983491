"""The program of the tests' busybox image, from Debian's static package."""

import os
import shutil
from pathlib import Path

from mirror.cache import content_key, part
from mirror.cross import is_foreign, runner
from mirror.debian import take
from mirror.errors import MirrorError
from mirror.progress import Say, run

PACKAGE = "busybox-static"
LIST = "applets"


def build_busybox(cache: Path, arch: str, say: Say) -> Path:
    """The directory with `busybox` and the list of its other names."""

    def build(work: Path) -> None:
        root = work / "root"
        root.mkdir()
        if is_foreign(arch):
            take(PACKAGE, arch, root)
        else:
            take_own(root)
        (root / "bin/busybox").rename(work / "busybox")
        (work / LIST).write_bytes(run([*runner(arch), work / "busybox", "--list"], limit=60))
        shutil.rmtree(root)

    return part(cache, f"deb-busybox-{arch}", content_key(PACKAGE, 1), build, say)


def take_own(root: Path) -> None:
    """Unpacks the package that this machine's own apt fetches."""
    env = dict(os.environ) | {"LC_ALL": "C.UTF-8"}
    try:
        run(["apt-get", "-q", "download", PACKAGE], limit=300, cwd=root, env=env)
    except MirrorError as error:
        hint = "run `apt-get update` and start again"
        raise MirrorError(f"Debian's {PACKAGE} cannot be fetched: {error}; {hint}") from None
    (package,) = root.glob("*.deb")
    run(["dpkg-deb", "--extract", package, root], limit=60)


def links(directory: Path) -> tuple[str, ...]:
    """Names by which the busybox in `directory` may be started, except its own."""
    return tuple(name for name in (directory / LIST).read_text().split() if name != "busybox")
