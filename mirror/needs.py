"""The programs that a mirror needs, and their Debian packages."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from mirror.cross import EMULATOR, TRIPLE, is_foreign
from mirror.errors import MirrorError
from mirror.golang import oldest_go
from rehearsal.systems import KEYRING

# A program or file that shows that it is installed -> Debian's package.
PACKAGES = {
    "gpg": "gnupg",
    "gpgconf": "gnupg",
    "apt-get": "apt",
    "dpkg-deb": "dpkg",
    "gcc": "gcc",
    "go": f"golang ({oldest_go()} or later)",
    "/usr/include/seccomp.h": "libseccomp-dev",
    "pkg-config": "pkg-config",
}
# Additional needs of parts for arm64 on another machine.
CROSS = {
    f"{TRIPLE}-gcc": "gcc-aarch64-linux-gnu",
    f"/usr/{TRIPLE}/include/stdio.h": "libc6-dev-arm64-cross",
    EMULATOR: "qemu-user-static",
    KEYRING: "debian-archive-keyring",
}


def lacking(*names: str) -> list[str]:
    """Debian packages of the missing programs (or absolute paths), in order, each once."""
    absent = [name for name in names if not (Path(name).exists() if name.startswith("/") else shutil.which(name))]
    return list(dict.fromkeys((PACKAGES | CROSS).get(name, name) for name in absent))


def demand(*names: str, script: str = "script/bootstrap") -> None:
    """Raises if one is missing, before anything is built or fetched."""
    absent = lacking(*names)
    if absent:
        raise MirrorError(f"the mirror needs {', '.join(absent)}, which is not here; run {script} or install it")


def demand_for_source(arches: Sequence[str]) -> None:
    """Everything that building from source needs for these architectures."""
    demand(*PACKAGES)
    if any(is_foreign(arch) for arch in arches):
        demand(*CROSS, script="script/bootstrap arm64")
