"""After a reboot: checks that it is the same machine, as intact as at its first boot."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import boot
import node
import results
import settings
from results import Wrong, output

# Survives the reboot. The instance is discarded afterwards.
NOTES = Path("/var/lib/k8s-gate.json")


def wanted(asked: str) -> tuple[bool, str]:
    """Whether to reboot, and why. With `auto`, not on an emulated processor, where a boot takes minutes.

    systemd calls QEMU without KVM `qemu`; a Nitro instance is `amazon`, an older one `xen`, metal `none`.
    """
    if asked != "auto":
        return asked == "true", f"test-reboot is {asked}"
    kind = output("systemd-detect-virt", "--vm").strip()
    return kind != "qemu", f"virtualization is {kind}" + (", an emulated processor" if kind == "qemu" else "")


def identity() -> dict[str, str]:
    """The machine's identity, and which boot this is."""
    keys = sorted(Path("/etc/ssh").glob("ssh_host_*_key"))
    return {
        "boot": Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "machine-id": Path("/etc/machine-id").read_text().strip(),
        **{str(key): hashlib.sha256(key.read_bytes()).hexdigest() for key in keys},
    }


def remember() -> None:
    NOTES.write_text(json.dumps(identity()))


def same(before: dict[str, str], now: dict[str, str]) -> str:
    """Compares the machine before and after the reboot."""
    if before["boot"] == now["boot"]:
        raise Wrong("it did not reboot")
    names = (before.keys() | now.keys()) - {"boot"}
    other = sorted(name for name in names if before.get(name) != now.get(name))
    if other:
        raise Wrong(f"changed by a reboot: {', '.join(other)}")
    return "machine-id and host keys are those of the first boot"


def run(expected: dict[str, Any], level: str, limit: float) -> bool:
    if expected.get("power_off"):
        output("sh", "-c", expected["power_off"])
    checks = {
        "identity": lambda: same(json.loads(NOTES.read_text()), identity()),
        "root-volume": boot.root_grew,
        "cgroups": boot.cgroups,
        **({} if expected["family"] == "flatcar" else {"cloud-init": lambda: boot.cloud_init(limit)}),
        "units": lambda: boot.units(limit),
        "sysctl": settings.applied,
        "time-source": lambda: boot.time_source(expected["family"]),
        "swap": boot.swap_off,
    }
    if level != "boot":
        checks["kernel-settings"] = node.kernel_settings
        checks["containerd"] = lambda: node.containerd(limit)
    passed = [results.check("boot", f"reboot-{name}", work) for name, work in checks.items()]
    return all(passed)
