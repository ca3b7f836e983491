"""Delays and limits of this EC2, set by `PUT /rehearsal/settings`. All times are in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Pace:
    # Time that new AMIs stay pending.
    image_seconds: float = 0.0
    copy_seconds: float = 2.0
    # Exceptions by region.
    copy_seconds_in: dict[str, float] = field(default_factory=dict)
    # Extra time that instances stay pending and shutting-down.
    launch_seconds: float = 0.0
    terminate_seconds: float = 0.0
    # Extra time that an instance stays stopping.
    stop_seconds: float = 0.0
    # Shortest time from `running` until an instance answers SSH.
    ssh_seconds: float = 0.0
    # Concurrent copies into a region: AWS's own default.
    copies_at_once: int = 20

    def of_copy(self, region: str) -> float:
        """Time that a copy to a region stays pending."""
        return self.copy_seconds_in.get(region, self.copy_seconds)
