"""A row of the table of targets: one Go module below mirror/go/, pinned by its go.mod and go.sum.

A row's version is the one that its go.mod requires, so it has one source.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from mirror.errors import MirrorError

GO = Path(__file__).resolve().parent / "go"


@dataclass(frozen=True)
class Build:
    """One `go build`: import paths, build tags and -X settings. `{version}` stands for the target's version."""

    packages: tuple[str, ...]
    tags: str = ""
    link: str = "-s -w"
    # The packages' tests as a program (NAME.test), by `go test -c`.
    test: bool = False
    # Compiles in two thirds of the time, for slower programs. Not for programs in images.
    quick: bool = False


@dataclass(frozen=True)
class Check:
    """The expected output of a finished binary (a regular expression over both outputs) with `arguments`."""

    binary: str
    arguments: tuple[str, ...]
    prints: str


@dataclass(frozen=True)
class Target:
    """A group of binaries from one module."""

    name: str
    module: str
    builds: tuple[Build, ...]
    checks: tuple[Check, ...]
    cgo: bool = False
    # The folder below mirror/go, if it is not the target's own.
    folder: str = ""
    # Its requirements; `1.36.mod` is beside the `go.mod` of a folder that is built in several versions.
    file: str = field(default="go.mod", repr=False)

    @property
    def directory(self) -> Path:
        """The directory of its go.mod, go.sum and tools.go."""
        return GO / (self.folder or self.name)

    @property
    def version(self) -> str:
        """The version in its requirements, without the leading v."""
        return required_version((self.directory / self.file).read_text(), self.module)


def required_version(go_mod: str, module: str) -> str:
    """The version of `module` in the text of a go.mod, without the leading v."""
    found = re.search(rf"^(?:require|\t)\s*{re.escape(module)} v(\S+)", go_mod, re.MULTILINE)
    if not found:
        raise MirrorError(f"go.mod does not require {module}")
    return found.group(1)


def setting(name: str, value: str = "") -> str:
    """The linker's flags that set the variable `name` and omit symbols."""
    return f"-s -w -X {name}={value}"
