"""What the boot checks read: packages of both kinds, and the time that a boot began."""

import json
import os
from pathlib import Path
from typing import Any

import boot
import moments
import pytest
import results

STATUS = """\
Package: kubelet
Status: hold ok installed
Version: 1.37.2-1.1
Description: a
 Version: not this

Package: old
Status: deinstall ok config-files
Version: 1

Package: curl
Status: install ok installed
Version: 8.14.1-2
"""


def test_packages_of_dpkg() -> None:
    assert boot.dpkg_packages(STATUS) == {"kubelet": (True, "1.37.2-1.1"), "curl": (False, "8.14.1-2")}


@pytest.mark.parametrize(
    ("configuration", "locked", "held"),
    [
        (["[main]\nexcludepkgs=kubelet kubeadm\n"], "", True),
        (["[main]\nexclude=kube*, cri-tools\n"], "", True),
        (["[main]\n", "[kubernetes]\nname=x\nexclude=kubelet\n"], "", True),
        (["[main]\nexcludepkgs=kubeadm\n"], "", False),
        (["not a configuration"], "", False),
        ([], "kubelet-0:1.37.2-150500.1.1.*\n", True),
        ([], "kubelet-extra-0:1.37.2-150500.1.1.*\n", False),
    ],
)
def test_packages_of_rpm(configuration: list[str], locked: str, held: bool) -> None:
    listed = "kubelet\t1.37.2-150500.1.1\nbash\t5.2-1\nwarning: a line of its own\n"
    found = boot.rpm_packages(listed, boot.excluded(configuration), locked)
    assert found == {"kubelet": (held, "1.37.2-150500.1.1"), "bash": (False, "5.2-1")}


def test_held_needs_every_package(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict.fromkeys(boot.HELD, (True, "1"))
    monkeypatch.setattr(boot, "packages", lambda: known)
    assert boot.held({"kubernetes_package": "1.37.2-1.1"}) == ", ".join(boot.HELD)
    known["kubectl"] = (False, "1")
    del known["cri-tools"]
    with pytest.raises(results.Wrong, match=r"not held.*: kubectl, cri-tools$"):
        boot.held({"kubernetes_package": "1.37.2-1.1"})
    assert "plain files" in boot.held({"kubernetes_package": ""})


@pytest.mark.parametrize(
    ("installed", "wanted", "fine"),
    [
        ("1.37.2-1.1", "1.37.2-1.1", True),
        ("1.37.2-150500.1.1", "1.37.2-150500.1.1", True),
        ("1.37.2-150500.1.1", "1.37.2-*", True),
        ("1.37.2-150500.1.1", "1.37.2-1.1", False),
        ("1.37.1-150500.1.1", "1.37.2-150500.1.1", False),
    ],
)
def test_versions_of_packages(monkeypatch: pytest.MonkeyPatch, installed: str, wanted: str, fine: bool) -> None:
    listed = "".join(f"{name}\t{installed}\n" for name in ("kubelet", "kubeadm", "kubectl"))
    monkeypatch.setattr(boot, "packages", lambda: boot.rpm_packages(listed, []))
    monkeypatch.setattr(boot, "output", lambda *command: "v1.37.2 v2.3.7 1.4.3 1.9.1")
    others = {"kubernetes_version": "1.37.2", "containerd": "2.3.7", "runc": "1.4.3", "cni_plugins": "1.9.1"}
    expected = {"family": "redhat", "kubernetes_package": wanted, **others}
    if fine:
        assert boot.versions(expected) == "Kubernetes 1.37.2, containerd 2.3.7, as planned"
    else:
        with pytest.raises(results.Wrong, match=f"^the package kubelet is {installed}, not {wanted}; "):
            boot.versions(expected)


def test_a_file_that_has_gone_is_not_old(tmp_path: Path) -> None:
    assert moments.changed(tmp_path / "gone") == float("inf")
    (tmp_path / "old").touch()
    os.utime(tmp_path / "old", (100, 100))
    (tmp_path / "new").touch()
    assert moments.oldest(tmp_path) == 100
    assert moments.oldest(tmp_path / "gone") == float("inf")


def test_a_check_that_breaks_has_not_passed(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> str:
        raise KeyError("x")

    assert not results.check("boot", "a", broken)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["passed"], told["message"]) == (False, "the check itself failed: KeyError: 'x'")


@pytest.mark.parametrize(
    ("family", "program", "path"),
    [
        ("debian", "kubelet", "/usr/bin/kubelet"),
        ("redhat", "containerd", "/usr/local/bin/containerd"),
        ("debian", "runc", "/usr/local/sbin/runc"),
        ("flatcar", "kubelet", "/opt/bin/kubelet"),
        ("flatcar", "runc", "/opt/bin/runc"),
    ],
)
def test_where_programs_are(family: str, program: str, path: str) -> None:
    assert boot.place(family, program) == path


@pytest.mark.parametrize(
    ("active", "told", "said"),
    [
        ("ntpd", " 169.254.169.123 .GPSs. 3 u", "ntpd, with 169.254.169.123"),
        ("systemd-timesyncd", "SystemNTPServers=169.254.169.123", "systemd-timesyncd, with 169.254.169.123"),
        ("ntpd", " 192.0.2.1 .GPSs. 3 u", "ntpd does not know 169.254.169.123, Amazon's time server"),
        ("", "", "nothing keeps the time: ntpd, chronyd, systemd-timesyncd are not active"),
    ],
)
def test_the_time_of_flatcar(monkeypatch: pytest.MonkeyPatch, active: str, told: str, said: str) -> None:
    monkeypatch.setattr(boot, "properties", lambda unit, _: {"ActiveState": "active" if unit == active else "inactive"})
    monkeypatch.setattr(boot, "output", lambda *command: told)
    monkeypatch.setattr(boot, "journal", lambda unit: "")
    if ", with " in said:
        assert boot.time_source("flatcar") == said
    else:
        with pytest.raises(results.Wrong, match=f"^{said}$"):
            boot.time_source("flatcar")


@pytest.mark.parametrize(
    ("file", "text", "amazon"),
    [
        ("sys_vendor", "Amazon EC2\n", True),
        ("bios_version", "4.11.amazon\n", True),
        ("sys_vendor", "QEMU\n", False),
        ("product_name", "x", False),
    ],
)
def test_whose_machine_it_is(tmp_path: Path, file: str, text: str, amazon: bool) -> None:
    (tmp_path / "sys/class/dmi/id").mkdir(parents=True)
    (tmp_path / "sys/class/dmi/id" / file).write_text(text)
    assert boot.on_amazon(tmp_path) is amazon


OURS, NTS = "^,{},169.254.169.123,3,4,377,9,0.1,0.1,0.1\n", "^,{},192.0.2.1,2,6,377,9,0.1,0.1,0.1\n"


@pytest.mark.parametrize(
    ("amazon", "sources", "said"),
    [
        (True, OURS.format("*"), "chrony, with 169.254.169.123; follows 169.254.169.123"),
        (True, OURS.format("-") + NTS.format("*"), "chrony, with 169.254.169.123; follows 192.0.2.1"),
        # It answers, but chrony requires another one.
        (True, OURS.format("-") + NTS.format("?"), "chrony followed no time server within 0 s"),
        (False, OURS.format("?"), "chrony, with 169.254.169.123"),
        (True, NTS.format("*"), "chrony does not know 169.254.169.123, Amazon's time server"),
        (False, "506 Cannot talk to daemon\n", "chrony does not know 169.254.169.123, Amazon's time server"),
    ],
)
def test_the_time_of_chrony(monkeypatch: pytest.MonkeyPatch, amazon: bool, sources: str, said: str) -> None:
    monkeypatch.setattr(boot, "on_amazon", lambda: amazon)
    monkeypatch.setattr(boot, "output", lambda *command: "active" if command[0] == "systemctl" else sources)
    monkeypatch.setattr(boot, "journal", lambda unit: "")
    if ", with " in said:
        assert boot.time_source("debian", 0) == said
    else:
        with pytest.raises(results.Wrong, match=f"^{said}$"):
            boot.time_source("debian", 0)
