"""Keeps an account between runs: its AMIs with their snapshots and tags, and its SSM parameters.

The record is a pickle of moto's objects; a region's name stands for each backend. The content of AMIs is in the layers,
which the root helper leaves in place (`keep`).
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

# A starting run removes AMIs older than this, and then the oldest until the rest fit into this space.
MOST_DAYS, MOST_BYTES = 14, 8 << 30
# Raise this when older records can no longer be read.
FORMAT = 2
# Prefix of AWS's own parameters.
AWS_OWN = "/aws/"

FILE = "account.pickle"

Regions = Mapping[str, Any]
"""Region -> moto's backend; creates missing ones."""


class Record:
    """The file, and the two services' backends of one account."""

    def __init__(self, file: Path, ec2: Regions, ssm: Regions, log: Callable[[str], None]) -> None:
        self._file, self._ec2, self._ssm, self._log = file, ec2, ssm, log
        self._written = b""
        # Base systems of the record. A run offers only some of them, and AMIs of the others stay, too.
        self._bases: dict[str, str] = {}

    def load(self, bases: Mapping[str, str], sizes: Mapping[str, int], now: datetime | None = None) -> set[str]:
        """Restores everything that still has its content. Returns the layers that it needs.

        `bases`: layer -> fingerprint of the offered base AMIs. `sizes`: layer -> bytes on the disk.
        """
        try:
            held = _Reader(io.BytesIO(self._file.read_bytes()), self._ec2).load()
            if held["format"] != FORMAT:
                raise ValueError("it is of another version")
        except FileNotFoundError:
            return set()
        except Exception as error:  # Unpickling can raise any type.
            self._log(f"the kept account cannot be read ({error}); it begins anew")
            return set()
        amis = [ami for region in held["ec2"].values() for ami in region["amis"]]
        self._bases = held["bases"]
        remade = {layer for layer, was in self._bases.items() if bases.get(layer, was) != was}
        # An AMI of an empty snapshot has no layers.
        whole = [
            ami for ami in amis if remade.isdisjoint(ami.layers[:1]) and all(one in sizes for one in ami.layers[1:])
        ]
        self._say(
            {ami.id for ami in amis} - {ami.id for ami in whole},
            "their base system has changed, or their content is gone",
        )
        ids = chosen(whole, sizes, now or datetime.now(UTC))
        self._say(
            {ami.id for ami in whole} - ids, f"older than {MOST_DAYS} days, or more than {MOST_BYTES >> 30} GiB in all"
        )
        for region, part in held["ec2"].items():
            backend = self._ec2[region]
            for ami in part["amis"]:
                if ami.id in ids:
                    backend.amis[ami.id] = ami
                    backend.snapshots[ami.ebs_snapshot.id] = ami.ebs_snapshot
                    for name in (ami.id, ami.ebs_snapshot.id):
                        backend.tags[name].update(part["tags"].get(name, {}))
        removed = {ami.id for ami in amis} - ids
        for region, parameters in held["ssm"].items():
            for name, versions in parameters.items():
                if versions[-1].value not in removed:
                    self._ssm[region]._parameters[name] = versions
        self._log(f"AMIs of earlier runs in the account: {len(ids)}")
        return {layer for ami in whole if ami.id in ids for layer in ami.layers[1:]}

    def save(self, bases: Mapping[str, str]) -> None:
        """Writes finished AMIs and parameters if they have changed. The caller holds the lock."""
        held = {
            "format": FORMAT,
            "bases": {**self._bases, **bases},
            "ec2": {region: lasting(backend) for region, backend in list(self._ec2.items())},
            "ssm": {
                region: {
                    name: versions
                    for name, versions in backend._parameters.items()
                    if versions and not name.startswith(AWS_OWN)
                }
                for region, backend in list(self._ssm.items())
            },
        }
        buffer = io.BytesIO()
        _Writer(buffer, self._ec2).dump(held)
        if buffer.getvalue() == self._written:
            return
        partial = self._file.with_suffix(".partial")
        partial.write_bytes(buffer.getvalue())
        partial.rename(self._file)
        self._written = buffer.getvalue()

    def _say(self, gone: set[str], why: str) -> None:
        if gone:
            self._log(f"removed from the kept account: {', '.join(sorted(gone))} ({why})")


def open_record(compute: Any, account: str, log: Callable[[str], None]) -> Record:
    """Restores what earlier runs left in this state directory, and removes what is no longer needed."""
    from moto.ec2.models import ec2_backends
    from moto.ssm.models import ssm_backends

    record = Record(compute.state / FILE, ec2_backends[account], ssm_backends[account], log)
    with compute.lock:
        compute.adopt(record.load(compute.bases, compute.kept))
    return record


def lasting(backend: Any) -> dict[str, Any]:
    """The account's own finished AMIs in a region, with their tags and their snapshots' tags."""
    finished = [ami for ami in backend.amis.values() if ami.state in ("available", "disabled")]
    amis = [ami for ami in finished if ami.owner_id == backend.account_id]
    names = [name for ami in amis for name in (ami.id, ami.ebs_snapshot.id)]
    return {"amis": amis, "tags": {name: dict(backend.tags[name]) for name in names if name in backend.tags}}


def chosen(amis: list[Any], sizes: Mapping[str, int], now: datetime) -> set[str]:
    """The IDs of the AMIs to keep: recent ones, newest first, as many as fit. Shared layers count once."""
    kept: set[str] = set()
    layers: set[str] = set()
    for ami in sorted(amis, key=made, reverse=True):
        needed = layers | set(ami.layers[1:])
        if now - made(ami) <= timedelta(days=MOST_DAYS) and sum(sizes[layer] for layer in needed) <= MOST_BYTES:
            kept.add(ami.id)
            layers = needed
    return kept


def made(ami: Any) -> datetime:
    """When the AMI was created."""
    when: datetime = ami.creation_date
    return when if when.tzinfo else when.replace(tzinfo=UTC)


class _Writer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, regions: Regions) -> None:
        super().__init__(file, protocol=5)
        self._names = {id(backend): region for region, backend in regions.items()}

    def persistent_id(self, value: Any) -> str | None:
        # An AMI refers to its source instance, which ends with the run.
        gone = "" if type(value).__name__ == "Instance" else None
        return self._names.get(id(value), gone)


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, regions: Regions) -> None:
        super().__init__(file)
        self._regions = regions

    def persistent_load(self, name: str) -> Any:
        return self._regions[name] if name else None
