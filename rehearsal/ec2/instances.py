"""Instances: what the API shows while the real ones start and stop."""

from __future__ import annotations

import copy
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import OperationDisableApiStopNotPermitted, OperationNotPermitted4
from moto.ec2.models.instances import Instance, InstanceState, StateReason

from .. import regions
from . import errors

STATES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}


def set_state(instance: Instance, name: str) -> None:
    instance._state = InstanceState(name, STATES[name])


def public_is_loopback(instance: Instance) -> None:
    """moto invents public addresses; here both addresses are loopback."""
    for nic in instance.nics.values():
        if nic.public_ip:
            nic.public_ip = regions.public(nic.private_ip_address)


class Instances:
    """The backend's part for instances. Among the bases, it precedes moto's `InstanceBackend`.

    Gaps in moto's: nothing runs, states change at once, and a refusal may follow changes.
    """

    compute: Any

    def start_instances(self, instance_ids: list[str]) -> list[tuple[Instance, InstanceState]]:
        changed = []
        instances = self.get_multi_instances_by_id(instance_ids)  # type: ignore[attr-defined]
        for instance in instances:
            if instance.state not in ("stopped", "running", "pending"):
                raise errors.wrong_state(instance.id, instance.state, "started")
        for instance in instances:
            before = copy.copy(instance._state)
            if instance.state == "stopped":
                instance.start()
                public_is_loopback(instance)
                set_state(instance, "pending")
                self.compute.start(instance)
            changed.append((instance, before))
        return changed

    def stop_instances(self, instance_ids: list[str], force: bool = False) -> list[tuple[Instance, InstanceState]]:
        changed = []
        instances = self.get_multi_instances_by_id(instance_ids)  # type: ignore[attr-defined]
        for instance in instances:
            if instance.disable_api_stop is True:
                raise OperationDisableApiStopNotPermitted(instance.id)
            if instance.state in ("pending", "shutting-down", "terminated"):
                raise errors.wrong_state(instance.id, instance.state, "stopped")
        for instance in instances:
            before = copy.copy(instance._state)
            if instance.state == "running":
                set_state(instance, "stopping")
                self.compute.stop(instance, force)
            changed.append((instance, before))
        return changed

    def terminate_instances(
        self, instance_ids: list[str], skip_shutdown: bool = False
    ) -> list[tuple[Instance, InstanceState]]:
        changed = []
        instances = self.get_multi_instances_by_id(instance_ids)  # type: ignore[attr-defined]
        for instance in instances:
            if instance.disable_api_termination is True:
                raise OperationNotPermitted4(instance.id)
        for instance in instances:
            before = copy.copy(instance._state)
            if instance.state not in ("shutting-down", "terminated"):
                set_state(instance, "shutting-down")
                instance.state_reason = StateReason(
                    "Client.UserInitiatedShutdown: User initiated shutdown", "Client.UserInitiatedShutdown"
                )
                self.compute.terminate(instance, skip_shutdown)
            changed.append((instance, before))
        return changed

    def reboot_instances(self, instance_ids: list[str]) -> list[Instance]:
        instances: list[Instance] = self.get_multi_instances_by_id(instance_ids)  # type: ignore[attr-defined]
        for instance in instances:
            if instance.state != "running":
                raise errors.wrong_state(instance.id, instance.state, "rebooted")
        for instance in instances:
            self.compute.reboot(instance)
        return instances


def failed(instance: Instance, message: str, code: str = "Server.InternalError") -> None:
    """Terminates an instance that could not start, with the reason, as EC2 does."""
    instance.terminate()
    instance._reason = f"{code} ({utcnow():%Y-%m-%d %H:%M:%S} GMT)"
    instance.state_reason = StateReason(f"{code}: {message}", code)
