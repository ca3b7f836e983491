"""Burstable instances and their credits, which moto lacks. Pure."""

from __future__ import annotations

import re
from typing import Any

# Default modes of T types: standard for T2, unlimited for the others.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-how-to.html
STANDARD = frozenset({"t2"})
BURSTABLE = re.compile(r"(t2|t3a?|t4g)\.")


def throttled_cpu(action: str, parameters: dict[str, Any]) -> str | None:
    """Why the instances of a RunInstances would be slow without credits; None for other calls.

    T3, T3a and T4g have no launch credits: standard mode limits them to their baseline from the first second, to 20 %
    of a t3.medium's CPU
    (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-standard-mode-concepts.html).
    """
    kind = str(parameters.get("InstanceType", ""))
    family = BURSTABLE.match(kind)
    if action != "RunInstances" or not family or parameters.get("DryRun"):
        return None
    mode = parameters.get("CreditSpecification", {}).get(
        "CpuCredits", "standard" if family[1] in STANDARD else "unlimited"
    )
    return f"{kind} in standard credit mode is held to its baseline CPU from the start" if mode == "standard" else None
