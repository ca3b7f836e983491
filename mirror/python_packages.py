"""Fetches the Python packages that the action installs, by pip, with the hashes of the requirements file."""

import sys
import sysconfig
import tempfile
from pathlib import Path

from mirror.errors import MirrorError
from mirror.progress import Say, run, ticking

REQUIREMENTS = Path(__file__).resolve().parent.parent / "ansible" / "requirements.txt"
LIMIT = 900.0
RECIPE = 1


def python_facts() -> list[str]:
    """What decides which wheels fit: the interpreter's version and platform."""
    return [f"{sys.version_info.major}.{sys.version_info.minor}", sysconfig.get_platform(), sys.implementation.name]


def download(requirements: Path, out: Path, say: Say, index: str | None = None) -> None:
    """Puts the wheels of `requirements`, for the interpreter at hand, into `out`; `index` replaces the default."""
    if not requirements.is_file():
        raise MirrorError(f"{requirements} is missing; it lists the Python packages that the mirror holds")
    hashed = "--hash=" in requirements.read_text()
    with tempfile.TemporaryDirectory() as scratch:
        pip: list[str | Path] = [
            _python_with_pip(Path(scratch)),
            "-m",
            "pip",
            "download",
            "--disable-pip-version-check",
            "--no-input",
        ]
        pip += ["--quiet", "--timeout", "30", "--retries", "3", "--only-binary", ":all:", "--dest", out]
        pip += ["--index-url", index] if index else []
        pip += ["--require-hashes"] if hashed else []
        with ticking(f"fetching the packages of {requirements.parent.name}/{requirements.name}", say):
            run([*pip, "-r", requirements], limit=LIMIT)


def _python_with_pip(scratch: Path) -> Path:
    """This interpreter if it has pip (Debian splits it off), else one in a new venv."""
    try:
        run([sys.executable, "-m", "pip", "--version"])
        return Path(sys.executable)
    except MirrorError:
        run([sys.executable, "-m", "venv", scratch / "venv"], limit=300)
        return scratch / "venv" / "bin" / "python"
