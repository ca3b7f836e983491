"""What the checks of the network read from networkctl, nmcli and ip."""

from pathlib import Path

import network
import pytest
from results import Wrong

NETWORKCTL = """\
  1 lo               loopback carrier  unmanaged
  2 ens5             ether    routable configured
  7 eni0a1b2c3d4e5   ether    degraded {state}
"""
NMCLI = "eth0:connected\neni0a1b2c3d4e5:{state}\nlo:connected (externally)\n"
RULES = "0:\tfrom all lookup local\n512:\tfrom 198.18.0.2 lookup 7199\n32766:\tfrom all lookup main\n"
ROUTE = "198.18.0.1 dev eni0a1b2c3d4e5 scope link\n"


@pytest.mark.parametrize(
    ("unit", "told", "state", "taken"),
    [
        (network.NETWORKD, NETWORKCTL, "unmanaged", False),
        (network.NETWORKD, NETWORKCTL, "configured", True),
        (network.NETWORKD, NETWORKCTL, "configuring", True),
        (network.MANAGER, NMCLI, "unmanaged", False),
        (network.MANAGER, NMCLI, "connected", True),
        (network.MANAGER, "eth0:connected\n", "", False),
    ],
)
def test_a_link_that_is_managed(monkeypatch: pytest.MonkeyPatch, unit: str, told: str, state: str, taken: bool) -> None:
    monkeypatch.setattr(network, "output", lambda *command: told.format(state=state))
    if taken:
        with pytest.raises(Wrong, match=rf"{unit} manages eni0a1b2c3d4e5, .*\({state}\)"):
            network.link([unit], 0)
    else:
        assert network.link([unit], 0) == f"eni0a1b2c3d4e5 is left alone by {unit}"


@pytest.mark.parametrize(
    ("rules", "route", "gone"),
    [
        (RULES, ROUTE, ""),
        ("0:\tfrom all lookup local\n", ROUTE, "the rule from 198.18.0.2"),
        (RULES, "", "the route to 198.18.0.1, the route to 198.18.0.1 in a table of its own"),
    ],
)
def test_what_a_restart_takes_away(monkeypatch: pytest.MonkeyPatch, rules: str, route: str, gone: str) -> None:
    said = {"ip rule": rules, "ip route": route, "networkctl list": NETWORKCTL.format(state="unmanaged")}
    monkeypatch.setattr(network, "output", lambda *command: said[" ".join(command[:2])])
    monkeypatch.setattr(network, "run", lambda *command: (0, ""))
    monkeypatch.setattr(network.results, "journal", lambda unit: "")
    if gone:
        with pytest.raises(Wrong, match=f"^gone after a restart of systemd-networkd.service: {gone}$"):
            network.routes([network.NETWORKD], 0)
    else:
        assert network.routes([network.NETWORKD], 0) == "outlive a restart of systemd-networkd.service"
    assert network.routes([], 0) == "neither networkd nor NetworkManager runs"


@pytest.mark.parametrize("name", ["90-cloud-init-hook-hotplug.rules", "10-cloud-init-hook-hotplug.rules"])
def test_hotplug_is_seen_by_its_rule(tmp_path: Path, name: str) -> None:
    (tmp_path / "70-other.rules").touch()
    assert network.hotplug(tmp_path) == "off"
    (tmp_path / name).touch()
    with pytest.raises(Wrong, match=name):
        network.hotplug(tmp_path)
