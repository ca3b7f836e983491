"""The root helper's own parts, without root."""

import fcntl
import importlib.machinery
import importlib.util
import os
import socket
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from .real import ROOT

PROGRAM = ROOT / "rehearsal/root-helper"


@pytest.fixture(scope="module")
def helper():
    loader = importlib.machinery.SourceFileLoader("root_helper", str(PROGRAM))
    spec = importlib.util.spec_from_loader("root_helper", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["i-0123", "debian-13-amd64", "a.b_c"])
def test_safe_names(helper, name):
    assert helper.safe(name) == name


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc", "-x", "a" * 99, "a\n", "a:b", "a,b"])
def test_names_that_could_be_paths_or_options(helper, name):
    with pytest.raises(ValueError):
        helper.safe(name)


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
    (root / "etc/deep").mkdir(parents=True)
    (root / "etc/hostname").write_text("one\n")
    (root / "etc/link").symlink_to("hostname")
    return root


def change_content(root):
    (root / "etc/hostname").write_text("another\n")


def change_mode(root):
    (root / "etc/hostname").chmod(0o600)


def add_file(root):
    (root / "etc/new").touch()


def remove_directory(root):
    (root / "etc/deep").rmdir()


def change_link(root):
    (root / "etc/link").unlink()
    (root / "etc/link").symlink_to("elsewhere")


def same_size_later(root):
    (root / "etc/hostname").write_text("two\n")
    os.utime(root / "etc/hostname", ns=(0, 0))


@pytest.mark.parametrize(
    "change", [change_content, change_mode, add_file, remove_directory, change_link, same_size_later]
)
def test_a_changed_tree_is_noticed(helper, tree, change):
    before = helper.fingerprint(tree)
    assert helper.fingerprint(tree) == before
    change(tree)
    assert helper.fingerprint(tree) != before


def test_without_root_it_fails_in_one_line():
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(PROGRAM), "supervise"]
    else:
        command = [str(PROGRAM), "supervise"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (1, "root-helper: must run as root\n")


def test_missing_packages_are_named(helper, monkeypatch):
    monkeypatch.setattr(helper.shutil, "which", lambda name, path: None if name == "mmdebstrap" else f"/bin/{name}")
    assert "mmdebstrap" in helper.missing()
    assert "systemd-container" not in helper.missing()


@pytest.mark.parametrize(
    ("machine", "architectures", "lacking"),
    [
        ("x86_64", (), {"qemu-system-x86"}),
        ("x86_64", ("arm64",), {"qemu-system-arm", "qemu-efi-aarch64", "qemu-user-static"}),
        ("x86_64", ("amd64", "arm64"), {"qemu-system-x86", "qemu-system-arm", "qemu-efi-aarch64", "qemu-user-static"}),
        ("aarch64", (), {"qemu-system-arm", "qemu-efi-aarch64"}),
        ("aarch64", ("arm64",), {"qemu-system-arm", "qemu-efi-aarch64"}),
    ],
)
def test_each_architecture_needs_its_own_packages(helper, monkeypatch, machine, architectures, lacking):
    monkeypatch.setattr(helper.os, "uname", lambda: SimpleNamespace(machine=machine))
    monkeypatch.setattr(
        helper, "here", lambda name: "qemu-system" not in name and "arm" not in name and "aarch" not in name
    )
    assert set(helper.missing(*architectures)) == lacking


@pytest.mark.parametrize("registered", [True, False])
def test_arm64_programs_are_made_to_run(helper, tmp_path, monkeypatch, registered):
    """A directory stands in for the kernel's binfmt_misc."""
    mounted = []
    monkeypatch.setattr(helper, "BINFMT", tmp_path)
    monkeypatch.setattr(helper, "mount", lambda *order: mounted.append(order))
    if registered:
        (tmp_path / "register").touch()
        (tmp_path / "qemu-aarch64").touch()
    helper.emulate()
    registration = (tmp_path / "register").read_text()
    if registered:
        assert (registration, mounted) == ("", [])
    else:
        assert [order[2] for order in mounted] == ["binfmt_misc"]
        assert registration.startswith(r":qemu-aarch64:M::\x7f\x45\x4c\x46\x02\x01\x01")
        # F: the kernel opens the emulator now, since the base system's root has none.
        assert registration.endswith(":/usr/bin/qemu-aarch64-static:PF")


def test_a_state_directory_is_locked_until_the_guard_ends(helper, tmp_path):
    """The guard is the process that removes the files. It gets the lock with the list of them."""
    told, note = socket.socketpair()
    one = helper.Helper(tmp_path / "cgroup", note)
    (tmp_path / "root/layers/old").mkdir(parents=True)
    one.init(str(tmp_path), os.getuid(), os.getgid())
    assert not (tmp_path / "root/layers/old").exists()
    os.close(one.home)  # The helper is dead.
    doomed, (guard,), *_ = socket.recv_fds(told, 1000, 1)
    assert doomed == f"{tmp_path}/root".encode()
    again = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(BlockingIOError):
        fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(guard)
    fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(again)


@pytest.mark.parametrize("wrong", ["mode", "owner", "link"])
def test_root_does_not_delete_in_a_directory_of_others(helper, tmp_path, wrong):
    state = tmp_path / "state"
    state.mkdir(mode=0o755)
    if wrong == "mode":
        state.chmod(0o777)
    elif wrong == "link":
        state = tmp_path / "link"
        state.symlink_to(tmp_path / "state")
    one = helper.Helper(tmp_path / "cgroup", None)
    with pytest.raises((RuntimeError, OSError), match=r"others can write to it|Not a directory|symbolic links"):
        one.init(str(state), os.getuid() + (wrong == "owner"), os.getgid())
    assert list((tmp_path / "state").iterdir()) == []


@pytest.fixture
def bases(helper, tmp_path):
    """Finds or makes a base in a cache. A new base holds a file with the number of bases made so far."""
    made = []

    def make(name, new, recipe, environment):
        made.append(recipe)
        new.mkdir()
        (new / "number").write_text(str(len(made)))

    def find(recipe="one"):
        one = helper.Helper(tmp_path / "cgroup", None)
        one.make_base = make
        found = one.base("debian-13-amd64", str(tmp_path / "cache"), {"suite": recipe}, {})
        assert found["fingerprint"] == helper.fingerprint(Path(found["path"]))
        return found["reused"], Path(found["path"])

    return find


def test_a_base_is_made_once(bases):
    reused, path = bases()
    assert not reused
    assert bases() == (True, path)
    assert (path / "number").read_text() == "1"


def test_another_recipe_makes_another_base(bases):
    assert bases("one")[1] != bases("two")[1]
    assert bases("one")[0] and bases("two")[0]


def test_a_run_waits_for_another_one_that_makes_the_same_base(helper, bases, tmp_path, monkeypatch):
    """The second attempt finds the lock free. Until then, the helper reports what it waits for."""
    _, path = bases()
    lines = []
    other = path.with_name(f"{path.name}.lock").open("w")
    fcntl.flock(other, fcntl.LOCK_EX)
    monkeypatch.setattr(helper.Helper, "say", lambda self, message: lines.append(message["line"]))
    monkeypatch.setattr(helper.time, "sleep", lambda seconds: other.close())
    assert bases() == (True, path)
    assert lines == ["debian-13-amd64: another run is making it"]


@pytest.mark.parametrize("damage", ["changed", "lost", "unnoted"])
def test_a_damaged_base_is_made_again(bases, damage):
    _, path = bases()
    if damage == "changed":
        (path / "number").write_text("wrong")
    elif damage == "lost":
        (path / "number").unlink()
    else:
        path.with_name(f"{path.name}.sha256").unlink()
    reused, again = bases()
    assert (reused, again, (again / "number").read_text()) == (False, path, "2")


def test_a_half_made_base_of_a_killed_run_is_not_used(bases, tmp_path):
    _, path = bases()
    half = path.with_name(f"{path.name}.new")
    path.rename(half)
    path.with_name(f"{path.name}.sha256").unlink()
    (half / "number").write_text("half")
    assert bases() == (False, path)
    assert (path / "number").read_text() == "2"
    assert not half.exists()
