"""What the boot checks read: packages of both kinds, and the time that a boot began."""

import json
import os
from pathlib import Path
from typing import Any

import boot
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
    assert boot.held({"kubernetes_deb": "1.37.2-1.1"}) == ", ".join(boot.HELD)
    known["kubectl"] = (False, "1")
    del known["cri-tools"]
    with pytest.raises(results.Wrong, match=r"not held.*: kubectl, cri-tools$"):
        boot.held({"kubernetes_deb": "1.37.2-1.1"})
    assert "plain files" in boot.held({"kubernetes_deb": ""})


def test_a_file_that_has_gone_is_not_old(tmp_path: Path) -> None:
    assert boot.changed(tmp_path / "gone") == float("inf")
    (tmp_path / "old").touch()
    os.utime(tmp_path / "old", (100, 100))
    (tmp_path / "new").touch()
    assert boot.changed(tmp_path / "old") == 100 < boot.booted() <= boot.changed(tmp_path / "new")


def test_a_check_that_breaks_has_not_passed(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> str:
        raise KeyError("x")

    assert not results.check("boot", "a", broken)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["passed"], told["message"]) == (False, "the check itself failed: KeyError: 'x'")
