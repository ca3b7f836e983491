"""The programs that a mirror needs, and their Debian packages."""

import shutil
from pathlib import Path

from mirror.errors import MirrorError

# A program or file that shows that it is installed -> Debian's package.
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
    """Debian packages of the missing programs (or absolute paths), in order, each once."""
    absent = [name for name in names if not (Path(name).exists() if name.startswith("/") else shutil.which(name))]
    return list(dict.fromkeys(PACKAGES.get(name, name) for name in absent))


def demand(*names: str) -> None:
    """Raises if one is missing, before anything is built or fetched."""
    absent = lacking(*names)
    if absent:
        raise MirrorError(
            f"the mirror needs {', '.join(absent)}, which is not here; run script/bootstrap or install it"
        )


def demand_for_source() -> None:
    """Everything that building from source needs."""
    demand(*PACKAGES)
