"""Free addresses and an SSH port for a run on this machine."""

from __future__ import annotations

import socket
from pathlib import Path

from . import regions
from .options import Refused


def listeners(tables: Path) -> set[tuple[str, int]]:
    """Addresses and ports of all listening sockets (IPv4, and `::` for all of IPv6), from /proc/net."""
    found = set()
    for name in ("tcp", "tcp6"):
        for line in (tables / name).read_text().splitlines()[1:] if (tables / name).exists() else ():
            _, local, _, state, *_ = line.split()
            address, port = local.split(":")
            if state == "0A" and name == "tcp":
                found.add((socket.inet_ntoa(bytes.fromhex(address)[::-1]), int(port, 16)))
            elif state == "0A" and not address.strip("0"):
                found.add(("::", int(port, 16)))
    return found


def take_place(taken: set[tuple[str, int]]) -> tuple[socket.socket, int]:
    """This run's place on the machine. A socket holds it, so it becomes free however the run ends."""
    used = {place for address, port in taken if port in (22, 2222) and (place := regions.place_of(address)) is not None}
    for place in sorted(set(range(regions.PLACES)) - used):
        holder = socket.socket(socket.AF_UNIX)
        try:
            holder.bind(f"\0k8s-image-rehearsal-{place}")
            return holder, place
        except OSError:
            holder.close()
    raise Refused(f"{regions.PLACES} rehearsals are running on this machine: stop one first")


def ssh_port(taken: set[tuple[str, int]]) -> int:
    """22, or 2222 if something listens on port 22 of all addresses. Read from /proc: a bind would need root."""
    return 2222 if {("0.0.0.0", 22), ("::", 22)} & taken else 22
