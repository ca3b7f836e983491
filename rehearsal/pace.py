"""How slow and how narrow this EC2 is, as `PUT /rehearsal/settings` sets it. All times in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Pace:
    # How long AMIs stay pending after they are made.
    image_seconds: float = 0.0
    copy_seconds: float = 2.0
    # By region, where it is another.
    copy_seconds_in: dict[str, float] = field(default_factory=dict)
    # How much longer than they need instances stay pending and shutting-down.
    launch_seconds: float = 0.0
    terminate_seconds: float = 0.0
    # How much longer than it needs an instance stays stopping.
    stop_seconds: float = 0.0
    # How long after it runs an instance answers SSH at the earliest.
    ssh_seconds: float = 0.0
    # How many copies a region takes at once: AWS's own default.
    copies_at_once: int = 20

    def of_copy(self, region: str) -> float:
        """How long a copy to a region stays pending."""
        return self.copy_seconds_in.get(region, self.copy_seconds)
