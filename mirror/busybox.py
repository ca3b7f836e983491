"""The program of the tests' busybox image: Debian's static one, from its package."""

import os
import shutil
from pathlib import Path

from mirror.cache import content_key, part
from mirror.errors import MirrorError
from mirror.golang import host_arch
from mirror.progress import Say, run

PACKAGE = "busybox-static"
LIST = "applets"


def build_busybox(cache: Path, arch: str, say: Say) -> Path:
    """The directory with `busybox` and the list of its other names."""
    if arch != host_arch():
        raise MirrorError(f"busybox for {arch} has to be taken on {arch}; leave that architecture out here")

    def build(work: Path) -> None:
        env = dict(os.environ) | {"LC_ALL": "C.UTF-8"}
        try:
            run(["apt-get", "-q", "download", PACKAGE], limit=300, cwd=work, env=env)
        except MirrorError as error:
            hint = "run `apt-get update` and start again"
            raise MirrorError(f"Debian's {PACKAGE} cannot be fetched: {error}; {hint}") from None
        (package,) = work.glob("*.deb")
        run(["dpkg-deb", "--extract", package, work / "root"], limit=60)
        (work / "root/bin/busybox").rename(work / "busybox")
        (work / LIST).write_bytes(run([work / "busybox", "--list"], limit=60))
        package.unlink()
        shutil.rmtree(work / "root")

    return part(cache, f"deb-busybox-{arch}", content_key(PACKAGE, 1), build, say)


def links(directory: Path) -> tuple[str, ...]:
    """Names by which the busybox in `directory` may be started, except its own."""
    return tuple(name for name in (directory / LIST).read_text().split() if name != "busybox")
