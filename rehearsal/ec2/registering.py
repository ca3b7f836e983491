"""RegisterImage: an AMI from existing snapshots.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import InvalidParameterValueError, InvalidSnapshotIdError
from moto.ec2.utils import random_ami_id

from . import errors
from .image import Image
from .images import by_resource

# Parameters of a request that the AMI keeps.
PARAMETERS = (
    "Name",
    "Description",
    "Architecture",
    "BootMode",
    "ImdsSupport",
    "TpmSupport",
    "UefiData",
    "EnaSupport",
    "SriovNetSupport",
    "VirtualizationType",
    "RootDeviceName",
    "BlockDeviceMappings",
    "TagSpecifications",
)


class Registering:
    """The backend's part for RegisterImage. It precedes `Images`. Gap in moto's: it ignores the snapshots."""

    account_id: str
    region_name: str
    amis: Any
    snapshots: dict[str, Any]

    def register_image(self, parameters: dict[str, Any]) -> Image:
        """Omitted parameters have the action's defaults, which are not the values of the snapshot's first AMI."""
        name = parameters["Name"]
        self.check_name(name)  # type: ignore[attr-defined]
        self.check_description(parameters.get("Description"))  # type: ignore[attr-defined]
        tags = by_resource(parameters.get("TagSpecifications", []), ("image",))
        device = self._root_device(parameters)
        snapshot = self._usable_snapshot(device)
        ami = Image(
            self,
            random_ami_id(),
            name=name,
            description=parameters.get("Description"),
            root_device_name=device["DeviceName"],
            architecture=parameters.get("Architecture", "i386"),
            layers=(),
            region_name=f"{self.region_name}a",
        )
        self.snapshots.pop(ami.ebs_snapshot.id)
        ami.ebs_snapshot = snapshot
        ami.virtualization_type = parameters.get("VirtualizationType", "paravirtual")
        ami.boot_mode, ami.imds_support = parameters.get("BootMode"), parameters.get("ImdsSupport")
        ami.ena_support = parameters.get("EnaSupport", False)
        ami.sriov_net_support, ami.tpm_support = parameters.get("SriovNetSupport"), parameters.get("TpmSupport")
        ami.uefi_data = parameters.get("UefiData")
        volume = device["Ebs"]
        ami.volume = {
            "VolumeType": volume.get("VolumeType", "gp2"),
            "DeleteOnTermination": volume.get("DeleteOnTermination", True),
            **{word: volume[word] for word in ("Iops", "Throughput") if word in volume},
        }
        ami.larger = volume.get("VolumeSize")
        ami.add_tags(tags.get("image", {}))
        self.amis[ami.id] = ami
        return ami

    def _root_device(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """The one volume that AMIs have here."""
        root_name = parameters.get("RootDeviceName")
        devices = [one for one in parameters.get("BlockDeviceMappings", []) if "Ebs" in one]
        root: dict[str, Any] | None = next((one for one in devices if one.get("DeviceName") == root_name), None)
        if root is None:
            raise InvalidParameterValueError("The root device is not among the block device mappings.")
        if len(devices) > 1:
            raise errors.unsupported("RegisterImage with several volumes: AMIs have one in the rehearsal")
        return root

    def _usable_snapshot(self, device: dict[str, Any]) -> Any:
        volume = device["Ebs"]
        snapshot = self.snapshots.get(volume.get("SnapshotId", ""))
        if snapshot is None or snapshot.owner_id != self.account_id:
            raise InvalidSnapshotIdError()
        for word in ("Encrypted", "KmsKeyId"):
            if word in volume:
                raise errors.not_with_snapshot(word)
        if snapshot.status != "completed":
            raise errors.unfinished_snapshot(snapshot.id, snapshot.status)
        if volume.get("VolumeSize", snapshot.volume.size) < snapshot.volume.size:
            raise errors.too_small(volume["VolumeSize"], snapshot.id, snapshot.volume.size)
        return snapshot
