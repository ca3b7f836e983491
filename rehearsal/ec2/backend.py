"""The rehearsed account's EC2 in one region."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from moto.ec2 import urls
from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend
from moto.ec2.models.availability_zones_and_regions import Region
from moto.ec2.models.subnets import Subnet
from moto.ec2.models.vpcs import VPC

from .. import regions
from .defaults import DefaultEncryption
from .images import Images
from .instances import Instances
from .launching import Launching
from .registering import Registering
from .responses import Response
from .retiring import Retiring
from .snapshots import Snapshots


class Backend(Launching, Instances, Retiring, Registering, Images, Snapshots, DefaultEncryption, EC2Backend):
    """moto's backend with real instances. `compute` must be set before the first backend is created."""

    compute: Any = None
    # Whether the account forbids public AMIs in this region.
    public_images_blocked = True

    @property
    def _url_module(self) -> Any:
        """moto looks for this beside the class; defined here, so that our own Response answers."""
        return SimpleNamespace(url_bases=urls.url_bases, url_paths={"{0}/": Response.dispatch})

    def create_default_vpc(self) -> VPC:
        """As in moto, but with addresses at which this machine reaches instances."""
        vpc = self.create_vpc(cidr_block=regions.network(self.region_name), is_default=True)
        for zone in self.describe_availability_zones():
            self.create_default_subnet(zone.name)
        return vpc

    def create_default_subnet(self, availability_zone: str) -> Subnet:
        """Avoids the addresses of other rehearsals on this machine."""
        subnet = super().create_default_subnet(availability_zone)
        subnet._reserved_ips.update(regions.others(subnet.cidr_block, self.compute.place))
        subnet.map_public_ip_on_launch = self.compute.behaviours.publicSubnets
        return subnet

    def delete_security_group(self, name: str | None = None, group_id: str | None = None) -> None:
        """Gap in moto: a group can be deleted while it is in use."""
        group = self.get_security_group_by_name_or_id(group_id or name or "")
        if group and any(group in interface.group_set for interface in self.enis.values()):
            raise DependencyViolationError(f"resource {group.id} has a dependent object")
        super().delete_security_group(name, group_id)

    def describe_regions(self, region_names: list[str] | None = None, all_regions: bool = False) -> list[Region]:
        """Gap in moto: it lists regions that are not enabled, even without AllRegions."""
        enabled, known = self.compute.regions, regions.siblings(self.region_name)
        found = [
            Region(name, f"ec2.{name}.{regions.domain(name)}", regions.status(name, enabled))
            for name in known
            if name in (region_names or known) and (all_regions or region_names or name in enabled)
        ]
        unknown = sorted(set(region_names or []) - set(known))
        if unknown:
            self.raise_error("InvalidParameterValue", f"Invalid region(s) specified: {', '.join(unknown)}")
        return found
