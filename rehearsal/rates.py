"""AWS's rate limits: a token bucket per region and class of actions, filled at a steady rate."""

from __future__ import annotations

import fnmatch
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rate:
    """A class of actions, by patterns such as `ec2:Describe*`, with its burst and its rate per second."""

    actions: tuple[str, ...]
    bucket: float
    refill: float


# The first match counts. The numbers are close to AWS's documented ones, but were not compared with them:
# https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html, https://docs.aws.amazon.com/general/latest/gr/ssm.html
AWS = (
    Rate(("ec2:RunInstances",), 5, 2),
    Rate(("ec2:CopyImage",), 100, 1),
    Rate(("ec2:CreateImage",), 100, 1),
    Rate(("ec2:CreateTags",), 100, 10),
    Rate(("ec2:Describe*", "ec2:Get*"), 100, 20),
    Rate(("ec2:*",), 50, 5),
    Rate(("ssm:PutParameter", "ssm:DeleteParameter*"), 3, 3),
    Rate(("ssm:*",), 40, 40),
)


class Rates:
    """Takes one token per call."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self.rates: tuple[Rate, ...] = ()
        self._tokens: dict[tuple[str, Rate], tuple[float, float]] = {}

    def set(self, wish: Any) -> None:
        """`aws`, `none`, or a list of {actions, bucket, refill}. Raises TypeError or ValueError for other values."""
        if isinstance(wish, str):
            if wish not in ("aws", "none"):
                raise ValueError("rates must be aws, none, or a list of {actions, bucket, refill}")
            made: tuple[Rate, ...] = AWS if wish == "aws" else ()
        else:
            made = tuple(Rate(tuple(one["actions"]), float(one["bucket"]), float(one["refill"])) for one in wish)
        with self._lock:
            self.rates, self._tokens = made, {}

    def take(self, service: str, region: str, action: str) -> bool:
        """Whether the call may pass."""
        name = f"{service}:{action}"
        with self._lock:
            fits = (one for one in self.rates if any(fnmatch.fnmatchcase(name, pattern) for pattern in one.actions))
            rate = next(fits, None)
            if rate is None:
                return True
            now = self._clock()
            tokens, at = self._tokens.get((region, rate), (rate.bucket, now))
            tokens = min(rate.bucket, tokens + (now - at) * rate.refill)
            passes = tokens >= 1
            self._tokens[region, rate] = (tokens - passes, now)
            return passes
