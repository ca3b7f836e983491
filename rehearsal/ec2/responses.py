"""EC2's actions: moto's, and those that moto lacks or implements only in part."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.core.utils import utcnow
from moto.ec2.exceptions import InvalidParameterValueError
from moto.iam.exceptions import NotFoundException

from . import errors
from .defaults import DefaultKey
from .describing import Describing
from .dryrun import DryRun
from .publishing import Publishing

# EC2 keeps the last 64 KB.
CONSOLE_BYTES = 64 * 1024


class Response(DryRun, Describing, DefaultKey, Publishing):
    """One request. Each docstring names what moto's own method lacks."""

    params: dict[str, Any]

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

    def run_instances(self) -> ActionResult:
        """MaxCount: capacity is unlimited here, so a launch gets its most. EC2's error for a missing profile."""
        least, most = int(self._get_param("MinCount")), int(self._get_param("MaxCount"))
        if not 1 <= least <= most:
            raise InvalidParameterValueError(f"MinCount {least}, MaxCount {most}")
        self.params = {**self.params, "MinCount": most}
        try:
            result: ActionResult = super().run_instances()
        except NotFoundException as error:
            # moto's IAM: there is no such profile.
            raise errors.no_such_profile(error.message) from None
        return result

    def _parse_block_device_mapping(self) -> list[dict[str, Any]]:
        """moto fills in values that the request lacks, where EC2 has the AMI's."""
        mappings: list[dict[str, Any]] = self._get_param("BlockDeviceMappings", [])
        return mappings

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
