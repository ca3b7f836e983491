"""Options that take effect at boot: the running system has what the image was built with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from results import Wrong, output

# Stops the kernel from recording anything for a new process. Some distributions have this rule.
OFF = re.compile(r"-a +(?:never,task|task,never)\b")


def configured(expected: dict[str, Any]) -> list[str]:
    """Names of the options that the image has."""
    options = expected.get("options") or {}
    names = {
        "FIPS mode": expected.get("fips"),
        f"SELinux {options.get('selinux')}": options.get("selinux"),
        "kernel arguments": options.get("kernel_arguments"),
        "audit rules": options.get("audit_rules"),
    }
    return [name for name, value in names.items() if value]


def read(file: Path) -> str:
    return file.read_text().strip() if file.exists() else ""


def by_grub(root: Path) -> bool:
    """Only GRUB passes the image's own command line. It adds BOOT_IMAGE."""
    return re.search(r"(?:^| )BOOT_IMAGE=", read(root / "proc/cmdline")) is not None


def kernel(root: Path, fips: bool, arguments: list[str]) -> list[str]:
    """What the kernel was not told."""
    if not by_grub(root):
        return []
    given = read(root / "proc/cmdline").split()
    missing = [word for word in arguments if word not in given]
    found = [f"the kernel's command line lacks {' '.join(missing)}"] if missing else []
    if fips and read(root / "proc/sys/crypto/fips_enabled") != "1":
        found.append("the kernel is not in FIPS mode")
    return found


def selinux(root: Path, wanted: str) -> list[str]:
    told = {"1": "enforcing", "0": "permissive"}.get(read(root / "sys/fs/selinux/enforce"), "off")
    return [f"SELinux is {told}, not {wanted}"] if wanted and told != wanted else []


def audit(rules: list[str], listed: str) -> list[str]:
    """Compares by key: auditctl prints a rule in another form than it was given."""
    loaded = [line for line in listed.splitlines() if line.startswith("-")]
    if not loaded and any(re.match(r"-[aAw]\b", rule) for rule in rules):
        return [f"no audit rule is loaded: {listed.strip()}"]
    keys = {key for rule in rules for key in re.findall(r"(?:^| )(?:-k +|-F +key=)(\S+)", rule)}
    known = {key for line in loaded for key in re.findall(r"(?: -k |key=)(\S+)", line)}
    found = [f"no audit rule with the key {key} is loaded" for key in sorted(keys - known)]
    if any(map(OFF.match, loaded)) and not any(map(OFF.match, rules)):
        found.append("the audit rule -a never,task keeps the kernel from recording")
    return found


def effective(expected: dict[str, Any], root: Path = Path("/")) -> str:
    options = expected.get("options") or {}
    rules = options.get("audit_rules") or []
    found = [
        *kernel(root, bool(expected.get("fips")), options.get("kernel_arguments") or []),
        *selinux(root, options.get("selinux") or ""),
        *(audit(rules, output("auditctl", "-l")) if rules else []),
    ]
    if found:
        raise Wrong("; ".join(found))
    unseen = "" if by_grub(root) else "; without GRUB, the kernel's command line is not the image's"
    return f"{', '.join(configured(expected))}: as configured{unseen}"
