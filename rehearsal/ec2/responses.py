"""EC2's actions: moto's, and those that moto lacks or implements only in part."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.core.utils import utcnow

from .defaults import DefaultKey
from .describing import Describing
from .dryrun import DryRun
from .publishing import Publishing

# EC2 keeps the last 64 KB.
CONSOLE_BYTES = 64 * 1024


class Response(DryRun, Describing, DefaultKey, Publishing):
    """One request. Each docstring names what moto's own method lacks."""

    # EC2BaseResponse answers every RunInstances with the state `pending`; here the answer has the instance's own.

    def describe_regions(self) -> ActionResult:
        """AllRegions."""
        found = self.ec2_backend.describe_regions(
            self._get_param("RegionNames", []), self._get_param("AllRegions", False)
        )
        return ActionResult({"Regions": found})

    def create_image(self) -> ActionResult:
        """NoReboot."""
        image = self.ec2_backend.create_image(
            self._get_param("InstanceId"),
            self._get_param("Name"),
            self._get_param("Description", ""),
            tag_specifications=self._get_param("TagSpecifications", []),
            no_reboot=self._get_param("NoReboot", False),
        )
        return ActionResult({"ImageId": image.id})

    def delete_key_pair(self) -> ActionResult:
        """KeyPairId."""
        key_id = self._get_param("KeyPairId")
        name = next((pair.key_name for pair in self.ec2_backend.key_pairs.values() if pair.id == key_id), None)
        pair = self.ec2_backend.delete_key_pair(name or self._get_param("KeyName"))
        return ActionResult({"Return": True, "KeyPairId": pair.id if pair else None})

    def stop_instances(self) -> ActionResult:
        """Force, SkipOsShutdown; moto's answer lacks the instance's own state."""
        at_once = self._get_param("Force", False) or self._get_param("SkipOsShutdown", False)
        changed = self.ec2_backend.stop_instances(self._get_param("InstanceIds", []), at_once)
        return ActionResult({"StoppingInstances": transitions(changed)})

    def start_instances(self) -> ActionResult:
        """moto's answer lacks the instance's own state."""
        return ActionResult(
            {"StartingInstances": transitions(self.ec2_backend.start_instances(self._get_param("InstanceIds", [])))}
        )

    def terminate_instances(self) -> ActionResult:
        """SkipOsShutdown; moto's answer lacks the instance's own state, and needs auto scaling and load balancers."""
        changed = self.ec2_backend.terminate_instances(
            self._get_param("InstanceIds", []), self._get_param("SkipOsShutdown", False)
        )
        return ActionResult({"TerminatingInstances": transitions(changed)})

    def create_key_pair(self) -> ActionResult:
        """With or without a newline at the end; which one EC2 sends is unknown."""
        pair: Any = super().create_key_pair().result
        pair.material = pair.material.rstrip(b"\n") + b"\n" * self.ec2_backend.compute.behaviours.keyNewline
        return ActionResult(pair)

    def get_console_output(self) -> ActionResult:
        """moto's text is always the same."""
        instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
        text = self.ec2_backend.compute.console(instance)[-CONSOLE_BYTES:].decode(errors="replace")
        return ActionResult(
            {"InstanceId": instance.id, "Timestamp": utcnow(), "Output": Base64EncodedString.from_raw_string(text)}
        )


def transitions(changed: list[Any]) -> list[dict[str, Any]]:
    return [
        {"InstanceId": instance.id, "CurrentState": instance._state, "PreviousState": before}
        for instance, before in changed
    ]
