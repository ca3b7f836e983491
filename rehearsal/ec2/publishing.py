"""Actions for publishing an AMI: attributes, sharing, deprecation, protection."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import InvalidSnapshotIdError
from moto.ec2.responses import EC2Response

from . import errors, sharing
from .registering import PARAMETERS


class Publishing(EC2Response):
    """Each docstring names what moto's own method lacks."""

    def _own_image(self) -> Any:
        image = self.ec2_backend.get_image(self._get_param("ImageId"))
        if image.owner_id != self.current_account:
            raise errors.not_ours("image", image.id)
        return image

    def _own_snapshot(self) -> Any:
        snapshot = self.ec2_backend.get_snapshot(self._get_param("SnapshotId"))
        if snapshot.owner_id != self.current_account:
            raise InvalidSnapshotIdError()
        return snapshot

    def copy_image(self) -> ActionResult:
        """CopyImageTags, TagSpecifications, Encrypted, KmsKeyId, ClientToken."""
        image = self.ec2_backend.copy_image(
            self._get_param("SourceImageId"),
            self._get_param("SourceRegion"),
            self._get_param("Name"),
            self._get_param("Description"),
            copy_tags=self._get_param("CopyImageTags", False),
            tag_specifications=self._get_param("TagSpecifications", []),
            encrypted=self._get_param("Encrypted", False),
            kms_key=self._get_param("KmsKeyId"),
            client_token=self._get_param("ClientToken"),
        )
        return ActionResult({"ImageId": image.id})

    def register_image(self) -> ActionResult:
        """All but the name and the description."""
        given = {word: self._get_param(word) for word in PARAMETERS}
        image = self.ec2_backend.register_image({word: value for word, value in given.items() if value is not None})
        return ActionResult({"ImageId": image.id})

    def deregister_image(self) -> ActionResult:
        """DeleteAssociatedSnapshots; other accounts' AMIs can be deregistered."""
        results = self.ec2_backend.deregister_image(
            self._own_image().id, self._get_param("DeleteAssociatedSnapshots", False)
        )
        return ActionResult({"Return": True, **({"DeleteSnapshotResults": results} if results else {})})

    def disable_image(self) -> ActionResult:
        """Launch permissions stay, and other accounts' AMIs can be disabled."""
        self._own_image().launch_permissions = []
        return super().disable_image()

    def enable_image(self) -> ActionResult:
        """Other accounts' AMIs can be enabled."""
        self._own_image()
        return super().enable_image()

    def enable_image_deprecation(self) -> ActionResult:
        """Missing."""
        self.ec2_backend.deprecate_image(self._get_param("ImageId"), str(self._get_param("DeprecateAt")))
        return ActionResult({"Return": True})

    def disable_image_deprecation(self) -> ActionResult:
        """Missing."""
        self.ec2_backend.deprecate_image(self._get_param("ImageId"), None)
        return ActionResult({"Return": True})

    def enable_image_deregistration_protection(self) -> ActionResult:
        """Missing."""
        cooldown = self._get_param("WithCooldown", False)
        self._own_image().deregistration_protection = (
            "enabled-with-cooldown" if cooldown else "enabled-without-cooldown"
        )
        return ActionResult({"Return": "true"})

    def disable_image_deregistration_protection(self) -> ActionResult:
        """Missing. The cool-down of 24 hours is not modelled."""
        self._own_image().deregistration_protection = "disabled"
        return ActionResult({"Return": "true"})

    def get_image_block_public_access_state(self) -> ActionResult:
        """Missing. Blocked by default, as in accounts created since 2023."""
        blocked = self.ec2_backend.public_images_blocked
        return ActionResult({"ImageBlockPublicAccessState": "block-new-sharing" if blocked else "unblocked"})

    def enable_image_block_public_access(self) -> ActionResult:
        """Missing."""
        self.ec2_backend.public_images_blocked = True
        return ActionResult({"ImageBlockPublicAccessState": "block-new-sharing"})

    def disable_image_block_public_access(self) -> ActionResult:
        """Missing. On AWS it takes some minutes."""
        self.ec2_backend.public_images_blocked = False
        return ActionResult({"ImageBlockPublicAccessState": "unblocked"})

    def describe_image_attribute(self) -> ActionResult:
        """moto has no value of most attributes; a missing AMI raises KeyError."""
        image = self._own_image()

        def value(member: str, held: str | None) -> dict[str, dict[str, str]]:
            return {member: {"Value": held} if held else {}}

        values = {
            "description": {"Description": {"Value": image.description or ""}},
            "bootMode": value("BootMode", image.boot_mode),
            "imdsSupport": value("ImdsSupport", image.imds_support),
            "kernel": value("KernelId", image.kernel_id),
            "ramdisk": value("RamdiskId", None),
            "lastLaunchedTime": value("LastLaunchedTime", image.last_launched_time),
            "sriovNetSupport": value("SriovNetSupport", image.sriov_net_support),
            "tpmSupport": value("TpmSupport", image.tpm_support),
            "uefiData": value("UefiData", image.uefi_data),
            "deregistrationProtection": {"DeregistrationProtection": {"Value": image.deregistration_protection}},
            "launchPermission": {"LaunchPermissions": image.launch_permissions},
        }
        attribute = self._get_param("Attribute")
        if attribute not in values:
            return super().describe_image_attribute()
        return ActionResult({"ImageId": image.id, **values[attribute]})

    def modify_image_attribute(self) -> ActionResult:
        """moto drops Description, ImdsSupport and all organisations but the first, and refuses nothing."""
        image = self._own_image()
        add, remove = sharing.changes(self._get_param)
        sharing.share(image, add, remove, self.ec2_backend.public_images_blocked)
        attribute, value = self._get_param("Attribute"), self._get_param("Value")
        description = value if attribute == "description" else self._get_param("Description.Value")
        imds = value if attribute == "imdsSupport" else self._get_param("ImdsSupport.Value")
        if description is not None:
            self.ec2_backend.check_description(description)
            image.description = description
        if imds is not None:
            image.imds_support = imds
        return EmptyResult()

    def modify_snapshot_attribute(self) -> ActionResult:
        """moto drops CreateVolumePermission.Add and .Remove, which Packer uses, and refuses nothing."""
        snapshot = self._own_snapshot()
        nested = self._get_param("CreateVolumePermission", {}) or {}
        changes = {name: nested.get(name, []) for name in ("Add", "Remove")}
        operation = self._get_param("OperationType")
        if operation:
            flat = [{"UserId": user} for user in self._get_param("UserIds", [])]
            flat += [{"Group": group} for group in self._get_param("GroupNames", [])]
            changes["Add" if operation == "add" else "Remove"] += flat
        users, groups = (
            {name: [one[kind] for one in changes[name] if one.get(kind)] for name in changes}
            for kind in ("UserId", "Group")
        )
        sharing.check_snapshot(snapshot, users["Add"], groups["Add"])
        backend = self.ec2_backend
        backend.add_create_volume_permission(snapshot.id, user_ids=users["Add"], groups=groups["Add"])
        backend.remove_create_volume_permission(snapshot.id, user_ids=users["Remove"], groups=groups["Remove"])
        return EmptyResult()

    def delete_snapshot(self) -> Any:
        """Other accounts' snapshots can be deleted."""
        self._own_snapshot()
        return super().delete_snapshot()

    def describe_snapshots(self) -> ActionResult:
        """OwnerIds."""
        filters = self._filters_from_querystring()
        owners = [self.current_account if owner == "self" else owner for owner in self._get_param("OwnerIds", [])]
        found = self.ec2_backend.describe_snapshots(self._get_param("SnapshotIds", []), filters)
        return ActionResult(
            {"Snapshots": [snapshot for snapshot in found if not owners or snapshot.owner_id in owners]}
        )
