"""Kernel settings: the kernel has the values of the image's file."""

from __future__ import annotations

from pathlib import Path

from results import Wrong

OURS = "etc/sysctl.d/90-k8s-node.conf"
# In the order of systemd-sysctl, without /run, which is never part of an image.
DIRECTORIES = ("usr/lib/sysctl.d", "etc/sysctl.d")
# Settings that a kernel without IPv6 lacks.
IPV6 = "net/ipv6"


def path_of(name: str) -> str:
    """A setting's path below /proc/sys. If `.` comes before `/`, it separates and `/` means a dot (sysctl.d(5))."""
    name = name.removeprefix("-")
    first = next((letter for letter in name if letter in "./"), "/")
    return name if first == "/" else name.translate(str.maketrans("./", "/."))


def wanted(text: str) -> dict[str, str]:
    """Path below /proc/sys -> value, from the text of a file in sysctl.d."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and name.strip()[:1] not in ("#", ";"):
            found[path_of(name.strip())] = value.strip()
    return found


def same(one: str, other: str) -> bool:
    """Whether two values mean the same. The kernel prints numbers in its own form, with tabs between them."""

    def known(word: str) -> object:
        try:
            return int(word, 0)
        except ValueError:
            return word

    return [known(word) for word in one.split()] == [known(word) for word in other.split()]


def overridden(root: Path, path: str) -> str:
    """The file that overrides a setting with another value; empty for none."""
    files: dict[str, Path] = {}
    for directory in DIRECTORIES:
        files |= {file.name: file for file in (root / directory).glob("*.conf") if file.is_file()}
    own = Path(OURS).name
    later = [name for name in sorted(files) if name > own and path in wanted(files[name].read_text(errors="replace"))]
    return str(files[later[-1]]) if later else ""


def wrong(root: Path, path: str, value: str) -> list[str]:
    """Differences between kernel and file for one setting, which may be a pattern."""
    name = path.replace("/", ".")
    found = sorted((root / "proc/sys").glob(path))
    if not found:
        if path.startswith(IPV6) and not (root / "proc/sys" / IPV6).exists():
            return []
        return [f"the kernel has no {name}: the module that adds it is not loaded at boot"]
    lines = []
    for file in found:
        # Some are write-only.
        if file.is_dir() or not file.stat().st_mode & 0o444:
            continue
        told = file.read_text(errors="replace").strip()
        if not same(told, value):
            by = overridden(root, path)
            shown = str(file.relative_to(root / "proc/sys")).replace("/", ".")
            lines.append(f"{shown} is {told}, not {value}{f', set by {by}' if by else ''}")
    return lines


def applied(root: Path = Path("/")) -> str:
    """Compares all settings of the image, its own and base_sysctl_extra's."""
    file = root / OURS
    if not file.exists():
        raise Wrong(f"there is no /{OURS}")
    given = wanted(file.read_text())
    found = [line for path, value in given.items() for line in wrong(root, path, value)]
    if found:
        raise Wrong("; ".join(found))
    return f"all {len(given)} of /{OURS}"
