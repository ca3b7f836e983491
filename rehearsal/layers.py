"""What AMIs hold: directories that lie on one another, the base's root tree lowest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


class Layers:
    """Those that there are. An instance adds one each time that an AMI is made of it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._made: set[str] = set()
        # Layer -> root tree, of the base AMIs; shared with other rehearsals, and never removed.
        self.bases: dict[str, str] = {}

    def add(self, layer: str) -> None:
        self._made.add(layer)

    def unused(self, used: Iterable[str]) -> set[str]:
        """Those that nothing refers to. They are forgotten: whoever asks removes them."""
        gone = self._made.difference(used)
        self._made -= gone
        return gone

    def describe(self, ami: Any) -> dict[str, Any]:
        """Where an AMI's content lies: the directories of its layers, lowest first, or the disk of a machine's."""
        paths = [self.bases.get(layer) or str(self._directory / layer) for layer in ami.layers]
        disks = [str(Path(path) / "disk.qcow2") for path in paths if (Path(path) / "disk.qcow2").exists()]
        return {
            "ami": ami.id,
            "kind": "disk" if disks else "layers",
            "layers": paths,
            "disk": disks[-1] if disks else None,
        }
