"""Security groups: decides which of an instance's addresses this machine reaches.

Everything here is loopback. A connection to an instance's public address counts as one from the runner's public
address, one to its private address as one from the runner's private addresses.
"""

from __future__ import annotations

import array
import fcntl
import ipaddress
import socket
import struct
from collections.abc import Iterable, Sequence
from typing import Any

SIOCGIFADDR = 0x8915


def own_addresses() -> list[str]:
    """IPv4 addresses of this machine's interfaces; the loopback address if it has no others."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            wish = array.array("b", struct.pack("256s", name.encode()))
            try:
                fcntl.ioctl(probe, SIOCGIFADDR, wish)
            except OSError:
                continue  # It has no address.
            found.append(socket.inet_ntoa(wish.tobytes()[20:24]))
    others = [one for one in found if not one.startswith("127.")]
    return others or ["127.0.0.1"]


def admits(rules: Iterable[Any], port: int, sources: Sequence[str]) -> bool:
    """Whether an ingress rule of a group allows TCP from one of the addresses to the port.

    Rules with a group or a prefix list do not apply: this machine is in neither.
    """
    return any(
        any(ipaddress.ip_address(source) in ipaddress.ip_network(rule.cidr_ipv4, strict=False) for source in sources)
        for rule in rules
        if rule.cidr_ipv4
        and (
            rule.ip_protocol == "-1"
            or (rule.ip_protocol == "tcp" and (rule.from_port == -1 or rule.from_port <= port <= rule.to_port))
        )
    )


def open_doors(instance: Any, port: int, public: str, private: Sequence[str]) -> str:
    """Those of `public` and `private` that the instance's groups open to this machine."""
    rules = [rule for group in instance.nics[0].group_set for rule in group.ingress_rules]
    sources = {"public": [public], "private": private}
    return " ".join(door for door, from_there in sources.items() if admits(rules, port, from_there))
