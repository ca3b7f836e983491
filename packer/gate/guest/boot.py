"""Level boot: the instance booted as a new machine, without failures, and has the planned versions."""

from __future__ import annotations

import configparser
import fcntl
import fnmatch
import json
import os
import re
import struct
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cluster_api
import network
import options
import results
import settings
from leftovers import leftovers
from moments import booted, changed
from results import Wrong, journal, output, properties

MIB = 1 << 20
# How much smaller a file system may be than its partition, and a partition than its disk.
SLACK = 64 * MIB
HELD = ("kubelet", "kubeadm", "kubectl", "cri-tools", "kubernetes-cni")
TIME_SERVER = "169.254.169.123"


def cloud_init(limit: float) -> str:
    """Waits for the file that cloud-init writes at its end: `cloud-init status` would start a second Python."""
    told = Path("/run/cloud-init/result.json")
    deadline = time.monotonic() + limit
    while not told.exists():
        if time.monotonic() > deadline:
            raise Wrong(f"cloud-init was not done after {limit:.0f} s", journal("cloud-*"))
        time.sleep(0.5)
    result = json.loads(told.read_text())["v1"]
    if result["errors"]:
        raise Wrong(f"cloud-init had errors: {'; '.join(result['errors'])}", journal("cloud-*", 40))
    return f"done, with {result['datasource']}"


def units(limit: float) -> str:
    """Waits for the end of the boot, so that late failures are seen, too."""
    state = output("systemctl", "is-system-running", "--wait", timeout=limit).strip()
    listed = output("systemctl", "list-units", "--state=failed", "--plain", "--no-legend", "--no-pager", "--full")
    failed = [line.split()[0] for line in listed.splitlines() if line.strip()]
    if failed:
        raise Wrong(f"failed at boot: {', '.join(failed)}", "\n".join(journal(unit, 15) for unit in failed[:5]))
    return f"none failed ({state})"


def machine_id() -> str:
    file = Path("/etc/machine-id")
    value = file.read_text().strip() if file.exists() else ""
    if not re.fullmatch(r"[0-9a-f]{32}", value):
        raise Wrong(f"/etc/machine-id holds {value or 'nothing'}")
    if changed(file) < booted():
        raise Wrong("/etc/machine-id is older than this boot: every instance of this image has the same one", value)
    return "made at this boot"


def host_keys() -> str:
    keys = sorted(Path("/etc/ssh").glob("ssh_host_*_key"))
    if not keys:
        raise Wrong("/etc/ssh holds no host key")
    old = [str(key) for key in keys if changed(key) < booted()]
    if old:
        raise Wrong(f"older than this boot, so shared by every instance of this image: {', '.join(old)}")
    return f"{len(keys)} made at this boot"


# Linux's XFS_IOC_FSGEOMETRY_V1 and the size of the structure that it fills (xfs_fs.h).
XFS_GEOMETRY, XFS_GEOMETRY_BYTES = 0x80705864, 112


def file_system_bytes(device: str) -> int:
    """The size that the root file system reports. XFS is asked by ioctl, since its superblock on disk may be old."""
    with open(device, "rb") as file:
        head = file.read(4096)
    if head[:4] == b"XFSB":
        place = os.open("/", os.O_RDONLY)
        try:
            told = fcntl.ioctl(place, XFS_GEOMETRY, bytes(XFS_GEOMETRY_BYTES))
        finally:
            os.close(place)
        (block,), (blocks,) = struct.unpack("=I", told[:4]), struct.unpack("=Q", told[32:40])
        return int(block * blocks)
    superblock = head[1024:]
    if superblock[56:58] == b"\x53\xef":
        (low,) = struct.unpack("<I", superblock[4:8])
        (shift,) = struct.unpack("<I", superblock[24:28])
        (high,) = struct.unpack("<I", superblock[0x150:0x154])
        return int(((high << 32) + low) << (10 + shift))
    raise Wrong(f"{device} has a file system that this check cannot measure (only ext4 and XFS)")


def root_grew() -> str:
    number = os.stat("/").st_dev
    device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}").resolve()
    if not device.exists():
        raise Wrong("the root file system is not on a single block device, so its growth cannot be checked")
    if (device / "dm").exists():
        raise Wrong("the root file system is on a logical volume, so its growth cannot be checked")

    def sectors(path: Path, name: str = "size") -> int:
        return int((path / name).read_text()) * 512

    disk = device.parent if (device / "partition").exists() else device
    end = sectors(device) + (sectors(device, "start") if disk != device else 0)
    gib = f"{sectors(disk) / 2**30:.1f} GiB"
    if sectors(disk) - end > SLACK:
        raise Wrong(f"the root partition ends {(sectors(disk) - end) // MIB} MiB before its disk of {gib} does")
    left = sectors(device) - file_system_bytes(f"/dev/{device.name}")
    if left > SLACK:
        raise Wrong(f"the root file system leaves {left // MIB} MiB of its disk of {gib} unused")
    return f"fills its disk of {gib}"


def on_amazon(root: Path = Path("/")) -> bool:
    """Whether this is a machine of EC2, Nitro or Xen: only there does Amazon's time server answer."""
    files = [root / "sys/class/dmi/id" / name for name in ("sys_vendor", "bios_vendor", "bios_version")]
    return any("amazon" in file.read_text(errors="replace").lower() for file in files if file.exists())


def time_source(family: str, limit: float = 60) -> str:
    if family == "flatcar":
        return ntp()
    state = output("systemctl", "is-active", "chrony", "chronyd").split()
    if "active" not in state:
        raise Wrong(f"chrony is {state[0] if state else 'not there'}", journal("chrony"))
    deadline = time.monotonic() + limit
    while True:
        told = output("chronyc", "-n", "-c", "sources")
        sources = [line.split(",") for line in told.splitlines()]
        if not any(fields[2:3] == [TIME_SERVER] for fields in sources):
            raise Wrong(f"chrony does not know {TIME_SERVER}, Amazon's time server", told)
        if not on_amazon():
            return f"chrony, with {TIME_SERVER}"
        # A source can answer and still not be selectable, for example because another one is required.
        chosen = [fields[2] for fields in sources if fields[1] == "*"]
        if chosen:
            return f"chrony, with {TIME_SERVER}; follows {chosen[0]}"
        if time.monotonic() > deadline:
            raise Wrong(f"chrony followed no time server within {limit:.0f} s", f"{told}\n{journal('chrony*')}")
        time.sleep(1)


def ntp() -> str:
    """Flatcar's ntpd on EC2, or chrony or systemd-timesyncd if the image was configured to use that."""
    states = {
        unit: properties(unit, "ActiveState").get("ActiveState") for unit in ("ntpd", "chronyd", "systemd-timesyncd")
    }
    running = [unit for unit, state in states.items() if state == "active"]
    if not running:
        raise Wrong(f"nothing keeps the time: {', '.join(states)} are not active", journal("ntpd"))
    ask = {
        "ntpd": ("ntpq", "-p", "-n"),
        "chronyd": ("chronyc", "-n", "-c", "sources"),
        "systemd-timesyncd": ("timedatectl", "show-timesync", "--property=SystemNTPServers,ServerAddress"),
    }[running[0]]
    told = output(*ask)
    if TIME_SERVER not in told:
        raise Wrong(f"{running[0]} does not know {TIME_SERVER}, Amazon's time server", told)
    return f"{running[0]}, with {TIME_SERVER}"


def swap_off() -> str:
    lines = Path("/proc/swaps").read_text().splitlines()[1:]
    if lines:
        raise Wrong(f"swap is on: {', '.join(line.split()[0] for line in lines)}", "\n".join(lines))
    return "off"


def cgroups() -> str:
    if not Path("/sys/fs/cgroup/cgroup.controllers").exists():
        raise Wrong("cgroup v2 is not mounted at /sys/fs/cgroup, which kubelet needs")
    missing = {"cpu", "memory", "pids"} - set(Path("/sys/fs/cgroup/cgroup.controllers").read_text().split())
    if missing:
        raise Wrong(f"cgroup v2 lacks the controllers {', '.join(sorted(missing))}")
    return "v2"


def dpkg_packages(status: str) -> dict[str, tuple[bool, str]]:
    """Name -> (held, version) of installed packages, read from dpkg's own file, so that no process has to start."""
    found = {}
    for block in status.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and line[0] != " ")
        selection, _, state = (fields.get("Status", "") + "  ").split(" ")[:3]
        if state == "installed":
            found[fields["Package"]] = (selection == "hold", fields["Version"])
    return found


def excluded(texts: Iterable[str]) -> list[str]:
    """The patterns that dnf never updates, from the texts of its configuration files."""
    patterns: list[str] = []
    for text in texts:
        read = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            read.read_string(text)
        except configparser.Error:
            continue
        for section in read.sections():
            for key in ("exclude", "excludepkgs"):
                patterns += re.split(r"[\s,]+", read.get(section, key, fallback="").strip())
    return [pattern for pattern in patterns if pattern]


def rpm_packages(listed: str, patterns: list[str], locked: str = "") -> dict[str, tuple[bool, str]]:
    """Name -> (held, version-release), from lines `name TAB version`, dnf's excludes and its versionlock list."""
    found = {}
    for line in listed.splitlines():
        name, tab, version = line.partition("\t")
        if tab:
            lock = re.search(rf"^(?:[0-9]+:)?{re.escape(name)}-[0-9]+:", locked, re.MULTILINE)
            held = any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
            found[name] = (held or lock is not None, version)
    return found


def packages() -> dict[str, tuple[bool, str]]:
    """Name -> (held, version) of installed packages; empty on a system with neither dpkg nor rpm."""
    status = Path("/var/lib/dpkg/status")
    if status.exists():
        return dpkg_packages(status.read_text(errors="replace"))
    if not Path("/usr/bin/rpm").exists():
        return {}
    files = [Path("/etc/dnf/dnf.conf"), *sorted(Path("/etc/yum.repos.d").glob("*.repo"))]
    lock = Path("/etc/dnf/plugins/versionlock.list")
    listed = output("rpm", "--query", "--all", "--queryformat", r"%{NAME}\t%{VERSION}-%{RELEASE}\n")
    patterns = excluded(file.read_text(errors="replace") for file in files if file.exists())
    return rpm_packages(listed, patterns, lock.read_text(errors="replace") if lock.exists() else "")


def held(expected: dict[str, Any]) -> str:
    if not expected["kubernetes_package"]:
        return "no packages of Kubernetes: its programs are plain files"
    known = packages()
    free = [name for name in HELD if not known.get(name, (False, ""))[0]]
    if free:
        raise Wrong(f"not held, so an upgrade of the node would change them: {', '.join(free)}")
    return ", ".join(HELD)


def place(family: str, program: str) -> str:
    """Path of a program. On Flatcar, whose /usr is read-only, all of them are in /opt/bin."""
    others = {"containerd": "/usr/local/bin/containerd", "runc": "/usr/local/sbin/runc"}
    return f"/opt/bin/{program}" if family == "flatcar" else others.get(program, f"/usr/bin/{program}")


def versions(expected: dict[str, Any]) -> str:
    """Asks the programs themselves: the package can have the right version while the file has another."""
    known = packages()
    wrong = []
    for name in ("kubelet", "kubeadm", "kubectl") if expected["kubernetes_package"] else ():
        version = known.get(name, (False, "not installed"))[1]
        if not fnmatch.fnmatchcase(version, expected["kubernetes_package"]):
            wrong.append(f"the package {name} is {version}, not {expected['kubernetes_package']}")
    family = expected["family"]
    told = {
        "kubelet": ((place(family, "kubelet"), "--version"), expected["kubernetes_version"]),
        "kubeadm": ((place(family, "kubeadm"), "version", "-o", "short"), expected["kubernetes_version"]),
        "containerd": ((place(family, "containerd"), "--version"), expected["containerd"]),
        "runc": ((place(family, "runc"), "--version"), expected["runc"]),
        "the CNI plugin bridge": (("/opt/cni/bin/bridge",), expected["cni_plugins"]),
    }
    with ThreadPoolExecutor(2) as pool:
        asked = {name: pool.submit(output, *command) for name, (command, _) in told.items()}
    for name, (_, version) in told.items():
        try:
            text = asked[name].result()
        except Wrong as error:
            wrong.append(f"{name}: {error}")
            continue
        if not re.search(rf"(?<![0-9.]){re.escape(version)}(?![0-9]|\.[0-9])", text):
            wrong.append(f"{name} says {(text.splitlines() or ['nothing'])[0]}, not {version}")
    if wrong:
        raise Wrong("; ".join(wrong))
    return f"Kubernetes {expected['kubernetes_version']}, containerd {expected['containerd']}, as planned"


def run(expected: dict[str, Any], limit: float, tuned: bool = False) -> bool:
    """All checks; those that wait for the end of the boot come last. Flatcar has no cloud-init to wait for.

    With `tuned`, the kernel settings have been checked already.
    """
    flatcar = expected["family"] == "flatcar"
    checks = {
        "machine-id": machine_id,
        "host-keys": host_keys,
        "cgroups": cgroups,
        "held-packages": lambda: held(expected),
        "versions": lambda: versions(expected),
        "leftovers": leftovers,
        **({} if flatcar else {"cloud-init": lambda: cloud_init(limit), "cloud-init-hotplug": network.hotplug}),
        **({} if expected.get("cluster_api", "none") == "none" else {"cluster-api": cluster_api.check}),
        "units": lambda: units(limit),
        # Flatcar grows it at any time before the boot has ended.
        "root-volume": root_grew,
        **({"options": lambda: options.effective(expected)} if options.configured(expected) else {}),
        **({} if tuned else {"sysctl": settings.applied}),
        "time-source": lambda: time_source(expected["family"]),
        # The last unit of the boot may turn it on.
        "swap": swap_off,
    }
    passed = [results.check("boot", name, work) for name, work in checks.items()]
    return all(passed)
