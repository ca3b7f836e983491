"""Instances: what the API shows while the real ones start and stop."""

from __future__ import annotations

import copy
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import OperationDisableApiStopNotPermitted, OperationNotPermitted4
from moto.ec2.models.instances import Instance, InstanceState, Reservation, StateReason

from .. import regions
from . import errors
from .image import Image

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

    Gaps in moto's: nothing runs, states change at once, an instance without a subnet gets a random 10.x address,
    unknown AMIs and keys are accepted, client tokens are ignored, the root volume is not the AMI's.
    """

    compute: Any
    region_name: str
    reservations: dict[str, Reservation]
    key_pairs: dict[str, Any]
    snapshots: dict[str, Any]
    _launched: dict[str, Reservation]

    def run_instances(
        self, image_id: str, count: int, user_data: Any, security_group_names: list[str], **options: Any
    ) -> Reservation:
        token = options.get("client_token")
        launched: dict[str, Reservation] = self.__dict__.setdefault("_launched", {})
        if token and token != "ABCDE" and token in launched:  # ABCDE: moto's value for none.
            return launched[token]
        options, image_id, user_data = self._from_template(options, image_id, user_data)
        ami: Image = self.get_image(image_id)  # type: ignore[attr-defined]
        if ami.state != "available":
            raise errors.unavailable_ami(image_id, ami.state)
        ami.check_type(options.get("instance_type", ""))
        key = options.get("key_name")
        if key and key not in self.key_pairs:
            raise errors.no_such_key(key)
        self._place(options)
        mappings = with_root(options.get("block_device_mappings") or [], ami)
        self._check_sizes(mappings)
        trouble = self.trouble_with(self.encrypt_by_default(mappings))  # type: ignore[attr-defined]
        options["block_device_mappings"] = mappings
        if ami.imds_support == "v2.0":
            defaults = {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}
            options["metadata_options"] = {**defaults, **(options.get("metadata_options") or {})}
        reservation: Reservation = super().run_instances(  # type: ignore[misc]
            image_id, count, user_data, security_group_names, **options
        )
        for instance in reservation.instances:
            public_is_loopback(instance)
            for nic in instance.nics.values():
                nic.delete_on_termination = True
                nic.add_tags((options.get("tags") or {}).get("network-interface", {}))
            set_state(instance, "pending")
            self.compute.launch(instance, ami, trouble)
        ami.launched = utcnow()
        if token:
            launched[token] = reservation
        return reservation

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

    def _check_sizes(self, mappings: list[dict[str, Any]]) -> None:
        """A volume is at least as large as its snapshot."""
        for volume in (mapping["Ebs"] for mapping in mappings if mapping.get("Ebs")):
            snapshot = self.snapshots.get(volume.get("SnapshotId", ""))
            size = int(volume.get("VolumeSize") or 0)
            if snapshot and 0 < size < snapshot.volume.size:
                raise errors.too_small(size, snapshot.id, snapshot.volume.size)

    def start_instances(self, instance_ids: list[str]) -> list[tuple[Instance, InstanceState]]:
        changed = []
        for instance in self.get_multi_instances_by_id(instance_ids):  # type: ignore[attr-defined]
            before = copy.copy(instance._state)
            if instance.state not in ("stopped", "running", "pending"):
                raise errors.wrong_state(instance.id, instance.state, "started")
            if instance.state == "stopped":
                instance.start()
                public_is_loopback(instance)
                set_state(instance, "pending")
                self.compute.start(instance)
            changed.append((instance, before))
        return changed

    def stop_instances(self, instance_ids: list[str], force: bool = False) -> list[tuple[Instance, InstanceState]]:
        changed = []
        for instance in self.get_multi_instances_by_id(instance_ids):  # type: ignore[attr-defined]
            if instance.disable_api_stop is True:
                raise OperationDisableApiStopNotPermitted(instance.id)
            before = copy.copy(instance._state)
            if instance.state in ("shutting-down", "terminated"):
                raise errors.wrong_state(instance.id, instance.state, "stopped")
            if instance.state in ("pending", "running"):
                set_state(instance, "stopping")
                self.compute.stop(instance, force)
            changed.append((instance, before))
        return changed

    def terminate_instances(
        self, instance_ids: list[str], skip_shutdown: bool = False
    ) -> list[tuple[Instance, InstanceState]]:
        changed = []
        for instance in self.get_multi_instances_by_id(instance_ids):  # type: ignore[attr-defined]
            if instance.disable_api_termination is True:
                raise OperationNotPermitted4(instance.id)
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
            self.compute.reboot(instance)
        return instances


def with_root(mappings: list[dict[str, Any]], ami: Image) -> list[dict[str, Any]]:
    """The AMI's block devices with the request's changes."""
    merged = {mapping["DeviceName"]: copy.deepcopy(mapping) for mapping in ami.block_device_mappings}
    for mapping in mappings:
        own = merged.get(mapping["DeviceName"], {}).get("Ebs", {})
        requested = {name: value for name, value in (mapping.get("Ebs") or {}).items() if value is not None}
        merged[mapping["DeviceName"]] = {**mapping, "Ebs": {**own, **requested}}
        if "DeleteOnTermination" not in (mapping.get("Ebs") or {}) and own:
            merged[mapping["DeviceName"]]["Ebs"]["DeleteOnTermination"] = True
    root = merged[ami.root_device_name]["Ebs"]
    root["SnapshotId"] = ami.ebs_snapshot.id
    return list(merged.values())


def failed(instance: Instance, message: str, code: str = "Server.InternalError") -> None:
    """Terminates an instance that could not start, with the reason, as EC2 does."""
    instance.terminate()
    instance._reason = f"{code} ({utcnow():%Y-%m-%d %H:%M:%S} GMT)"
    instance.state_reason = StateReason(f"{code}: {message}", code)
