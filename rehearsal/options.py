"""Options of one run, and the error for refused ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Refused(Exception):
    """Why a rehearsal is not possible, in one line."""


@dataclass(frozen=True)
class Options:
    state: Path
    ready_file: Path
    cache: Path
    kind: str
    systems: tuple[str, ...]
    # Those of the base AMIs, by Debian's names.
    architectures: tuple[str, ...]
    regions: frozenset[str]
    until_stdin_closes: bool
    # Kind of the instances of the account's own AMIs; None: as for all others.
    own_kind: str | None = None
    # Whether AMIs, snapshots and parameters stay in the state directory for the next run.
    keep: bool = False
    # Policy document that is attached to the account from the start.
    policy: Any = None
