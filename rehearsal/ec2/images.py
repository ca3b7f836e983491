"""Creates, copies and describes AMIs."""

from __future__ import annotations

import re
from typing import Any

from moto.core.parse import default_timestamp_parser
from moto.ec2.exceptions import DryRunClientError, InvalidParameterValueError
from moto.ec2.models.instances import Instance
from moto.ec2.utils import generic_filter, random_ami_id

from ..systems import EC2_ARCHITECTURES, System
from . import errors
from .encryption import COPY, encryption
from .image import Image
from .tokens import Tokens

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html, Name
NAME = re.compile(r"[A-Za-z0-9()\[\] ./'@_-]{3,128}")


class Images:
    """The backend's part for AMIs. Among the bases, it precedes moto's `AmiBackend`."""

    compute: Any
    region_name: str
    account_id: str
    amis: Any
    deleted_amis: list[str]
    dry: bool
    snapshots: dict[str, Any]
    ebs_encryption_by_default: bool
    default_key: str

    def _load_amis(self) -> None:
        """Seeds the base AMIs of the bootable systems, instead of moto's thousands."""
        for system in self.compute.systems:
            self.offer(system)

    def offer(self, system: System) -> Image:
        """A public AMI of the system's publisher."""
        ami = Image(
            self,
            system.ami_id(self.region_name),
            layers=(system.layer,),
            name=system.ami_name,
            owner_id=system.owner,
            public=True,
            architecture=EC2_ARCHITECTURES[system.arch],
            root_device_name=system.root_device,
            creation_date=default_timestamp_parser("2026-11-15T06:30:00Z"),
            description=f"{system.key} {system.arch}",
            region_name=f"{self.region_name}a",
        )
        ami.follow(self.compute.behaviours)
        self.amis[ami.id] = ami
        return ami

    @property
    def _copied(self) -> Tokens:
        copied: Tokens = self.__dict__.setdefault("_copied_by_token", Tokens())
        return copied

    def check_name(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise errors.malformed_name(name)
        for ami in self.amis.values():
            if ami.name == name and ami.owner_id == self.account_id:
                raise errors.duplicate_name(name, ami.id)

    def check_description(self, description: str | None) -> None:
        if not (description or "").isascii():
            raise errors.not_ascii()

    def get_image(self, ami_id: str) -> Image:
        found: Image | None = self.amis.get(ami_id)
        if ami_id in self.deleted_amis:
            raise errors.unavailable_ami(ami_id, "deregistered")
        if found is None:
            raise errors.no_such_ami(ami_id)
        return found

    def create_image(
        self,
        instance_id: str,
        name: str,
        description: str,
        tag_specifications: list[dict[str, Any]],
        no_reboot: bool = False,
    ) -> Image:
        """Gaps in moto's: no tags for the snapshot, nothing is ever pending, names may be used twice."""
        instance: Instance = self.get_instance(instance_id)  # type: ignore[attr-defined]
        if instance.state not in ("running", "stopped"):
            raise errors.wrong_state(instance_id, instance.state, "imaged")
        self.check_name(name)
        self.check_description(description)
        tags = by_resource(tag_specifications, ("image", "snapshot"))
        ami = Image(
            self,
            random_ami_id(),
            instance=instance,
            name=name,
            description=description,
            layers=(),
            snapshot_description=f"Created by CreateImage({instance_id})",
            region_name=instance.availability_zone,
        )
        # EC2 User Guide, ami-ancestry: the source is the AMI that the instance was launched from.
        ami.source_instance_id = instance_id
        ami.source_image_id, ami.source_image_region = instance.image_id, self.region_name
        source = self.amis.get(instance.image_id)
        if source:
            ami.inherit(source)
        root = instance.block_device_mapping.get(instance.root_device_name)
        if root:
            ami.size = root.size
            volume = self.get_volume(root.volume_id)  # type: ignore[attr-defined]
            if volume.encrypted:
                ami.encrypt(encryption(self.account_id, self.region_name, volume.kms_key_id))
        self._begin(ami, tags)
        self.compute.snapshot(instance, ami, no_reboot)
        return ami

    def copy_image(
        self,
        source_image_id: str,
        source_region: str,
        name: str | None = None,
        description: str | None = None,
        copy_tags: bool = False,
        tag_specifications: list[dict[str, Any]] | None = None,
        encrypted: bool = False,
        kms_key: str | None = None,
        client_token: str | None = None,
    ) -> Image:
        """Gaps in moto's: tags are lost, nothing is pending or encrypted, names and client tokens may be used twice,
        and copies have their source's description.
        """
        order = (source_image_id, source_region, name, description, encrypted, kms_key)
        before: Image | None = self._copied.result(client_token, order)
        if before:
            return before
        source = self.compute.backend(source_region).get_image(source_image_id)
        if source.state != "available":
            raise errors.unavailable_ami(source_image_id, source.state)
        self.check_name(name or source.name)
        self.check_description(description)
        limit = self.compute.pace.copies_at_once
        if sum(ami.copying for ami in self.amis.values()) >= limit:
            raise errors.too_many_copies(self.region_name, limit)
        tags = by_resource(tag_specifications or [], ("image", "snapshot"))
        if self.dry:
            raise DryRunClientError()
        if copy_tags:
            own = {tag["key"]: tag["value"] for tag in source.get_tags() if not tag["key"].startswith("aws:")}
            tags["image"] = {**own, **tags.get("image", {})}
        ami = Image(
            self,
            random_ami_id(),
            source_ami=source,
            name=name or source.name,
            layers=source.layers,
            snapshot_description=f"Copied for DestinationAmi from SourceAmi {source_image_id}",
            region_name=f"{self.region_name}a",
        )
        ami.size, ami.description = source.size, description
        ami.inherit(source)
        ami.source_image_id, ami.source_image_region = source_image_id, source_region
        trouble = None
        if encrypted or kms_key or source.ebs_snapshot.encrypted or self.ebs_encryption_by_default:
            by = encryption(self.account_id, self.region_name, kms_key or self.default_key)
            ami.encrypt(by)
            trouble = by.trouble or by.refused(self.compute.may, self.region_name, COPY)
        self._begin(ami, tags)
        ami.copying = True
        self._copied.keep(client_token, order, ami)
        self.compute.later(self.compute.pace.of_copy(self.region_name), lambda: ami.finish(trouble))
        return ami

    def _begin(self, ami: Image, tags: dict[str, dict[str, str]]) -> None:
        ami.state = ami.ebs_snapshot.status = "pending"
        ami.add_tags(tags.get("image", {}))
        ami.ebs_snapshot.add_tags(tags.get("snapshot", {}))
        self.amis[ami.id] = ami

    def describe_images(
        self,
        ami_ids: list[str] | None = None,
        filters: dict[str, Any] | None = None,
        exec_users: list[str] | None = None,
        owners: list[str] | None = None,
    ) -> list[Image]:
        """Gaps in moto's: filters are ignored when IDs are named; of several IDs some may be unknown.

        A deregistered AMI is no error for a while (API reference of DescribeImages); here, until the server ends.
        """
        for name in ami_ids or []:
            if name not in self.deleted_amis:
                self.get_image(name)
        found: list[Image] = super().describe_images(ami_ids, None if ami_ids else filters, exec_users, owners)  # type: ignore[misc]
        return list(generic_filter(filters, found)) if ami_ids and filters else found


def by_resource(specifications: list[dict[str, Any]], allowed: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """TagSpecifications as resource type -> tags."""
    tags: dict[str, dict[str, str]] = {}
    for specification in specifications:
        kind = specification.get("ResourceType", "")
        if kind not in allowed:
            raise InvalidParameterValueError(f"'{kind}' is not a valid taggable resource type for this operation.")
        tags.setdefault(kind, {}).update({tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags", [])})
    return tags
