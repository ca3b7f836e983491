"""The programs that a mirror takes, and where Debian has them."""

import shutil
from pathlib import Path

from mirror.errors import MirrorError

# What shows that it is there -> Debian's package.
PACKAGES = {
    "gpg": "gnupg",
    "gpgconf": "gnupg",
    "apt-get": "apt",
    "dpkg-deb": "dpkg",
    "gcc": "gcc",
    "go": "golang (1.26 or later)",
    "/usr/include/seccomp.h": "libseccomp-dev",
}


def lacking(*names: str) -> list[str]:
    """Debian packages of those programs (or absolute paths) that are not here, in order, each once."""
    absent = [name for name in names if not (Path(name).exists() if name.startswith("/") else shutil.which(name))]
    return list(dict.fromkeys(PACKAGES.get(name, name) for name in absent))


def demand(*names: str) -> None:
    """Raises when one lacks, before anything is built or fetched."""
    absent = lacking(*names)
    if absent:
        raise MirrorError(
            f"the mirror needs {', '.join(absent)}, which is not here; run script/bootstrap or install it"
        )


def demand_for_source() -> None:
    """All that building from source takes."""
    demand(*PACKAGES)
