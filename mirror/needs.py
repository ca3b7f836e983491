"""The programs that building from source takes, and where Debian has them."""

import shutil
from collections.abc import Callable
from pathlib import Path

from mirror.errors import MirrorError

# What shows that it is there -> Debian's package.
PROGRAMS = {"gpg": "gnupg", "gpgconf": "gnupg", "dpkg-deb": "dpkg", "gcc": "gcc", "go": "golang (1.26 or later)"}
HEADERS = {"/usr/include/seccomp.h": "libseccomp-dev"}


def missing(which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """Debian packages that lack, in order."""
    names = [package for program, package in PROGRAMS.items() if not which(program)]
    names += [package for header, package in HEADERS.items() if not Path(header).exists()]
    return list(dict.fromkeys(names))


def demand_tools() -> None:
    """Raises when something lacks, before anything is built."""
    names = missing()
    if names:
        raise MirrorError(f"building the mirror needs {', '.join(names)}; install with apt-get, or run script/bootstrap")
