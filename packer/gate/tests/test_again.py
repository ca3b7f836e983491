"""When the gate reboots, and what it compares then."""

import again
import pytest
from results import Wrong


@pytest.mark.parametrize(
    ("asked", "virtualization", "decision"),
    [
        ("auto", "qemu\n", False),
        ("auto", "kvm\n", True),
        ("auto", "amazon\n", True),
        ("auto", "xen\n", True),
        ("auto", "none\n", True),
        ("true", "qemu\n", True),
        ("false", "amazon\n", False),
    ],
)
def test_whether_to_reboot(monkeypatch: pytest.MonkeyPatch, asked: str, virtualization: str, decision: bool) -> None:
    monkeypatch.setattr(again, "output", lambda *command: virtualization)
    assert again.wanted(asked)[0] is decision


BEFORE = {"boot": "1", "machine-id": "a", "/etc/ssh/ssh_host_ed25519_key": "k"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"boot": "1"}, "did not reboot"),
        ({"machine-id": "b"}, "changed by a reboot: machine-id"),
        ({"/etc/ssh/ssh_host_ed25519_key": "l"}, "changed by a reboot: /etc/ssh/ssh_host_ed25519_key"),
        ({"/etc/ssh/ssh_host_rsa_key": "new"}, "changed by a reboot: /etc/ssh/ssh_host_rsa_key"),
    ],
)
def test_another_machine(changes: dict[str, str], says: str) -> None:
    with pytest.raises(Wrong, match=says):
        again.same(BEFORE, {**BEFORE, "boot": "2", **changes})


def test_the_same_machine() -> None:
    assert "first boot" in again.same(BEFORE, {**BEFORE, "boot": "2"})


@pytest.mark.parametrize(
    ("more", "commands"),
    [
        ({"power_off": "shutdown -P +35 || true"}, [("sh", "-c", "shutdown -P +35 || true")]),
        ({"power_off": ""}, []),
        ({}, []),
    ],
)
def test_without_cloud_init_the_guest_orders_the_power_off_again(
    monkeypatch: pytest.MonkeyPatch, more: "dict[str, str]", commands: "list[tuple[str, ...]]"
) -> None:
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(again, "output", lambda *command: ran.append(command))
    monkeypatch.setattr(again.results, "check", lambda *_: True)
    assert again.run({"family": "flatcar", **more}, "boot", 1)
    assert ran == commands
