"""Builds the program of the pause image: a small static binary from native/pause.c."""

from pathlib import Path

from mirror.cache import content_key, part
from mirror.errors import MirrorError
from mirror.golang import host_arch
from mirror.progress import Say, run

SOURCE = Path(__file__).resolve().parent / "native" / "pause.c"
# As the catalogue has it for the Kubernetes version that is built.
VERSION = "3.10.2"
FLAGS = ("-static", "-Os", "-Wall", "-Wextra", "-Werror", "-s")


def build_pause(cache: Path, arch: str, say: Say) -> Path:
    """The directory that holds `pause`."""
    if arch != host_arch():
        raise MirrorError(f"pause for {arch} has to be built on {arch}; leave that architecture out here")

    def build(work: Path) -> None:
        run(["gcc", *FLAGS, f'-DVERSION="{VERSION}"', "-o", work / "pause", SOURCE], limit=120)
        said = run([work / "pause", "-v"]).decode().strip()
        if not said.startswith(f"pause {VERSION} "):
            raise MirrorError(f"the pause that was built says {said!r}, not {VERSION}")

    return part(cache, f"c-pause-{arch}", content_key(SOURCE.read_text(), VERSION, FLAGS), build, say)
