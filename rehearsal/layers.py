"""Contents of AMIs: directories that overlay one another, with the base's root tree at the bottom."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


class Layers:
    """The existing layers. An instance adds one each time an AMI is made from it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._made: set[str] = set()
        # Layer -> root tree of the base AMIs. Shared with other rehearsals, and never removed.
        self.bases: dict[str, str] = {}

    def add(self, layer: str) -> None:
        self._made.add(layer)

    def unused(self, used: Iterable[str]) -> set[str]:
        """Returns unreferenced layers and drops them from the list. The caller must remove their directories."""
        gone = self._made.difference(used)
        self._made -= gone
        return gone

    def describe(self, ami: Any) -> dict[str, Any]:
        """Where an AMI's content is: its layers' directories, lowest first."""
        return {"ami": ami.id, "layers": [self.bases.get(one) or str(self._directory / one) for one in ami.layers]}
