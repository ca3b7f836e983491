"""A run's place on this machine: its directory, free addresses and an SSH port."""

from __future__ import annotations

import contextlib
import os
import socket
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

from . import regions
from .options import Refused


def take_directory(state: Path) -> IO[str]:
    """Locks the state directory for this run; it becomes free however the run ends.

    Root deletes below it, and the kept account is a pickle, so nobody else may write there.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    if state.lstat().st_mode & 0o022:
        with contextlib.suppress(OSError):
            state.rmdir()  # An empty one is made anew: some umasks let the group write to it.
            state.mkdir(mode=0o700)
    found, user = state.lstat(), os.getuid()
    # Root may act for the user who called sudo.
    if found.st_uid not in (user, user or int(os.environ.get("SUDO_UID", 0))) or found.st_mode & 0o022:
        raise Refused(f"{state} must be a directory of your own that nobody else can write to (chmod go-w)")
    lock = (state / "lock").open("w")
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        raise Refused(f"{state} is in use by another rehearsal; give --state another directory") from None
    return lock


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
