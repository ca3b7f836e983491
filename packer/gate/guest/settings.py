"""Kernel settings: the kernel has the values of the image's file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from moments import matching
from results import Wrong

OURS = "etc/sysctl.d/90-k8s-node.conf"
# With base_hardening: cis.
HARDENED = "etc/sysctl.d/91-k8s-node-cis.conf"
# In the order of systemd-sysctl, without /run, which is never part of an image.
DIRECTORIES = ("usr/lib/sysctl.d", "etc/sysctl.d")
# Settings that a kernel without IPv6 lacks.
IPV6 = "net/ipv6"
# A list of ports or CPUs; also a single number.
NUMBER = r"(?:0[xX][0-9a-fA-F]+|\d+)"
LIST = re.compile(rf"{NUMBER}(-{NUMBER})?(,{NUMBER}(-{NUMBER})?)*")


def path_of(name: str) -> str:
    """A setting's path below /proc/sys. If `.` comes before `/`, it separates and `/` means a dot (sysctl.d(5))."""
    name = name.removeprefix("-")
    first = next((letter for letter in name if letter in "./"), "/")
    return name if first == "/" else name.translate(str.maketrans("./", "/."))


class Setting(NamedTuple):
    """What a line of sysctl.d wants. Without a value, it only excludes its name from patterns."""

    value: str | None
    # The line's name begins with `-`: the kernel may refuse the value, or lack the setting.
    optional: bool


def wanted(text: str) -> dict[str, Setting]:
    """Path below /proc/sys -> setting, from the text of a file in sysctl.d."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        name, optional = name.strip(), name.strip().startswith("-")
        if name[:1] not in ("", "#", ";") and (equals or optional):
            found[path_of(name)] = Setting(value.strip() if equals else None, optional)
    return found


def number(word: str) -> int:
    """A number as the kernel reads it: one that begins with 0 is octal."""
    return int(word, 8 if re.fullmatch(r"-?0[0-7]+", word) else 0)


def ranges(listed: str) -> list[tuple[int, int]]:
    """The ranges of a list, sorted, with neighbours merged, as the kernel prints them."""
    found: list[tuple[int, int]] = []
    parts = [part.partition("-") for part in listed.split(",")]
    for first, last in sorted((number(low), number(high or low)) for low, _, high in parts):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def same(one: str, other: str) -> bool:
    """Whether two values mean the same. The kernel prints numbers and lists in its own form, with tabs between them."""

    def known(word: str) -> object:
        try:
            return ranges(word) if LIST.fullmatch(word) else number(word)
        except ValueError:
            return word

    return [known(word) for word in one.split()] == [known(word) for word in other.split()]


def is_pattern(path: str) -> bool:
    return any(letter in path for letter in "*?[")


def others(root: Path) -> dict[str, Path]:
    """Name -> file of sysctl.d, as systemd-sysctl chooses it."""
    files: dict[str, Path] = {}
    for directory in DIRECTORIES:
        files |= {file.name: file for file in (root / directory).glob("*.conf") if file.is_file()}
    return files


def overridden(root: Path, own: str, path: str) -> str:
    """The file that overrides a setting of our own file with another value; empty for none."""
    files = others(root)
    later = [name for name in sorted(files) if name > own and path in wanted(files[name].read_text(errors="replace"))]
    return str(files[later[-1]]) if later else ""


def wrong(root: Path, own: str, path: str, value: str, explicit: set[str]) -> list[str]:
    """Differences between kernel and file for one setting. If it is a pattern, names that any file has do not count."""
    name = path.replace("/", ".")
    found = matching(root / "proc/sys", path)
    if is_pattern(path):
        found = [file for file in found if str(file.relative_to(root / "proc/sys")) not in explicit]
    elif not found:
        if path.startswith(IPV6) and not (root / "proc/sys" / IPV6).exists():
            return []
        return [f"the kernel has no {name}: the module that adds it is not loaded at boot"]
    lines = []
    for file in found:
        try:
            # Some are write-only.
            if file.is_dir() or not file.stat().st_mode & 0o444:
                continue
            told = file.read_text(errors="replace").strip()
        except FileNotFoundError:
            # The settings of a link disappear with it.
            continue
        if not same(told, value):
            by = overridden(root, own, path)
            shown = str(file.relative_to(root / "proc/sys")).replace("/", ".")
            lines.append(f"{shown} is {told}, not {value}{f', set by {by}' if by else ''}")
    return lines


def applied(root: Path = Path("/")) -> str:
    """Compares all settings of the image, its own and those of base_sysctl_extra and base_hardening."""
    ours = [name for name in (OURS, HARDENED) if (root / name).exists()]
    if OURS not in ours:
        raise Wrong(f"there is no /{OURS}")
    texts = [file.read_text(errors="replace") for file in others(root).values()]
    explicit = {path for text in texts for path in wanted(text) if not is_pattern(path)}
    found, told = [], []
    for name in ours:
        given = wanted((root / name).read_text())
        told.append(f"all {len(given)} of /{name}")
        for path, (value, optional) in given.items():
            if value is not None and not optional:
                found += wrong(root, Path(name).name, path, value, explicit)
    if found:
        raise Wrong("; ".join(found))
    return ", ".join(told)
