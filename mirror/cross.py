"""Parts for arm64 that are built on x86-64: compiler, libraries, and the emulator that runs the programs."""

import platform
from pathlib import Path

from mirror.cache import content_key, part
from mirror.debian import SUITE, take
from mirror.errors import MirrorError
from mirror.progress import Say

ARCHES = {"x86_64": "amd64", "aarch64": "arm64"}
TRIPLE = "aarch64-linux-gnu"
EMULATOR = "qemu-aarch64-static"
LIBRARY = "libseccomp-dev"


def host_arch() -> str:
    """This machine's architecture by Go's name. Raises for one without node images."""
    machine = platform.machine()
    if machine not in ARCHES:
        raise MirrorError(f"this machine is {machine}; the mirror is built on x86_64 or aarch64")
    return ARCHES[machine]


def is_foreign(arch: str) -> bool:
    """Whether `arch` is not this machine's own. Raises if parts for it cannot be built here."""
    if arch == host_arch():
        return False
    if arch != "arm64":
        raise MirrorError(f"parts for {arch} are built on {arch}; leave that architecture out here")
    return True


def compiler(arch: str) -> str:
    """The C compiler for `arch`."""
    return f"{TRIPLE}-gcc" if is_foreign(arch) else "gcc"


def runner(arch: str) -> list[str]:
    """The start of a command line that runs a program of `arch`."""
    return [EMULATOR] if is_foreign(arch) else []


def cgo_environment(cache: Path, arch: str, say: Say) -> dict[str, str]:
    """Variables that `go build` with cgo needs for another architecture: compiler and libseccomp."""
    if not is_foreign(arch):
        return {}

    def build(work: Path) -> None:
        take(LIBRARY, arch, work)
        # A link into another package. The build links statically and does not need it.
        (work / f"usr/lib/{TRIPLE}/libseccomp.so").unlink()

    root = part(cache, f"deb-libseccomp-{arch}", content_key(LIBRARY, SUITE), build, say)
    return {
        "CC": compiler(arch),
        "PKG_CONFIG_LIBDIR": f"{root}/usr/lib/{TRIPLE}/pkgconfig",
        "PKG_CONFIG_SYSROOT_DIR": str(root),
        # Without these, pkg-config omits /usr/include and /usr/lib, which the compiler needs below that directory.
        "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1",
        "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1",
    }
