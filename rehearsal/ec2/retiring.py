"""Deregisters AMIs, and sets the date of their deprecation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from moto.core.parse import default_timestamp_parser
from moto.core.utils import utcnow
from moto.ec2.exceptions import InvalidParameterValueError

from . import errors

# For EnableImageDeprecation's limits.
YEAR = timedelta(days=365)


class Retiring:
    """The backend's part for the end of AMIs. It precedes `Images`."""

    compute: Any
    account_id: str
    region_name: str
    amis: Any

    def deregister_image(self, ami_id: str, with_snapshots: bool = False) -> list[dict[str, str]]:
        """Deregisters an AMI. With `with_snapshots`, deletes its snapshots and returns the result for each."""
        ami = self.get_image(ami_id)  # type: ignore[attr-defined]
        if ami.deregistration_protection.startswith("enabled"):
            raise errors.protected(ami_id)
        super().deregister_image(ami_id)  # type: ignore[misc]
        if not with_snapshots:
            self.keep_in_use(ami.ebs_snapshot)  # type: ignore[attr-defined]
            return []
        if any(other.ebs_snapshot is ami.ebs_snapshot for other in self.amis.values()):
            result = "skipped"
        elif not self.compute.may("ec2:DeleteSnapshot", self.region_name, SnapshotId=ami.ebs_snapshot.id):
            result = "missing-permissions"
        else:
            result = "success"
            # Another AMI of this snapshot may have been deregistered a moment ago.
            ami.ebs_snapshot.in_use_until = 0.0
            self.delete_snapshot(ami.ebs_snapshot.id)  # type: ignore[attr-defined]
        return [{"SnapshotId": ami.ebs_snapshot.id, "ReturnCode": result}]

    def deprecate_image(self, ami_id: str, at: str | None) -> None:
        ami = self.get_image(ami_id)  # type: ignore[attr-defined]
        if ami.owner_id != self.account_id:
            raise errors.no_such_ami(ami_id)
        if at is None:
            ami.deprecation_time = None
            return
        try:
            when = default_timestamp_parser(at)
        except ValueError:
            raise InvalidParameterValueError(at) from None
        now = utcnow()
        if when < now:
            raise errors.deprecation_out_of_range(at, "It is in the past.")
        if when > now + YEAR * 10:
            raise errors.deprecation_out_of_range(at, "It is more than 10 years from now.")
        if ami.is_public and when > ami.creation_date + YEAR * 2:
            raise errors.deprecation_out_of_range(at, "The AMI is public: it is more than 2 years from its creation.")
        ami.deprecation_time = when.strftime("%Y-%m-%dT%H:%M:00.000Z")
