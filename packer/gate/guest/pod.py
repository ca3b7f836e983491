"""Checks what a running pod got from the node: a cgroup, filters, limits, an address."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from moments import below
from results import Wrong

# The kernel's default of fs.nr_open.
OPEN_FILES = 1 << 20
APPARMOR = "cri-containerd.apparmor.d (enforce)"


def cgroup(status: dict[str, Any], root: Path = Path("/sys/fs/cgroup")) -> str:
    name = status["containerStatuses"][0]["containerID"].rpartition("/")[2]
    paths = [path for path in below(root) if name in path.name and path.is_dir()]
    if not paths:
        raise Wrong(f"no cgroup belongs to the pod's container {name}")
    path = min(paths, key=lambda each: len(str(each)))
    place = "/" + str(path.relative_to(root))
    if not place.startswith("/kubepods.slice/"):
        raise Wrong(f"the pod's cgroup is {place}, not below /kubepods.slice: containerd's SystemdCgroup is not true")
    return str(path)


def processes(path: str) -> list[str]:
    """The IDs of a pod's processes."""
    numbers = (Path(path) / "cgroup.procs").read_text().split()
    if not numbers:
        raise Wrong(f"no process is in the pod's cgroup {path}")
    return numbers


def seccomp(path: str) -> str:
    for number in processes(path):
        mode = re.search(r"^Seccomp:\s*(\d)", Path("/proc", number, "status").read_text(), re.MULTILINE)
        if mode is None or mode[1] != "2":
            raise Wrong(f"the pod's process has seccomp mode {mode[1] if mode else 'unknown'}, not 2 (filter)")
    return "filtered"


def open_files(path: str, nr_open: Path = Path("/proc/sys/fs/nr_open")) -> str:
    """The open-file limit of a pod's process. `infinity` in containerd's unit becomes fs.nr_open, which can be 2^30."""
    number = processes(path)[0]
    found = re.search(r"^Max open files +(\S+) +(\S+)", Path("/proc", number, "limits").read_text(), re.MULTILINE)
    soft, hard = found.groups() if found else ("unknown", "unknown")
    most = max(OPEN_FILES, int(nr_open.read_text()) - 1)
    if not hard.isdigit() or int(hard) > most:
        raise Wrong(f"a pod's process may open {hard} files, which is no limit: set LimitNOFILE in containerd.service")
    return f"{soft}, and {hard} at most"


def apparmor(path: str, module: Path = Path("/sys/module/apparmor/parameters/enabled")) -> str:
    """If the kernel has AppArmor, a pod's process must have containerd's profile."""
    if not module.exists() or module.read_text().strip() != "Y":
        return "the kernel has no AppArmor"
    told = Path("/proc", processes(path)[0], "attr/current").read_text(errors="replace").strip("\0\n ")
    if told != APPARMOR:
        raise Wrong(
            f"the kernel has AppArmor, and the pod's process is {told or 'unknown'}, not {APPARMOR}: "
            "containerd needs /sbin/apparmor_parser, from the package apparmor"
        )
    return told


def address(status: dict[str, Any]) -> str:
    own = status.get("podIP") or ""
    if not own or own == status.get("hostIP"):
        raise Wrong(f"the pod has the address {own or 'none'}, not one from CNI")
    return f"{own} from CNI"
