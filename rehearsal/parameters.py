"""SSM's parameters. Gap in moto: it does not validate values of the data type `aws:ec2:image`."""

from __future__ import annotations

from typing import Any

from moto.ssm import urls
from moto.ssm.exceptions import ValidationException
from moto.ssm.models import Parameter, SimpleSystemManagerBackend

IMAGE = "aws:ec2:image"


class Parameters(SimpleSystemManagerBackend):
    """Validates AMIs after the answer to the call, and silently drops invalid ones.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html, DataType
    """

    # moto looks for this beside the class.
    _url_module = urls
    # Must be set before the first backend is created.
    compute: Any = None

    def put_parameter(
        self, name: str, description: str, value: str, parameter_type: str, *rest: Any, **more: Any
    ) -> Parameter:
        key = self._parameters.normalize_name(name)
        before = list(self._parameters.get(key) or [])
        new = super().put_parameter(name, description, value, parameter_type, *rest, **more)
        kept = self._parameters[key]
        if before and before[-1].data_type != new.data_type and IMAGE in (before[-1].data_type, new.data_type):
            kept[:] = before
            change = f"from {before[-1].data_type} to {new.data_type}"
            raise ValidationException(f"The data type of the parameter {name} cannot be changed {change}.")
        if new.data_type == IMAGE:
            kept[:] = before
            if not before:
                del self._parameters[key]
            self.compute.later(self.compute.behaviours.parameterSeconds, lambda: self._validate(new))
        return new

    def _validate(self, new: Parameter) -> None:
        if self.compute.visible(self.region_name, new.value):
            versions = self._parameters[new.name]
            new.version = versions[-1].version + 1 if versions else new.version
            versions.append(new)
