"""The bootable operating systems: their catalogue entries, and the recipes of their root trees."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CATALOG = Path(__file__).parent.parent / "catalog" / "operating-systems.json"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# EC2's names.
EC2_ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}
SUITES = {"debian-12": "bookworm", "debian-13": "trixie"}
# The date in the names of seeded AMIs.
BUILT = "20261115"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# Packages of Debian's own EC2 images that a boot needs or that an image build can notice.
PACKAGES = (
    "apt-utils",
    "ca-certificates",
    "cloud-guest-utils",
    "cloud-init",
    "curl",
    "dbus",
    "e2fsprogs",
    "gpg",
    "initramfs-tools",
    "iproute2",
    "iputils-ping",
    "kmod",
    "less",
    "libpam-systemd",
    "locales",
    "netbase",
    "netplan.io",
    "openssh-server",
    "procps",
    "python3",
    "sudo",
    "systemd",
    "systemd-resolved",
    "systemd-sysv",
    "systemd-timesyncd",
    "udev",
)

CLOUD_CFG = """\
# As in Debian's EC2 images.
datasource_list: [ Ec2, None ]
system_info:
  default_user:
    name: {user}
    gecos: Debian
    lock_passwd: true
    groups: [adm, dialout, cdrom, sudo, dip, plugdev, netdev]
    sudo: ["ALL=(ALL) NOPASSWD:ALL"]
    shell: /bin/bash
apt:
  generate_mirrorlists: true
"""

NETPLAN = """\
network:
  version: 2
  ethernets:
    all-en: {match: {name: "en*"}, dhcp4: true, dhcp4-overrides: {use-domains: true}}
    all-eth: {match: {name: "eth*"}, dhcp4: true, dhcp4-overrides: {use-domains: true}}
"""


@dataclass(frozen=True)
class System:
    """One operating system, for one architecture."""

    key: str
    owner: str
    arch: str
    user: str
    root_device: str
    ami_name: str

    def ami_id(self, region: str) -> str:
        """The same in every run, but different in every region, as on EC2."""
        return "ami-" + hashlib.sha256(f"{region}/{self.ami_name}".encode()).hexdigest()[:17]

    @property
    def layer(self) -> str:
        return f"{self.key}-{self.arch}"


def host_architecture() -> str:
    """Debian's name for this machine's architecture. `rehearsal/start` refuses machines with another."""
    return ARCHITECTURES[platform.machine()]


def ami_name(name_filter: str, salt: str) -> str:
    """A name that matches the catalogue's filter, such as `debian-13-amd64-20261115-1842`."""
    number = int(hashlib.sha256(salt.encode()).hexdigest(), 16) % 9000 + 1000
    return name_filter.replace("*", f"{BUILT}-{number}", 1).replace("*", "")


def system(key: str, catalog: dict[str, Any], arch: str) -> System:
    entry = catalog[key]
    return System(
        key=key,
        owner=entry["owner"],
        arch=arch,
        user=entry["sshUser"],
        root_device=entry.get("rootDevice", "/dev/sda1"),
        ami_name=ami_name(entry["arch"][arch]["nameFilter"], key),
    )


def read_catalog(path: Path = CATALOG) -> dict[str, Any]:
    entries: dict[str, Any] = json.loads(path.read_text())
    return {key: entry for key, entry in entries.items() if isinstance(entry, dict) and "arch" in entry}


def debian_mirror(sources: str) -> str:
    """The archive that a Debian host itself uses; deb.debian.org if its sources name none."""
    found = re.search(r"\bhttps?://[^\s]+/debian(?=/?\s)", sources)
    return found[0] if found else "http://deb.debian.org/debian"


def host_sources(directory: Path = Path("/etc/apt")) -> str:
    if "ID=debian" not in Path("/etc/os-release").read_text().splitlines():
        return ""
    files = [directory / "sources.list", *sorted((directory / "sources.list.d").glob("*"))]
    lines = "\n".join(file.read_text(errors="replace") for file in files if file.is_file()).splitlines()
    return "".join(f"{line}\n" for line in lines if not line.startswith("#"))


def proxies() -> dict[str, str]:
    """The proxy settings that sudo would drop."""
    return {name: os.environ[name] for name in ("http_proxy", "https_proxy", "no_proxy") if name in os.environ}


def recipe(of: System, mirror: str) -> dict[str, Any]:
    """Everything that decides the content of a root tree; its hash is the tree's name in the cache."""
    suite = SUITES[of.key]
    security = re.sub(r"/debian$", "/debian-security", mirror)
    sources = f"deb {mirror} {suite} main\ndeb {mirror} {suite}-updates main\ndeb {security} {suite}-security main\n"
    return {
        "suite": suite,
        "arch": of.arch,
        "keyring": KEYRING,
        "packages": [*PACKAGES, f"linux-image-cloud-{of.arch}"],
        "sources": sources.splitlines(),
        "files": {
            "/etc/apt/sources.list": sources,
            "/etc/cloud/cloud.cfg.d/01_debian_cloud.cfg": CLOUD_CFG.format(user=of.user),
            "/etc/netplan/90-default.yaml": NETPLAN,
            "/etc/hostname": "localhost\n",
            "/etc/default/locale": "LANG=C.UTF-8\n",
        },
        # Each instance generates its own.
        "remove": ["/etc/ssh/ssh_host_*", "/var/lib/dbus/machine-id", "/etc/resolv.conf.*", "/var/log/bootstrap.log"],
    }
