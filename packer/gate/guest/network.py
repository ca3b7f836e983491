"""Whether the links, routes and rules of a CNI plugin stay in the kernel: no service may manage or remove them."""

from __future__ import annotations

import time
from pathlib import Path

import results
from results import Wrong, output, run

# The VPC CNI names the host's end of a pod's link like this.
LINK, PEER = "eni0a1b2c3d4e5", "gate-pod"
ROUTE, RULE = "198.18.0.1", "198.18.0.2"
TABLE, PRIORITY = "7199", "512"
NETWORKD, MANAGER = "systemd-networkd.service", "NetworkManager.service"
# States in networkctl and nmcli: of a link that they have not seen yet, and of one that they are configuring.
UNKNOWN = ("pending", "initialized")
BUSY = (*UNKNOWN, "configuring", "connecting")
UNMANAGED = "unmanaged"


def managing() -> list[str]:
    """Which of the two units run."""
    return [unit for unit in (NETWORKD, MANAGER) if output("systemctl", "is-active", unit).strip() == "active"]


def states(unit: str) -> dict[str, str]:
    """Link -> its state in the unit: `unmanaged`, `configured`, `connected`."""
    if unit == NETWORKD:
        rows = [line.split() for line in output("networkctl", "list", "--no-legend", "--no-pager").splitlines()]
        return {row[1]: row[4] for row in rows if len(row) == 5}
    told = output("nmcli", "--terse", "--fields", "DEVICE,STATE", "device").splitlines()
    return {name: state.split()[0] for name, _, state in (line.partition(":") for line in told) if state}


def known(unit: str, limit: float) -> str:
    """State of the link in the unit, once the unit has seen it; empty if the unit does not know it."""
    deadline = time.monotonic() + limit
    while True:
        state = states(unit).get(LINK, "")
        if (state and state not in UNKNOWN) or time.monotonic() > deadline:
            return state
        time.sleep(0.3)


def settle(unit: str, limit: float) -> None:
    """Waits until the unit configures none of the instance's own links, or until the limit."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        found = states(unit)
        if found and not any(state in BUSY for name, state in found.items() if name != LINK):
            return
        time.sleep(0.3)


def attach() -> None:
    """Creates a link, a route, and a rule with its own table, as a CNI plugin does."""
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
    """What has disappeared."""
    kept = {
        f"the rule from {RULE}": RULE in output("ip", "rule"),
        f"the route to {ROUTE}": ROUTE in output("ip", "route", "show", "dev", LINK),
        f"the route to {ROUTE} in a table of its own": ROUTE in output("ip", "route", "show", "table", TABLE),
    }
    return [name for name, there in kept.items() if not there]


def link(units: list[str], limit: float) -> str:
    """Fails if a unit manages the link."""
    wrong = []
    for unit in units:
        state = known(unit, limit)
        # NetworkManager hides a link that it does not manage.
        if state not in (UNMANAGED, ""):
            wrong.append(f"{unit} manages {LINK}, a link with a name of the VPC CNI's ({state})")
    if wrong:
        raise Wrong("; ".join(wrong))
    return f"{LINK} is left alone by {', '.join(units) or 'all'}"


def routes(units: list[str], limit: float) -> str:
    """Fails if the route or the rule does not outlive a restart of the units that manage the network."""
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
    """Runs both checks on one link and removes it."""
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
    """cloud-init writes this file at boot if it is to configure every interface that is attached later."""
    found = sorted(rules.glob("*cloud-init-hook-hotplug.rules"))
    if found:
        raise Wrong(
            f"cloud-init configures every network interface that a CNI plugin attaches, by {found[0]}: "
            "`updates: {network: {when: [boot-new-instance]}}` in /etc/cloud/cloud.cfg.d turns that off"
        )
    return "off"
