"""An AMI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from moto.core.parse import default_timestamp_parser
from moto.core.utils import utcnow
from moto.ec2.models.amis import Ami
from moto.ec2.models.instance_types import INSTANCE_TYPES

from ..behaviours import Behaviours
from . import errors
from .encryption import Encryption

TIME = "%Y-%m-%dT%H:%M:%S.000Z"

# Platform details and usage operation: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
LINUX = "Linux/UNIX", "RunInstances"
RHEL = "Red Hat Enterprise Linux", "RunInstances:0010"


class Image(Ami):
    """An AMI on EBS snapshots.

    Gaps in moto's: the root device type of created and copied AMIs is `standard`, which Packer refuses as a source;
    sizes, device names and boot mode do not come from the source; there is no deprecation, no deregistration
    protection, no imds-support, no time of the last launch, no `creation-date` filter.
    """

    boot_mode: str | None
    product_codes: set[str]
    deprecation_time: str | None = None
    # The last launch.
    launched: datetime | None = None
    deregistration_protection = "disabled"
    imds_support: str | None = None
    source_image_id: str | None = None
    source_image_region: str | None = None
    source_instance_id: str | None = None
    ena_support = True
    sriov_net_support: str | None = "simple"
    tpm_support: str | None = None
    uefi_data: str | None = None
    # RegisterImage looks for others in the snapshot, which may lack them. Here it always does.
    platform_details, usage_operation = LINUX
    # The root volume's attributes in the block device mapping.
    volume: Mapping[str, Any] = {"DeleteOnTermination": True, "VolumeType": "gp3", "Iops": 3000, "Throughput": 125}
    # Size of the root volume in GiB, if it is larger than its snapshot.
    larger: int | None = None
    # Whether it is a copy in progress.
    copying = False

    def __init__(self, ec2_backend: Any, ami_id: str, *, layers: tuple[str, ...], **options: Any) -> None:
        source = options.get("source_ami") or options.get("instance")
        options.setdefault("root_device_name", source.root_device_name if source else "/dev/xvda")
        super().__init__(ec2_backend, ami_id, root_device_type="ebs", **options)
        # Graviton supports only UEFI: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-boot.html
        self.boot_mode = "uefi" if self.architecture == "arm64" else "uefi-preferred"
        self.hypervisor = "xen"
        self.virtualization_type = "hvm"
        self.image_location = f"{self.owner_id}/{self.name}"
        self.ebs_snapshot.layers = layers
        self.ebs_snapshot.own_key = False
        self.size = 8

    def inherit(self, source: Image) -> None:
        """Takes over the attributes that an AMI of an instance, or a copy, has from its source."""
        self.imds_support, self.tpm_support = source.imds_support, source.tpm_support
        self.boot_mode, self.uefi_data = source.boot_mode, source.uefi_data
        self.ena_support, self.sriov_net_support = source.ena_support, source.sriov_net_support
        self.platform_details, self.usage_operation = source.platform_details, source.usage_operation
        self.product_codes = source.product_codes

    def follow(self, behaviours: Behaviours) -> None:
        """Gives a base AMI what the settings say."""
        self.size = behaviours.baseGib
        self.platform_details, self.usage_operation = RHEL if behaviours.baseRhel else LINUX

    def encrypt(self, by: Encryption) -> None:
        snapshot = self.ebs_snapshot
        snapshot.encrypted, snapshot.kms_key_id, snapshot.own_key = True, by.key, by.own

    @property
    def is_deprecated(self) -> bool:
        return self.deprecation_time is not None and default_timestamp_parser(self.deprecation_time) <= utcnow()

    @property
    def last_launched_time(self) -> str | None:
        """EC2 reports a launch a day late."""
        if self.launched is None or utcnow() - self.launched < timedelta(days=1):
            return None
        return self.launched.strftime(TIME)

    def check_type(self, kind: str) -> None:
        """Gap in moto's: an AMI starts on any type of instance. moto itself refuses unknown types, later."""
        supported = INSTANCE_TYPES.get(kind, {}).get("ProcessorInfo", {}).get("SupportedArchitectures", [])
        if supported and self.architecture not in supported:
            raise errors.other_architecture(supported[-1], str(self.architecture))

    @property
    def size(self) -> int:
        """Smallest size of the root volume in GiB."""
        return int(self.ebs_snapshot.volume.size)

    @size.setter
    def size(self, gib: int) -> None:
        self.ebs_snapshot.volume.size = gib

    @property
    def layers(self) -> tuple[str, ...]:
        layers: tuple[str, ...] = self.ebs_snapshot.layers
        return layers

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        volume = {
            **self.volume,
            "SnapshotId": self.ebs_snapshot.id,
            "VolumeSize": self.larger or self.size,
            "Encrypted": self.ebs_snapshot.encrypted,
        }
        return [{"DeviceName": self.root_device_name, "Ebs": volume}]

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        match filter_name:
            case "creation-date":
                created: datetime = self.creation_date
                return created.strftime(TIME)
            case "root-device-type":
                return "ebs"
            case "source-image-id" | "source-image-region" | "source-instance-id":
                return getattr(self, filter_name.replace("-", "_"))
            case "block-device-mapping.snapshot-id":
                return self.ebs_snapshot.id
            case _:
                return super().get_filter_value(filter_name, method_name)

    def finish(self, error: str | None = None) -> None:
        """Leaves `pending`."""
        self.copying = False
        self.state = "failed" if error else "available"
        self.ebs_snapshot.status = "error" if error else "completed"
        if error:
            self.state_reason = {"Code": "Server.InternalError", "Message": error}
