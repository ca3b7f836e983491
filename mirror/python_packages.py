"""Fetches the action's Python packages with pip, verified by the hashes in the requirements file."""

import ssl
import sys
import sysconfig
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from mirror.errors import MirrorError
from mirror.progress import Say, run, ticking

REQUIREMENTS = Path(__file__).resolve().parent.parent / "ansible" / "requirements.txt"
LIMIT = 900.0
RECIPE = 1


def python_facts() -> list[str]:
    """The interpreter's version and platform, which decide on the wheels."""
    return [f"{sys.version_info.major}.{sys.version_info.minor}", sysconfig.get_platform(), sys.implementation.name]


def download(requirements: Path, out: Path, say: Say, index: str | None = None) -> None:
    """Puts the wheels of `requirements` for this interpreter into `out`. `index` replaces the default."""
    if not requirements.is_file():
        raise MirrorError(f"{requirements} is missing; it lists the mirror's Python packages")
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
        pip += index_arguments(index) if index else []
        pip += ["--require-hashes"] if hashed else []
        with ticking(f"fetching the packages of {requirements.parent.name}/{requirements.name}", say):
            run([*pip, "-r", requirements], limit=LIMIT)


def index_arguments(index: str) -> list[str]:
    """pip's arguments for this index alone, whatever the caller's configuration says."""
    arguments = ["--isolated", "--no-cache-dir", "--index-url", index]
    url, certificates = urlsplit(index), ssl.get_default_verify_paths()
    # pip ignores plain http beyond loopback. Hashes verify the packages.
    if url.scheme == "http":
        return [*arguments, "--trusted-host", url.netloc]
    # The certificates that the other downloads trust, since the configuration no longer names any.
    trusted = certificates.cafile or certificates.capath
    return [*arguments, "--cert", trusted] if trusted else arguments


def _python_with_pip(scratch: Path) -> Path:
    """This interpreter if it has pip (a separate package in Debian), or else one in a new venv."""
    try:
        run([sys.executable, "-m", "pip", "--version"])
        return Path(sys.executable)
    except MirrorError:
        run([sys.executable, "-m", "venv", scratch / "venv"], limit=300)
        return scratch / "venv" / "bin" / "python"
