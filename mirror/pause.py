"""Builds the program of the pause image: a small static binary from native/pause.c."""

from pathlib import Path

from mirror.cache import content_key, part
from mirror.cross import compiler, runner
from mirror.errors import MirrorError
from mirror.progress import Say, run

SOURCE = Path(__file__).resolve().parent / "native" / "pause.c"
FLAGS = ("-static", "-Os", "-Wall", "-Wextra", "-Werror", "-s")


def build_pause(cache: Path, arch: str, say: Say, version: str) -> Path:
    """The directory with `pause`, which reports that version."""

    def build(work: Path) -> None:
        run([compiler(arch), *FLAGS, f'-DVERSION="{version}"', "-o", work / "pause", SOURCE], limit=120)
        output = run([*runner(arch), work / "pause", "-v"]).decode().strip()
        if not output.startswith(f"pause {version} "):
            raise MirrorError(f"the new pause says {output!r}, not {version}")

    return part(cache, f"c-pause-{arch}", content_key(SOURCE.read_text(), version, FLAGS), build, say)
