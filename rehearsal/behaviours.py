"""What EC2 and SSM do beyond moto, as `PUT /rehearsal/settings` sets it. rehearsal/README.md names each source."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from .doors import own_addresses


@dataclass
class Behaviours:
    """The names are those of the settings. All times in seconds."""

    # How long SSM takes to validate a parameter of the data type `aws:ec2:image`.
    parameterSeconds: float = 2.0
    # How long a snapshot stays in use after its AMI was deregistered.
    snapshotInUseSeconds: float = 3.0
    # How long the shutdown of an operating system takes before TerminateInstances ends the instance.
    shutdownSeconds: float = 0.0
    # Whether the first and the last page of a describe with MaxResults are empty.
    emptyPages: bool = False
    # Whether CreateKeyPair's KeyMaterial ends with a newline.
    keyNewline: bool = True
    # Instances and launch templates that an AWS service manages, out of sight.
    managed: list[str] = field(default_factory=list)
    # Whether a default subnet hands out public addresses, where nothing else was asked for.
    publicSubnets: bool = True
    # Where this machine's connections to instances' public and private addresses come from. The first is what
    # checkip tells; without any of the second it is outside of the VPC.
    runnerPublic: str = "127.0.0.1"
    runnerPrivate: list[str] = field(default_factory=own_addresses)
    # How many GiB the volumes of base AMIs have.
    baseGib: int = 8

    def change(self, name: str, value: Any) -> bool:
        """Whether there is such a setting. Raises TypeError or ValueError for a value that is none."""
        if name not in asdict(self):
            return False
        kind = type(getattr(self, name))
        if kind in (float, int):
            value = kind(value)
            if value < 0 or (kind is int and value < 1):
                raise ValueError(f"{name} cannot be {value!r}")
        elif not isinstance(value, kind):
            raise ValueError(f"{name} cannot be {value!r}")
        setattr(self, name, value)
        return True
