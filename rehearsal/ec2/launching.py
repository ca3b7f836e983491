"""Launches instances: RunInstances."""

from __future__ import annotations

import copy
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import (
    DryRunClientError,
    InvalidParameterDependency,
    InvalidSecurityGroupNotFoundError,
    MissingParameterError,
)
from moto.ec2.models.instances import Reservation

from . import errors
from .image import Image
from .instances import public_is_loopback, set_state
from .tokens import Tokens


class Launching:
    """The backend's part for launches. It precedes `Instances`.

    Gaps in moto's: an instance without a subnet gets a random 10.x address, unknown AMIs and keys are accepted, client
    tokens are ignored, the root volume is not the AMI's, and a refused launch can leave an instance.
    """

    compute: Any
    region_name: str
    reservations: dict[str, Reservation]
    key_pairs: dict[str, Any]
    snapshots: dict[str, Any]
    # Whether calls are dry runs, which end after their checks.
    dry = False

    @property
    def _launched(self) -> Tokens:
        launched: Tokens = self.__dict__.setdefault("_launched_by_token", Tokens())
        return launched

    def run_instances(
        self, image_id: str, count: int, user_data: Any, security_group_names: list[str], **options: Any
    ) -> Reservation:
        token = options.get("client_token")
        if token == "ABCDE":  # moto's value for none.
            token = None
        order = repr((image_id, count, user_data, security_group_names, sorted(options.items())))
        before: Reservation | None = self._launched.result(token, order)
        if before:
            return before
        options, image_id, user_data = self._from_template(options, image_id, user_data)
        ami: Image = self.get_image(image_id)  # type: ignore[attr-defined]
        if ami.state != "available":
            raise errors.unavailable_ami(image_id, ami.state)
        ami.check_type(options.get("instance_type", ""))
        key = options.get("key_name")
        if key and key not in self.key_pairs:
            raise errors.no_such_key(key)
        self._place(options)
        self._check_groups(options)
        mappings = with_root(options.get("block_device_mappings") or [], ami)
        self._check_volumes(mappings)
        trouble = self.trouble_with(self.encrypt_by_default(mappings))  # type: ignore[attr-defined]
        if self.dry:
            raise DryRunClientError()
        # moto passes no IOPS, and refuses types that need them.
        options["block_device_mappings"] = [{**one, "Ebs": {**one["Ebs"], "VolumeType": None}} for one in mappings]
        if ami.imds_support == "v2.0":
            defaults = {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}
            options["metadata_options"] = {**defaults, **(options.get("metadata_options") or {})}
        reservation = self._reserve(image_id, count, user_data, security_group_names, options)
        for instance in reservation.instances:
            public_is_loopback(instance)
            for nic in instance.nics.values():
                nic.delete_on_termination = True
                nic.add_tags((options.get("tags") or {}).get("network-interface", {}))
            for mapping in mappings:
                self._complete(instance.block_device_mapping[mapping["DeviceName"]].volume_id, mapping["Ebs"])
            set_state(instance, "pending")
            self.compute.launch(instance, ami, trouble)
        ami.launched = utcnow()
        self._launched.keep(token, order, reservation)
        return reservation

    def _reserve(
        self, image_id: str, count: int, user_data: Any, group_names: list[str], options: dict[str, Any]
    ) -> Reservation:
        """moto's launch. If moto refuses it, nothing of it stays."""
        before = set(self.reservations)
        try:
            made: Reservation = super().run_instances(image_id, count, user_data, group_names, **options)  # type: ignore[misc]
        except Exception:
            for name in set(self.reservations) - before:
                for instance in self.reservations.pop(name).instances:
                    for nic in instance.nics.values():
                        nic.delete_on_termination = True
                    instance.terminate()
            raise
        return made

    def _complete(self, volume_id: str, wished: dict[str, Any]) -> None:
        volume = self.get_volume(volume_id)  # type: ignore[attr-defined]
        volume.volume_type = wished.get("VolumeType") or volume.volume_type
        volume.iops, volume.throughput = (
            wished.get("Iops") or volume.iops,
            wished.get("Throughput") or volume.throughput,
        )

    def _from_template(self, options: dict[str, Any], image_id: str, user_data: Any) -> tuple[dict[str, Any], str, Any]:
        """A launch template's AMI, key, user data and metadata options, which moto applies only in part."""
        if options.get("launch_template"):
            data = self._get_template_from_args(options["launch_template"]).data  # type: ignore[attr-defined]
            image_id = image_id or data.get("ImageId", "")
            user_data = user_data or data.get("UserData")
            if not options.get("key_name"):
                options["key_name"] = data.get("KeyName")
            metadata = {**(data.get("MetadataOptions") or {}), **(options.get("metadata_options") or {})}
            options["metadata_options"] = metadata
            if not options.get("block_device_mappings"):
                options["block_device_mappings"] = data.get("BlockDeviceMappings")
        return options, image_id, user_data

    def _place(self, options: dict[str, Any]) -> None:
        """Without a subnet, an instance goes to the default VPC. By default, the subnet decides on a public address.

        Gap in moto's: an interface in the request never gets a public address by default.
        """
        first = next(iter(options.get("nics") or []), None)
        if first and first.get("NetworkInterfaceId"):
            return
        name = (first or {}).get("SubnetId") or options.get("subnet_id")
        if name:
            subnet = self.get_subnet(name)  # type: ignore[attr-defined]
        else:
            zone = options.get("placement") or f"{self.region_name}a"
            subnet = self.get_default_subnets().get(zone)  # type: ignore[attr-defined]
            if subnet is None:
                raise errors.no_default_vpc()
        by_itself = str(subnet.map_public_ip_on_launch).lower() == "true"
        if first is None:
            options.update(subnet_id=subnet.id, associate_public_ip=by_itself)
            return
        first.setdefault("AssociatePublicIpAddress", by_itself)
        first["SubnetId"] = subnet.id

    def _check_groups(self, options: dict[str, Any]) -> None:
        interfaces = [group for one in options.get("nics") or [] for group in one.get("Groups", [])]
        for group in [*(options.get("security_group_ids") or []), *interfaces]:
            if self.get_security_group_from_id(group) is None:  # type: ignore[attr-defined]
                raise InvalidSecurityGroupNotFoundError(group)

    def _check_volumes(self, mappings: list[dict[str, Any]]) -> None:
        """A volume has a size or a snapshot, and is at least as large as that."""
        for volume in (mapping["Ebs"] for mapping in mappings):
            size, name = int(volume.get("VolumeSize") or 0), volume.get("SnapshotId")
            if not size and not name:
                raise MissingParameterError("size or snapshotId")
            if volume.get("KmsKeyId") and not volume.get("Encrypted"):
                raise InvalidParameterDependency("KmsKeyId", "Encrypted")
            if volume.get("VolumeType") in ("io1", "io2") and not volume.get("Iops"):
                raise InvalidParameterDependency("VolumeType", "Iops")
            snapshot = self.get_snapshot(name) if name else None  # type: ignore[attr-defined]
            if snapshot and 0 < size < snapshot.volume.size:
                raise errors.too_small(size, snapshot.id, snapshot.volume.size)


def with_root(mappings: list[dict[str, Any]], ami: Image) -> list[dict[str, Any]]:
    """The AMI's volumes with the request's changes. Ephemeral devices do not exist here."""
    merged = {mapping["DeviceName"]: copy.deepcopy(mapping) for mapping in ami.block_device_mappings}
    for mapping in mappings:
        name = mapping["DeviceName"]
        if "NoDevice" in mapping and name != ami.root_device_name:
            merged.pop(name, None)
        elif "Ebs" in mapping:
            own = merged.get(name, {}).get("Ebs", {"DeleteOnTermination": True})
            requested = {word: value for word, value in mapping["Ebs"].items() if value is not None}
            if requested.get("VolumeType", own.get("VolumeType")) != own.get("VolumeType"):
                own = {word: value for word, value in own.items() if word not in ("Iops", "Throughput")}
            merged[name] = {"DeviceName": name, "Ebs": {**own, **requested}}
    merged[ami.root_device_name]["Ebs"]["SnapshotId"] = ami.ebs_snapshot.id
    return list(merged.values())
