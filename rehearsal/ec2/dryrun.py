"""DryRun of every action: whether the call would be allowed, without doing it."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, method_names_from_class
from moto.core.utils import camelcase_to_underscores
from moto.ec2.exceptions import DryRunClientError, EC2ClientError
from moto.ec2.responses import EC2Response

# Actions whose backend makes all its checks before a dry run ends.
CHECKED = frozenset({"run_instances", "copy_image"})


class DryRun(EC2Response):
    """moto supports it for some actions only, and answers 400 where EC2 answers 412.

    The gateway has already refused calls that policies deny. A named resource that does not exist is an error, too.
    """

    def call_action(self) -> Any:
        action = camelcase_to_underscores(self._get_action())
        if not self._get_param("DryRun", False) or action not in method_names_from_class(type(self)):
            return super().call_action()
        try:
            self._find_what_is_named()
            if action in CHECKED:
                self._check(action)
        except DryRunClientError:
            pass
        except EC2ClientError as error:
            return self.serialized(ActionResult(error))
        _, headers, body = self.serialized(ActionResult(DryRunClientError()))
        return 412, {**headers, "status": 412}, body

    def _check(self, action: str) -> None:
        """The server answers one call at a time, so the backend can be told by an attribute."""
        self.ec2_backend.dry = True
        try:
            getattr(self, action)()
        finally:
            self.ec2_backend.dry = False

    def error_on_dryrun(self) -> None:
        """Called by moto before the backend, which must check first."""

    def _find_what_is_named(self) -> None:
        backend = self.ec2_backend
        finders = {
            "ImageId": backend.get_image,
            "InstanceId": backend.get_instance,
            "SnapshotId": backend.get_snapshot,
            "VolumeId": backend.get_volume,
            "SubnetId": backend.get_subnet,
        }
        for name, find in finders.items():
            for value in (self._get_param(name), *(self._get_param(f"{name}s", []) or [])):
                if value:
                    find(value)
