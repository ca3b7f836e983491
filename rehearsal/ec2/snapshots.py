"""Snapshots, and when their disk space is freed."""

from __future__ import annotations

import time
from typing import Any

from moto.ec2.exceptions import InvalidSnapshotInUse


class Snapshots:
    """The backend's part for snapshots. Among the bases, it precedes moto's `EBSBackend`."""

    compute: Any

    amis: Any
    snapshots: dict[str, Any]

    def keep_in_use(self, snapshot: Any) -> None:
        """Gap in moto's: on EC2 a snapshot is in use for a while after its AMI is gone (boto/boto#3019)."""
        snapshot.in_use_until = time.monotonic() + self.compute.behaviours.snapshotInUseSeconds

    def delete_snapshot(self, snapshot_id: str) -> Any:
        snapshot = self.snapshots.get(snapshot_id)
        if snapshot and time.monotonic() < getattr(snapshot, "in_use_until", 0):
            raise InvalidSnapshotInUse(snapshot_id, snapshot.from_ami)
        # moto checks only the first AMI.
        for ami in self.amis.values():
            if ami.ebs_snapshot is snapshot:
                raise InvalidSnapshotInUse(snapshot_id, ami.id)
        done = super().delete_snapshot(snapshot_id)  # type: ignore[misc]
        self.compute.free()
        return done

    def create_snapshot(self, *arguments: Any, **options: Any) -> Any:
        """Snapshots belong to AMIs here: one from CreateSnapshot is empty."""
        snapshot = super().create_snapshot(*arguments, **options)  # type: ignore[misc]
        snapshot.layers = ()
        snapshot.own_key = False
        return snapshot

    def copy_snapshot(self, source_snapshot_id: str, source_region: str, *arguments: Any, **options: Any) -> Any:
        copied = super().copy_snapshot(source_snapshot_id, source_region, *arguments, **options)  # type: ignore[misc]
        copied.own_key = False
        copied.layers = self.compute.backend(source_region).get_snapshot(source_snapshot_id).layers
        return copied
