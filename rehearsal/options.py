"""What one run of the rehearsal is told, and how it says no."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Refused(Exception):
    """Why there can be no rehearsal here, in one line."""


@dataclass(frozen=True)
class Options:
    state: Path
    ready_file: Path
    cache: Path
    kind: str
    systems: tuple[str, ...]
    regions: frozenset[str]
    until_stdin_closes: bool
    # Of which kind instances of the account's own AMIs are; None: as all others.
    own_kind: str | None = None
    # Whether AMIs, snapshots and parameters stay in the state directory for the next run.
    keep: bool = False
    # What is attached to the account from the start: a policy's document.
    policy: Any = None
