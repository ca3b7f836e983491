"""Progress of a run: step n of m, and the estimated time for the rest."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mirror.progress import Say

# Seconds on two cores with an empty cache. Once a step has been measured, only their proportions count.
COLD = {
    "packer": 150,
    "packer-plugin-amazon": 85,
    "containerd": 60,
    "runc": 15,
    "cni-plugins": 10,
    "ecr-credential-provider": 20,
    "kubernetes": 255,
    "control-plane": 255,
    "etcd": 50,
    "kubernetes-test": 400,
}


class Steps:
    """Announces each step with its number and the estimated time for all remaining ones."""

    def __init__(self, names: Sequence[str], say: Say) -> None:
        self._left = list(names)
        self._of = len(names)
        self._say = say
        self._expected = self._taken = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Wraps the work of `name`. Unannounced work is not a step."""
        if name not in self._left:
            yield
            return
        number = self._of - len(self._left) + 1
        self._say(f"step {number} of {self._of}: {name}; {about(self.seconds_left())} left")
        start = time.monotonic()
        yield
        self._taken += time.monotonic() - start
        self._expected += cold_seconds(name)
        self._left.remove(name)

    def seconds_left(self) -> float:
        """Estimated by the table and the pace so far."""
        pace = self._taken / self._expected if self._expected else 1.0
        return pace * sum(cold_seconds(name) for name in self._left)


def cold_seconds(name: str) -> float:
    """The table's seconds for names such as `packer-amd64` or `kubernetes-1.36-amd64`."""
    fitting = [known for known in COLD if name == known or name.startswith(f"{known}-")]
    return COLD[max(fitting, key=len)] if fitting else 1.0


def about(seconds: float) -> str:
    """`about 4 min`, `less than a minute`."""
    return f"about {round(seconds / 60)} min" if seconds >= 60 else "less than a minute"
