"""Behaviour of EC2 and SSM beyond moto, set by `PUT /rehearsal/settings`. rehearsal/README.md names the sources."""

from __future__ import annotations

import ipaddress
from dataclasses import asdict, dataclass, field
from typing import Any

from .doors import own_addresses


@dataclass
class Behaviours:
    """Fields have the names of the settings. All times are in seconds."""

    # Time that SSM needs to validate a parameter of the data type `aws:ec2:image`.
    parameterSeconds: float = 2.0
    # Time that a snapshot stays in use after its AMI was deregistered.
    snapshotInUseSeconds: float = 3.0
    # Time for the operating system's shutdown before TerminateInstances ends the instance.
    shutdownSeconds: float = 0.0
    # Whether the first and the last page of a describe with MaxResults are empty.
    emptyPages: bool = False
    # Whether CreateKeyPair's KeyMaterial ends with a newline.
    keyNewline: bool = True
    # Instances and launch templates that an AWS service manages. Describes hide them by default.
    managed: list[str] = field(default_factory=list)
    # Whether instances in a default subnet get public addresses by default.
    publicSubnets: bool = True
    # Source addresses of this machine's connections: to public addresses of instances (checkip returns it), and to
    # private ones. Without the latter, this machine is outside the VPC.
    runnerPublic: str = "127.0.0.1"
    runnerPrivate: list[str] = field(default_factory=own_addresses)
    # Size of base AMIs' volumes in GiB.
    baseGib: int = 8
    # Whether base AMIs are billed as RHEL.
    baseRhel: bool = False

    def change(self, name: str, value: Any) -> bool:
        """Changes a setting. Returns False for an unknown name; raises TypeError or ValueError for an invalid value."""
        if name not in asdict(self):
            return False
        kind = type(getattr(self, name))
        if kind in (float, int):
            value = kind(value)
            if value < 0 or (kind is int and value < 1):
                raise ValueError(f"{name} cannot be {value!r}")
        elif not isinstance(value, kind):
            raise ValueError(f"{name} cannot be {value!r}")
        elif name in ("runnerPublic", "runnerPrivate"):
            for address in [value] if isinstance(value, str) else value:
                ipaddress.ip_address(str(address))
        setattr(self, name, value)
        return True
