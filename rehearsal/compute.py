"""Real instances behind the API: starts, stops and images them beside calls, and frees unused layers."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from .behaviours import Behaviours
from .doors import open_doors
from .facts import facts
from .helper import Helper, HelperError
from .layers import Layers
from .machine import STOP_SECONDS, Machine, disk
from .metadata import Facts
from .pace import Pace
from .request import Credentials
from .systems import EC2_ARCHITECTURES, System, host_architecture

TRANSIENT = frozenset({"pending", "stopping", "shutting-down"})
# Delay until a change of a security group takes effect.
DOOR_SECONDS = 0.2
# Exit codes of a process that crashed.
CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL}


class Ami(Protocol):
    id: str
    architecture: str | None
    layers: tuple[str, ...]

    def finish(self, error: str | None = None) -> None: ...


class ClientTrouble(HelperError):
    """Why EC2 ends an instance before it runs: the account's settings prevent it."""


class Compute:
    """State that the backends of all regions share. Methods that take an instance return at once."""

    def __init__(
        self,
        helper: Callable[[Callable[[dict[str, Any]], None]], Helper],
        state: Path,
        systems: tuple[System, ...],
        regions: frozenset[str],
        kind: str,
        port: int,
        place: int,
        log: Callable[[str], None],
    ) -> None:
        self.state, self.systems, self.regions, self.kind = state, systems, regions, kind
        self.port, self.place, self.log = port, place, log
        # Held while a request is answered and while a state changes.
        self.lock = threading.RLock()
        self.backend: Callable[[str], Any]
        self.backends: Callable[[], Iterator[Any]]
        self._machines: dict[str, Machine] = {}
        self._layers = Layers(state / "root" / "layers")
        # Layer -> fingerprint of the root tree of the base AMIs.
        self.bases: dict[str, str] = {}
        self._closing = False
        self._ended = threading.Event()
        self._later = ThreadPoolExecutor(4)
        self.pace = Pace()
        self.behaviours = Behaviours()
        # Whether the account is allowed an action in a region, with these parameters.
        self.may: Callable[..., bool] = lambda action, region, **parameters: True
        # Whether describes already show a resource.
        self.shown: Callable[[str], bool] = lambda name: True
        # Kind of the instances of the account's own AMIs; None: as for all others.
        self.own_kind: str | None = None
        # Endpoint and keys of the account, for instances with a profile.
        self.endpoint, self.credentials = "", Credentials("", "", "")
        self._make_helper = helper
        self._helper: Helper
        # Called when the helper ends unexpectedly.
        self.on_end: Callable[[], None] = lambda: None
        self.helper_ended = False

    # ------ called by the backends, under the lock

    def launch(self, instance: Any, ami: Ami, trouble: str | None = None) -> None:
        """`trouble`: why EC2 ends the instance at once."""
        directory = self.state / "instances" / instance.id
        self._machines[instance.id] = Machine(
            instance.id,
            directory,
            self.kind_of(ami),
            ami.layers,
            self._root_size(instance),
            instance.architecture,
            self._helper,
        )
        if trouble:
            self._do(instance, lambda one, machine: self._refuse(trouble))
        else:
            self.start(instance)

    def kind_of(self, ami: Ami) -> str:
        """Kind of an AMI's instances. systemd does not start under QEMU's user mode, so emulated ones are machines."""
        if ami.architecture != EC2_ARCHITECTURES[host_architecture()]:
            return "machine"
        seeded = ami.layers in {(system.layer,) for system in self.systems}
        return self.kind if seeded else self.own_kind or self.kind

    def _root_size(self, instance: Any) -> int:
        root = instance.block_device_mapping.get(instance.root_device_name)
        return int(root.size) if root else 0

    def start(self, instance: Any) -> None:
        self._do(instance, self._start)

    def stop(self, instance: Any, force: bool) -> None:
        self._do(instance, lambda one, machine: self._stop(one, machine, 0 if force else STOP_SECONDS[machine.kind]))

    def reboot(self, instance: Any) -> None:
        def reboot(one: Any, machine: Machine) -> None:
            self._halt(one, machine, STOP_SECONDS[machine.kind])
            self._start(one, machine)

        self._do(instance, reboot)

    def terminate(self, instance: Any, skip_shutdown: bool) -> None:
        seconds = self.pace.terminate_seconds + (0 if skip_shutdown else self.behaviours.shutdownSeconds)
        self._do(instance, lambda one, machine: self._terminate(one, machine, seconds))

    def snapshot(self, instance: Any, ami: Any, no_reboot: bool) -> None:
        self._do(instance, lambda one, machine: self._snapshot(one, machine, ami, no_reboot), on_error=ami.finish)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Runs the action under the lock, after a delay."""

        def act() -> None:
            with self.lock:
                if not self._closing:
                    action()

        timer = threading.Timer(seconds, act)
        timer.daemon = True
        timer.start()

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        """Runs the action under the lock, now or after a delay."""
        if seconds:
            self.later(seconds, action)
        else:
            with self.lock:
                action()

    def free(self) -> None:
        """Removes layers without a referring instance or snapshot."""
        used = {layer for machine in self._machines.values() if not machine.discarded for layer in machine.layers}
        for backend in self.backends():
            for snapshot in backend.snapshots.values():
                used.update(snapshot.layers)
        for layer in self._layers.unused(used):
            self._later.submit(self._helper.request, "remove", layer=layer)

    def settled(self, region: str, names: list[str]) -> bool:
        """Whether none of these instances and AMIs is changing state."""
        with self.lock:
            backend = self.backend(region)
            instances = (backend.get_instance_by_id(name) for name in names if name.startswith("i-"))
            images = (backend.amis.get(name) for name in names if name.startswith("ami-"))
            return not any(one and one.state in TRANSIENT for one in (*instances, *images))

    def visible(self, region: str, ami: str) -> bool:
        """Whether SSM finds this AMI in the account's region, with the caller's permissions."""
        image = self.backend(region).amis.get(ami)
        return bool(image and image.state == "available" and self.may("ec2:DescribeImages", region) and self.shown(ami))

    def console(self, instance: Any) -> bytes:
        machine = self._machines.get(instance.id)
        return machine.console() if machine else b""

    def describe_image(self, ami: Ami) -> dict[str, Any]:
        return self._layers.describe(ami)

    def metadata_requests(self, instance: str) -> list[tuple[str, int]]:
        machine = self._machines.get(instance)
        return list(machine.metadata.requests) if machine and machine.metadata else []

    # ------ preparing and ending

    def start_helper(self, keep: bool = False) -> None:
        """With `keep`, the layers of AMIs outlive the run. `kept`: those of earlier runs, with their bytes."""
        self._helper = self._make_helper(self._event)
        done = self._helper.request("init", state=str(self.state), uid=os.getuid(), gid=os.getgid(), keep=keep)
        self.kept: dict[str, int] = done.get("kept", {})
        threading.Thread(target=self._keep_doors, daemon=True).start()

    def adopt(self, layers: set[str]) -> None:
        """Keeps these layers of earlier runs and removes the others."""
        for layer in self.kept:
            if layer in layers:
                self._layers.add(layer)
            else:
                self._later.submit(self._helper.request, "remove", layer=layer)

    def prepare(self, base: Callable[[Helper, System], dict[str, str]]) -> None:
        """Makes or finds the base root trees."""
        found = {system.layer: base(self._helper, system) for system in self.systems}
        self._layers.bases = {layer: one["path"] for layer, one in found.items()}
        self.bases = {layer: one["fingerprint"] for layer, one in found.items()}

    def disk(self, layers: tuple[str, ...]) -> dict[str, str]:
        """An AMI as a disk with its kernel and initrd; made at the first call."""
        return disk(self._helper, layers)

    def close(self) -> None:
        self._closing = True
        self._ended.set()
        if hasattr(self, "_helper"):
            self._helper.close()
        for machine in self._machines.values():
            if machine.metadata:
                machine.metadata.close()

    # ------ in an instance's own thread

    def _do(
        self, instance: Any, action: Callable[[Any, Machine], None], on_error: Callable[[str], Any] | None = None
    ) -> None:
        machine = self._machines[instance.id]

        def work() -> None:
            if machine.discarded or self._closing:
                if on_error:
                    on_error(f"{instance.id} has ended")
                return
            try:
                action(instance, machine)
            except Exception as error:
                if not isinstance(error, HelperError):
                    traceback.print_exc()
                if not self._closing:
                    self.log(f"{instance.id}: {error}")
                    code = "Client.InternalError" if isinstance(error, ClientTrouble) else "Server.InternalError"
                    self._broken(instance, machine, str(error), code, on_error)

        machine.work.submit(work)

    def _broken(
        self, instance: Any, machine: Machine, error: str, code: str, on_error: Callable[[str], Any] | None
    ) -> None:
        """A failed image leaves its instance as it is; a failed instance is terminated with the reason."""
        from .ec2.instances import failed

        if on_error:
            with self.lock:
                on_error(error)
            return
        machine.discard()
        with self.lock:
            failed(instance, error, code)
            self.free()

    def _start(self, instance: Any, machine: Machine) -> None:
        mac = instance.nics[0].mac_address
        doors = {"private": instance.private_ip, "public": instance.public_ip}
        reachable = time.monotonic() + self.pace.launch_seconds + self.pace.ssh_seconds
        machine.doors = lambda: self._doors(instance) if time.monotonic() >= reachable else ""
        machine.start(doors, self.port, mac, lambda: self._facts(instance, machine), self.endpoint)
        self._after(self.pace.launch_seconds, lambda: self._become(instance, "running", ("pending",)))

    def _refuse(self, trouble: str) -> None:
        raise ClientTrouble(trouble)

    def _start_afresh(self, instance: Any, machine: Machine) -> None:
        machine.forget_disk()
        self._start(instance, machine)

    def _halt(self, instance: Any, machine: Machine, seconds: float) -> None:
        if not machine.halt(seconds) and seconds:
            self.log(f"{instance.id}: did not shut down within {seconds:.0f} s and was cut off")

    def _stop(self, instance: Any, machine: Machine, seconds: float) -> None:
        self._halt(instance, machine, seconds)

        def end() -> None:
            if instance.state == "stopping":
                instance.stop()

        self._after(self.pace.stop_seconds, end)

    def _terminate(self, instance: Any, machine: Machine, seconds: float) -> None:
        machine.discard()

        def end() -> None:
            instance.terminate()
            self.free()

        self._after(seconds, end)

    def _snapshot(self, instance: Any, machine: Machine, ami: Any, no_reboot: bool) -> None:
        if no_reboot and instance.state == "running":
            raise HelperError("CreateImage with NoReboot is not rehearsed: stop the instance first")
        running = instance.state == "running"
        if running:
            self._halt(instance, machine, STOP_SECONDS[machine.kind])
        layer = machine.snapshot()
        with self.lock:
            self._layers.add(layer)
            ami.ebs_snapshot.layers = machine.layers
        if running:
            self._start(instance, machine)
        self.later(self.pace.image_seconds, ami.finish)

    def _become(self, instance: Any, state: str, before: tuple[str, ...]) -> None:
        from .ec2.instances import set_state

        with self.lock:
            if instance.state in before:
                set_state(instance, state)

    def _event(self, event: dict[str, Any]) -> None:
        """Handles the helper's events, in its reader's thread."""
        if event["event"] == "progress":
            self.log(event["line"])
        elif event["event"] == "ended" and not self._closing:
            self.helper_ended = True
            self.log("the root helper ended: no instance is left")
            self.on_end()
        elif event["event"] == "exited" and not self._closing:
            with self.lock:
                for backend in self.backends():
                    instance = backend.get_instance_by_id(event["instance"])
                    if instance and instance.state in ("pending", "running"):
                        self._ended_by_itself(instance, event["code"])

    def _ended_by_itself(self, instance: Any, code: int) -> None:
        """Handles the end of an instance: a shutdown from inside, or a crash of QEMU, as in 7.2 under emulation.

        A crash is not the image's fault, so a machine that has never stopped restarts once, on a new disk.
        """
        machine = self._machines[instance.id]
        if machine.kind == "machine" and code in CRASHES:
            self.log(f"{instance.id}: QEMU crashed ({signal.Signals(-code).name})")
            if machine.starts == 1:
                self.log(f"{instance.id}: started again, on a new disk")
                self._do(instance, self._start_afresh)
                return
        if instance.instance_initiated_shutdown_behavior == "terminate":
            instance.ec2_backend.terminate_instances([instance.id])
        else:
            instance.stop()

    def _doors(self, instance: Any) -> str:
        with self.lock:
            return open_doors(instance, self.port, self.behaviours.runnerPublic, self.behaviours.runnerPrivate)

    def _keep_doors(self) -> None:
        """Applies security groups, which change while instances run. Says once what is wrong with one."""
        said: dict[str, str] = {}
        while not self._ended.wait(DOOR_SECONDS):
            with self.lock:
                for machine in list(self._machines.values()):
                    try:
                        machine.keep_doors()
                    except Exception as error:
                        if said.get(machine.name) != str(error):
                            self.log(f"{machine.name}: cannot apply its security groups: {error}")
                            said[machine.name] = str(error)

    def _facts(self, instance: Any, machine: Machine) -> Facts:
        with self.lock:
            return facts(instance, machine.kind, self.credentials)
