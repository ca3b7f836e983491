"""What a CNI plugin puts into the kernel stays there: nothing of the system manages it, or takes it away."""

from __future__ import annotations

import time
from pathlib import Path

import results
from results import Wrong, output, run

# As the VPC CNI names the host's end of a pod's link.
LINK, PEER = "eni0a1b2c3d4e5", "gate-pod"
ROUTE, RULE = "198.18.0.1", "198.18.0.2"
TABLE, PRIORITY = "7199", "512"
NETWORKD, MANAGER = "systemd-networkd.service", "NetworkManager.service"
# What networkctl and nmcli say of a link that they have not looked at yet, and of one that they are at work on.
UNKNOWN = ("pending", "initialized")
BUSY = (*UNKNOWN, "configuring", "connecting")
UNMANAGED = "unmanaged"


def managing() -> list[str]:
    """Which of the two run here."""
    return [unit for unit in (NETWORKD, MANAGER) if output("systemctl", "is-active", unit).strip() == "active"]


def states(unit: str) -> dict[str, str]:
    """Link -> what the unit does with it: `unmanaged`, `configured`, `connected`."""
    if unit == NETWORKD:
        rows = [line.split() for line in output("networkctl", "list", "--no-legend", "--no-pager").splitlines()]
        return {row[1]: row[4] for row in rows if len(row) == 5}
    told = output("nmcli", "--terse", "--fields", "DEVICE,STATE", "device").splitlines()
    return {name: state.split()[0] for name, _, state in (line.partition(":") for line in told) if state}


def known(unit: str, limit: float) -> str:
    """What the unit does with the link, as soon as it has looked at it; empty when it has nothing to do with it."""
    deadline = time.monotonic() + limit
    while True:
        state = states(unit).get(LINK, "")
        if (state and state not in UNKNOWN) or time.monotonic() > deadline:
            return state
        time.sleep(0.3)


def settle(unit: str, limit: float) -> None:
    """Waits until the unit is at work on none of the instance's own links, or to the end of the limit."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        found = states(unit)
        if found and not any(state in BUSY for name, state in found.items() if name != LINK):
            return
        time.sleep(0.3)


def attach() -> None:
    """A link, a route of its own and a rule with its table, as a CNI plugin makes them."""
    for command in (
        f"link add {LINK} type veth peer name {PEER}",
        f"link set {PEER} up",
        f"link set {LINK} up",
        f"route add {ROUTE}/32 dev {LINK}",
        f"route add {ROUTE}/32 dev {LINK} table {TABLE}",
        f"rule add from {RULE}/32 table {TABLE} priority {PRIORITY}",
    ):
        code, told = run("ip", *command.split())
        if code:
            raise Wrong(f"`ip {command}` failed: {told.strip()}", told)


def detach() -> None:
    run("ip", "rule", "del", "priority", PRIORITY)
    run("ip", "link", "del", LINK)


def lost() -> list[str]:
    """What is no longer there."""
    kept = {
        f"the rule from {RULE}": RULE in output("ip", "rule"),
        f"the route to {ROUTE}": ROUTE in output("ip", "route", "show", "dev", LINK),
        f"the route to {ROUTE} in a table of its own": ROUTE in output("ip", "route", "show", "table", TABLE),
    }
    return [name for name, there in kept.items() if not there]


def link(units: list[str], limit: float) -> str:
    """Whether the link is left alone."""
    wrong = []
    for unit in units:
        state = known(unit, limit)
        # NetworkManager shows no more of a link that it has nothing to do with.
        if state not in (UNMANAGED, ""):
            wrong.append(f"{unit} takes {LINK}, a link as the VPC CNI names them, for its own ({state})")
    if wrong:
        raise Wrong("; ".join(wrong))
    return f"{LINK} is left alone by {', '.join(units) or 'all'}"


def routes(units: list[str], limit: float) -> str:
    """Whether the route and the rule outlive a restart of what manages the network."""
    for unit in units:
        code, told = run("systemctl", "restart", unit)
        if code:
            raise Wrong(f"{unit} could not be restarted: {told.strip()}", results.journal(unit))
        settle(unit, limit)
        gone = lost()
        if gone:
            raise Wrong(f"gone after a restart of {unit}: {', '.join(gone)}", results.journal(unit))
    return f"outlive a restart of {', '.join(units)}" if units else "neither networkd nor NetworkManager runs"


def run_all(limit: float) -> bool:
    """Both checks on one link, which is gone afterwards."""
    units: list[str] = []

    def made() -> str:
        units.extend(managing())
        attach()
        return link(units, limit)

    try:
        passed = results.check("node", "cni-link", made)
        return results.check("node", "cni-routes", lambda: routes(units, limit)) and passed
    finally:
        detach()


def hotplug(rules: Path = Path("/etc/udev/rules.d")) -> str:
    """cloud-init writes this file at boot where it is to configure each network interface that is attached."""
    found = sorted(rules.glob("*cloud-init-hook-hotplug.rules"))
    if found:
        raise Wrong(
            f"cloud-init configures every network interface that a CNI plugin attaches, by {found[0]}: "
            "`updates: {network: {when: [boot-new-instance]}}` in /etc/cloud/cloud.cfg.d turns that off"
        )
    return "off"
