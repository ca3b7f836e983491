"""What is read of a pod's processes."""

from pathlib import Path

import pod
import pytest
from results import Wrong


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cgroup with one process, whose files in /proc are below it."""
    (tmp_path / "42/attr").mkdir(parents=True)
    (tmp_path / "cgroup.procs").write_text("42\n")
    monkeypatch.setattr(
        pod, "Path", lambda *parts: tmp_path.joinpath(*parts[1:]) if parts[0] == "/proc" else Path(*parts)
    )
    return tmp_path


@pytest.mark.usefixtures("vanishing")
def test_the_cgroup_is_found_while_others_disappear(tmp_path: Path) -> None:
    status = {"containerStatuses": [{"containerID": "containerd://c0ffee"}]}
    own = tmp_path / "kubepods.slice/pod1.slice/cri-containerd-c0ffee.scope"
    own.mkdir(parents=True)
    (tmp_path / "vanished").mkdir()
    assert pod.cgroup(status, tmp_path) == str(own)


@pytest.mark.parametrize(
    ("limit", "most", "says"),
    [
        ("65536 1048576", 1073741816, "65536, and 1048576 at most"),
        ("1048576 1048576", 1048576, "1048576, and 1048576 at most"),
        ("1073741816 1073741816", 1073741816, ""),
        ("unlimited unlimited", 1048576, ""),
    ],
)
def test_open_files(proc: Path, limit: str, most: int, says: str) -> None:
    (proc / "42/limits").write_text(f"Limit Soft Hard Units\nMax open files            {limit}   files\n")
    (proc / "nr_open").write_text(f"{most}\n")
    if says:
        assert pod.open_files(str(proc), proc / "nr_open") == says
    else:
        with pytest.raises(Wrong, match="which is no limit: set LimitNOFILE"):
            pod.open_files(str(proc), proc / "nr_open")


@pytest.mark.parametrize(
    ("kernel", "profile", "passes"),
    [
        ("Y", "cri-containerd.apparmor.d (enforce)\n", True),
        ("Y", "unconfined\n", False),
        ("Y", "cri-containerd.apparmor.d (complain)\n", False),
        ("N", "unconfined\n", True),
        ("", "", True),
    ],
)
def test_apparmor(proc: Path, kernel: str, profile: str, passes: bool) -> None:
    (proc / "42/attr/current").write_text(profile)
    if kernel:
        (proc / "enabled").write_text(f"{kernel}\n")
    if passes:
        assert pod.apparmor(str(proc), proc / "enabled")
    else:
        with pytest.raises(Wrong, match="needs /sbin/apparmor_parser"):
            pod.apparmor(str(proc), proc / "enabled")
