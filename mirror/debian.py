"""Debian's packages for another architecture, fetched without a change to this machine's apt."""

import os
import tempfile
from pathlib import Path

from mirror.errors import MirrorError
from mirror.progress import run
from rehearsal.systems import KEYRING, debian_mirror, host_sources

# The oldest suite with images: its static libraries link with every later C library.
SUITE = "bookworm"


def take(package: str, arch: str, into: Path) -> None:
    """Unpacks Debian's `package` for `arch` below `into`, verified by apt with Debian's keys."""
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=f"{into.name}.") as scratch:
        home = Path(scratch)
        for name in ("state/lists/partial", "cache/archives/partial"):
            (home / name).mkdir(parents=True)
        (home / "status").touch()
        archive = debian_mirror(host_sources())
        (home / "sources.list").write_text(f"deb [signed-by={KEYRING}] {archive} {SUITE} main\n")
        settings = {
            "Dir::State": home / "state",
            "Dir::State::status": home / "status",
            "Dir::Cache": home / "cache",
            "Dir::Etc::SourceList": home / "sources.list",
            "Dir::Etc::SourceParts": "-",
            "APT::Architecture": arch,
            "APT::Architectures": arch,
            # Apt's own user cannot read this directory.
            "APT::Sandbox::User": "root",
        }
        apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in settings.items())]
        env = dict(os.environ) | {"LC_ALL": "C.UTF-8"}
        try:
            run([*apt, "update"], limit=300, env=env)
            run([*apt, "download", package], limit=300, cwd=home, env=env)
        except MirrorError as error:
            raise MirrorError(f"Debian's {package} for {arch} cannot be fetched from {archive}: {error}") from None
        (file,) = home.glob("*.deb")
        run(["dpkg-deb", "--extract", file, into], limit=60)
