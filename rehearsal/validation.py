"""Validates requests by the service's model: botocore's validator, and checks that botocore leaves to the service."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from botocore.model import Shape
from botocore.validate import ParamValidator

from .wire import Kind, Mistake, wire_name

# Syntax of java.util.regex that Python's re lacks.
CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\w", r"\p{Z}": r"\s", r"\p{M}": r"\w", r"\p{Graph}": r"\x21-\x7e"}


@cache
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A model's pattern; None if Python cannot read it."""
    for java, python in CLASSES.items():
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern)
    except re.error:
        return None


class _Mistakes:
    """Collects a validator's reports, with the names that the caller used."""

    def __init__(self, root: Shape, ec2: bool | None) -> None:
        self.root, self.ec2 = root, ec2
        self.all: list[Mistake] = []

    def report(self, name: str, reason: str, **facts: Any) -> None:
        match reason:
            case "missing required field":
                path = self._written(f"{name}.{facts['required_name']}")
                self.all.append(Mistake("missing", path, f"The request must contain the parameter {path}"))
            case "unknown field":
                path = self._written(f"{name}.{facts['unknown_param']}")
                self.all.append(Mistake("unknown", path, f"The parameter {path} is not recognized"))
            case "invalid type":
                path, valid = self._written(name), ", ".join(facts["valid_types"])
                self.all.append(Mistake("type", path, f"Value ({facts['param']}) for {path} is none of {valid}"))
            case _:
                path = self._written(name)
                rule = facts.get("rule") or f"at least {facts.get('min_allowed')}"
                value = f"Value ({facts.get('param')}) for parameter {path} is invalid"
                kind: Kind = "enum" if reason == "unknown value" else "value"
                self.all.append(Mistake(kind, path, f"{value}: {reason}, {rule}"))

    def _written(self, name: str) -> str:
        """`.Tags[0].Key` in the caller's notation: `Tag.1.Key` in a form."""
        parts = re.findall(r"[^.\[\]]+", name)
        if self.ec2 is None:
            return ".".join(parts)
        written, shape = [], self.root
        for part in parts:
            if shape is not None and shape.type_name == "structure" and part in shape.members:
                shape = shape.members[part]
                written.append(wire_name(shape, part, self.ec2))
            elif shape is not None and shape.type_name == "list":
                wrapper = [] if self.ec2 or shape.serialization.get("flattened") else ["member"]
                shape = shape.member
                written += [*wrapper, str(int(part) + 1)]
            else:
                shape = None
                written.append(part)
        return ".".join(written)


class _Validator(ParamValidator):
    """botocore's validator checks required and unknown members, types and minima; this adds the rest."""

    VALIDATED_METADATA_ATTRS = ParamValidator.VALIDATED_METADATA_ATTRS | {"max", "enum", "pattern"}

    def _most(self, size: float, shape: Shape, errors: Any, name: str, reason: str) -> None:
        most = shape.metadata.get("max")
        if most is not None and size > most:
            errors.report(name, reason, param=size, rule=f"at most {most}")

    def _validate_string(self, param: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_string(param, shape, errors, name)
        if not isinstance(param, str):
            return
        self._most(len(param), shape, errors, name, "invalid length")
        allowed = shape.metadata.get("enum")
        if allowed and param not in allowed:
            few = ", ".join(allowed[:8]) + (", ..." if len(allowed) > 8 else "")
            errors.report(name, "unknown value", param=param, rule=f"one of {few}")
        pattern = compiled(shape.metadata["pattern"]) if "pattern" in shape.metadata else None
        if pattern and not pattern.fullmatch(param):
            errors.report(name, "invalid value", param=param, rule=f"it has the form {pattern.pattern}")

    def _validate_list(self, param: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_list(param, shape, errors, name)
        if isinstance(param, list):
            self._most(len(param), shape, errors, name, "invalid length")

    def _validate_map(self, param: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_map(param, shape, errors, name)
        if isinstance(param, dict):
            self._most(len(param), shape, errors, name, "invalid length")

    def _validate_integer(self, param: Any, shape: Shape, errors: Any, name: str) -> None:
        super()._validate_integer(param, shape, errors, name)
        if isinstance(param, int):
            self._most(param, shape, errors, name, "invalid range")

    def _validate_long(self, param: Any, shape: Shape, errors: Any, name: str) -> None:
        self._validate_integer(param, shape, errors, name)


def mistakes(parameters: dict[str, Any], shape: Shape | None, ec2: bool | None) -> list[Mistake]:
    """All mistakes in a call's parameters. `ec2`: whether a form is EC2's; None: it is JSON."""
    if shape is None:
        return [Mistake("unknown", name, f"The parameter {name} is not recognized") for name in parameters]
    found = _Mistakes(shape, ec2)
    _Validator()._validate(parameters, shape, found, name="")
    return found.all
