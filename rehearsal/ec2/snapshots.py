"""Snapshots, and when their disk space is freed."""

from __future__ import annotations

from typing import Any


class Snapshots:
    """The part of the backend that is about snapshots; moto's `EBSBackend` comes after it."""

    compute: Any

    def delete_snapshot(self, snapshot_id: str) -> Any:
        done = super().delete_snapshot(snapshot_id)  # type: ignore[misc]
        self.compute.free()
        return done

    def create_snapshot(self, *arguments: Any, **options: Any) -> Any:
        """Snapshots belong to AMIs here: one made by CreateSnapshot holds nothing."""
        snapshot = super().create_snapshot(*arguments, **options)  # type: ignore[misc]
        snapshot.layers = ()
        snapshot.own_key = False
        return snapshot

    def copy_snapshot(self, source_snapshot_id: str, source_region: str, *arguments: Any, **options: Any) -> Any:
        copied = super().copy_snapshot(source_snapshot_id, source_region, *arguments, **options)  # type: ignore[misc]
        copied.own_key = False
        copied.layers = self.compute.backend(source_region).get_snapshot(source_snapshot_id).layers
        return copied
