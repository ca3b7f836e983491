"""The real instance: a namespace or a machine that the root helper runs, and its metadata service."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import imds, qemu
from .helper import Helper
from .metadata import Facts

# Time for a shutdown before the instance is killed.
STOP_SECONDS = {"namespace": 60, "machine": 180}
# Settings for namespaces only. They are on the command line of the first process, so that no image contains them.
NAMESPACE_ARGUMENTS = [
    qemu.AWS_API,
    # For cloud-init: no DMI identifiers show EC2; the network is up already; without udevd there is no hotplug.
    "cc: {datasource: {Ec2: {strict_id: false}}, network: {config: disabled},"
    " updates: {network: {when: [boot-new-instance]}}} end_cc",
]


def disk(helper: Helper, layers: tuple[str, ...]) -> dict[str, str]:
    """An AMI as a disk with its kernel and initrd; made at the first call."""
    return helper.request("disk", timeout=600, layers=list(layers))


class Machine:
    """Methods return when the helper is done, so they run in the instance's own thread, `work`."""

    def __init__(
        self,
        name: str,
        directory: Path,
        kind: str,
        layers: tuple[str, ...],
        gib: int,
        architecture: str,
        helper: Helper,
    ) -> None:
        self.name, self.directory, self.kind, self.layers = name, directory, kind, layers
        # Size of the root volume.
        self.gib = gib
        self.architecture, self._helper = architecture, helper
        # One thread per instance, so that a stop waits for the start before it.
        self.work = ThreadPoolExecutor(1)
        self.metadata: imds.Server | None = None
        self.discarded = False
        # Number of starts.
        self.starts = 0
        # Addresses that are open to this machine now.
        self.doors: Callable[[], str] = str
        self._reported = "-"
        directory.mkdir(parents=True)
        self._console.touch()

    def start(
        self, doors: dict[str, str | None], port: int, mac: str, facts: Callable[[], Facts], endpoint: str
    ) -> None:
        self.starts += 1
        if self.metadata is None:
            self.metadata = imds.Server(self.directory / "imds.sock", facts, self.kind == "namespace", endpoint)
        self.keep_doors()
        order: dict[str, Any] = (
            {"command": self._command(mac)} if self.kind == "machine" else {"arguments": NAMESPACE_ARGUMENTS}
        )
        self._helper.request(
            "start",
            instance=self.name,
            kind=self.kind,
            layers=list(self.layers),
            doors={name: address for name, address in doors.items() if address},
            port=port,
            mac=mac,
            directory=str(self.directory),
            **order,
        )

    def keep_doors(self) -> None:
        """Reports changes of open addresses to the instance's gate."""
        now = "" if self.discarded else self.doors()
        if now != self._reported and not self.discarded:
            self._reported = now
            new = self.directory / "doors.new"
            new.write_text(now)
            new.rename(self.directory / "doors")

    def _command(self, mac: str) -> list[str]:
        """QEMU's command, on the existing disk or a new one."""
        files = disk(self._helper, self.layers)
        qemu.create_disk(self._disk, files["disk.ext4"], self.gib)
        return qemu.command(
            architecture=self.architecture,
            accelerator=qemu.accelerator(self.architecture, files["vmlinuz"]),
            instance_id=self.name,
            mac=mac,
            disk=self._disk.name,
            kernel=files["vmlinuz"],
            initrd=files["initrd"],
        )

    def forget_disk(self) -> None:
        """Makes the next start use a new disk."""
        self._disk.unlink(missing_ok=True)

    def halt(self, seconds: float) -> bool:
        """Shuts the instance down. Returns False if it was killed after `seconds`."""
        done = self._helper.request("stop", timeout=seconds + 30, instance=self.name, seconds=seconds)
        orderly: bool = done["orderly"]
        return orderly

    def snapshot(self) -> str:
        """Makes a layer of everything written since the layer below, and returns its name."""
        layer = secrets.token_hex(4)
        self._helper.request("snapshot", timeout=600, instance=self.name, layer=layer)
        self.layers = (*self.layers, layer)
        return layer

    def discard(self) -> None:
        """Removes everything except its console output."""
        self.discarded = True
        self._helper.request("discard", instance=self.name)
        if self.metadata:
            self.metadata.close()
        for path in self.directory.glob("*"):
            if path != self._console:
                path.unlink(missing_ok=True)

    def console(self) -> bytes:
        return self._console.read_bytes() if self._console.exists() else b""

    @property
    def _console(self) -> Path:
        return self.directory / "console.log"

    @property
    def _disk(self) -> Path:
        return self.directory / "disk.qcow2"
