"""EC2's actions as moto answers them, with those that it lacks or answers only in part."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.core.utils import utcnow
from moto.ec2.exceptions import InvalidSnapshotIdError
from moto.ec2.responses import EC2Response

# EC2 keeps the last 64 KB.
CONSOLE_BYTES = 64 * 1024


class Response(EC2Response):
    """One request. The docstrings name what moto's own method lacks."""

    # EC2BaseResponse answers every RunInstances with the state `pending`; here an instance tells its own.

    def describe_regions(self) -> ActionResult:
        """AllRegions."""
        self.error_on_dryrun()
        found = self.ec2_backend.describe_regions(
            self._get_param("RegionNames", []), self._get_param("AllRegions", False)
        )
        return ActionResult({"Regions": found})

    def create_image(self) -> ActionResult:
        """NoReboot."""
        self.error_on_dryrun()
        image = self.ec2_backend.create_image(
            self._get_param("InstanceId"),
            self._get_param("Name"),
            self._get_param("Description", ""),
            tag_specifications=self._get_param("TagSpecifications", []),
            no_reboot=self._get_param("NoReboot", False),
        )
        return ActionResult({"ImageId": image.id})

    def copy_image(self) -> ActionResult:
        """CopyImageTags, TagSpecifications."""
        self.error_on_dryrun()
        image = self.ec2_backend.copy_image(
            self._get_param("SourceImageId"),
            self._get_param("SourceRegion"),
            self._get_param("Name"),
            self._get_param("Description"),
            copy_tags=self._get_param("CopyImageTags", False),
            tag_specifications=self._get_param("TagSpecifications", []),
        )
        return ActionResult({"ImageId": image.id})

    def deregister_image(self) -> ActionResult:
        """DeleteAssociatedSnapshots."""
        self.error_on_dryrun()
        self.ec2_backend.deregister_image(
            self._get_param("ImageId"), self._get_param("DeleteAssociatedSnapshots", False)
        )
        return ActionResult({"Return": True})

    def enable_image_deprecation(self) -> ActionResult:
        """Missing."""
        self.error_on_dryrun()
        self.ec2_backend.deprecate_image(self._get_param("ImageId"), str(self._get_param("DeprecateAt")))
        return ActionResult({"Return": True})

    def disable_image_deprecation(self) -> ActionResult:
        """Missing."""
        self.error_on_dryrun()
        self.ec2_backend.deprecate_image(self._get_param("ImageId"), None)
        return ActionResult({"Return": True})

    def enable_image_deregistration_protection(self) -> ActionResult:
        """Missing."""
        self.error_on_dryrun()
        cooldown = self._get_param("WithCooldown", False)
        image = self.ec2_backend.get_image(self._get_param("ImageId"))
        image.deregistration_protection = "enabled-with-cooldown" if cooldown else "enabled-without-cooldown"
        return ActionResult({"Return": "true"})

    def disable_image_deregistration_protection(self) -> ActionResult:
        """Missing. The cool-down of 24 hours is not kept."""
        self.error_on_dryrun()
        self.ec2_backend.get_image(self._get_param("ImageId")).deregistration_protection = "disabled"
        return ActionResult({"Return": "true"})

    def modify_image_attribute(self) -> ActionResult:
        """Description and ImdsSupport are dropped."""
        self.error_on_dryrun()
        image = self.ec2_backend.get_image(self._get_param("ImageId"))
        attribute, value = self._get_param("Attribute"), self._get_param("Value")
        description = value if attribute == "description" else self._get_param("Description.Value")
        imds = value if attribute == "imdsSupport" else self._get_param("ImdsSupport.Value")
        if description is not None:
            image.description = description
        if imds is not None:
            image.imds_support = imds
        return super().modify_image_attribute()

    def modify_snapshot_attribute(self) -> ActionResult:
        """CreateVolumePermission.Add and .Remove, the form that Packer uses, are dropped."""
        self.error_on_dryrun()
        changes = self._get_param("CreateVolumePermission", {}) or {}
        snapshot = self._get_param("SnapshotId")
        for operation, change in (
            ("Add", self.ec2_backend.add_create_volume_permission),
            ("Remove", self.ec2_backend.remove_create_volume_permission),
        ):
            for permission in changes.get(operation, []):
                users = [permission["UserId"]] if permission.get("UserId") else []
                groups = [permission["Group"]] if permission.get("Group") else []
                change(snapshot, user_ids=users, groups=groups)
        return super().modify_snapshot_attribute()

    def describe_snapshots(self) -> ActionResult:
        """OwnerIds."""
        filters = self._filters_from_querystring()
        owners = [self.current_account if owner == "self" else owner for owner in self._get_param("OwnerIds", [])]
        found = self.ec2_backend.describe_snapshots(self._get_param("SnapshotIds", []), filters)
        self.error_on_dryrun()
        return ActionResult(
            {"Snapshots": [snapshot for snapshot in found if not owners or snapshot.owner_id in owners]}
        )

    def delete_snapshot(self) -> Any:
        """A snapshot of somebody else's can be deleted."""
        snapshot = self.ec2_backend.get_snapshot(self._get_param("SnapshotId"))
        if snapshot.owner_id != self.current_account:
            raise InvalidSnapshotIdError()
        return super().delete_snapshot()

    def delete_key_pair(self) -> ActionResult:
        """KeyPairId."""
        self.error_on_dryrun()
        wanted = self._get_param("KeyPairId")
        name = next((pair.key_name for pair in self.ec2_backend.key_pairs.values() if pair.id == wanted), None)
        pair = self.ec2_backend.delete_key_pair(name or self._get_param("KeyName"))
        return ActionResult({"Return": True, "KeyPairId": pair.id if pair else None})

    def stop_instances(self) -> ActionResult:
        """Force; the state told is not the instance's own."""
        self.error_on_dryrun()
        changed = self.ec2_backend.stop_instances(self._get_param("InstanceIds", []), self._get_param("Force", False))
        return ActionResult({"StoppingInstances": transitions(changed)})

    def start_instances(self) -> ActionResult:
        """The state told is not the instance's own."""
        self.error_on_dryrun()
        return ActionResult(
            {"StartingInstances": transitions(self.ec2_backend.start_instances(self._get_param("InstanceIds", [])))}
        )

    def terminate_instances(self) -> ActionResult:
        """The state told is not the instance's own; needs auto scaling and load balancers to be installed."""
        self.error_on_dryrun()
        return ActionResult(
            {
                "TerminatingInstances": transitions(
                    self.ec2_backend.terminate_instances(self._get_param("InstanceIds", []))
                )
            }
        )

    def get_console_output(self) -> ActionResult:
        """The text is always the same."""
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
