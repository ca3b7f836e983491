"""What is taken for the builder's."""

import os
from pathlib import Path

import leftovers
import moments
import pytest
from results import Wrong

BOOT, BEFORE = 2_000, 1_000


def put(root: Path, path: str, text: str, at: int) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    os.utime(root / path, (at, at))


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("etc/hostname", "ip-127-1-0-4\n", "the name ip-127-1-0-4 in /etc/hostname"),
        (
            "etc/hosts",
            "127.0.0.1 localhost\n127.0.1.1 ip-10-0-0-9.ec2.internal\n",
            "ip-10-0-0-9.ec2.internal in /etc/hosts",
        ),
        ("var/lib/amazon/ssm/runtimeconfig", "y", "var/lib/amazon/ssm/runtimeconfig"),
        ("var/lib/NetworkManager/a.lease", "y", "a.lease"),
        ("var/lib/NetworkManager/secret_key", "y", "secret_key"),
        ("etc/NetworkManager/system-connections/cloud-init-eth0.nmconnection", "y", "cloud-init-eth0"),
        ("etc/udev/rules.d/90-cloud-init-hook-hotplug.rules", "y", "hotplug.rules"),
        ("etc/insights-client/machine-id", "y", "insights-client/machine-id"),
        ("etc/nvme/hostid", "y", "nvme/hostid"),
        ("etc/nvme/hostnqn", "y", "nvme/hostnqn"),
        ("etc/pki/consumer/cert.pem", "y", "consumer/cert.pem"),
        ("etc/pki/entitlement/1.pem", "y", "entitlement/1.pem"),
        ("var/lib/rhsm/facts/facts.json", "y", "rhsm/facts/facts.json"),
        ("var/log/syslog", "y", "var/log/syslog"),
        ("tmp/x", "", "tmp/x"),
        ("root/.bash_history", "ls\n", ".bash_history"),
        ("home/admin/.ssh/authorized_keys", "ssh-ed25519 AAAA packer\n", "a key in .*authorized_keys"),
    ],
)
def test_a_thing_of_the_builder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, text: str, says: str
) -> None:
    monkeypatch.setattr(leftovers, "booted", lambda: BOOT)
    put(tmp_path, path, text, BOOT + 1)
    if "history" not in path:
        assert leftovers.leftovers(tmp_path) == "nothing"
    put(tmp_path, path, text, BEFORE)
    with pytest.raises(Wrong, match=f"^left from the build: .*{says}"):
        leftovers.leftovers(tmp_path)


def test_what_every_image_has_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "booted", lambda: BOOT)
    put(tmp_path, "etc/hostname", "", BEFORE)
    put(tmp_path, "etc/hosts", "127.0.0.1 localhost\n::1 ip6-localhost ip6-loopback\n", BEFORE)
    put(tmp_path, "var/log/empty", "", BEFORE)
    assert leftovers.leftovers(tmp_path) == "nothing"


@pytest.mark.usefixtures("vanishing")
def test_what_disappears_meanwhile_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "booted", lambda: BOOT)
    for place in ("var/log", "tmp", "etc/pki", "home"):
        (tmp_path / place / "vanished").mkdir(parents=True)
        os.utime(tmp_path / place / "vanished", (BOOT + 1, BOOT + 1))
    assert leftovers.leftovers(tmp_path) == "nothing"
    put(tmp_path, "var/log/zzz/syslog", "y", BEFORE)
    with pytest.raises(Wrong, match="zzz/syslog"):
        leftovers.leftovers(tmp_path)


@pytest.mark.usefixtures("vanishing")
def test_the_oldest_of_what_is_left(tmp_path: Path) -> None:
    put(tmp_path, "vanished/x", "y", BEFORE)
    put(tmp_path, "stays/x", "y", BOOT)
    assert moments.oldest(tmp_path) == BOOT
