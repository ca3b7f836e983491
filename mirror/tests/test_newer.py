"""Newer pins, with a mirror as upstream that has some newer releases."""

import json
import os
import shutil

import pytest

from mirror import fetch
from mirror.assemble import TRUST, link_tree, seal
from mirror.errors import MirrorError
from mirror.faults import FaultyServer
from mirror.fetch import open_base
from mirror.newer import described, main, moves, newest_patch, rewritten, sums_path
from mirror.tests.conftest import ROOT, running
from mirror.tests.conftest import run as command
from mirror.upstream import CATALOGUE, read_trust

CATALOG = json.loads(CATALOGUE.read_text())


@pytest.fixture(autouse=True)
def hermetic(monkeypatch):
    """No proxy, no pause between tries."""
    monkeypatch.setattr(fetch, "PAUSE", 0.01)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def later(tmp_path, tiny, key):
    """The tiny mirror with containerd two patches on, after one that was withdrawn, and one that is too far away."""
    root = tmp_path / "later"
    link_tree(tiny / "tree", root / "tree")
    shutil.copy(tiny / TRUST, root / TRUST)
    version = CATALOG["1.37"]["containerd"]
    line, _, patch = version.rpartition(".")
    for step in (2, 9):
        path = root / "tree" / sums_path("containerd", f"{line}.{int(patch) + step}")
        path.parent.mkdir(parents=True)
        path.write_text(f"{'0' * 64}  containerd.tar.gz\n")
    seal(root / "tree", key)
    return root


def upstream(url, root):
    """A mirror as upstream."""
    return open_base(url, read_trust(root / TRUST))


def run(url, root, *more):
    """The program on a copy of the catalogue; returns its exit code and that copy."""
    copy = root / "kubernetes.json"
    shutil.copy(CATALOGUE, copy)
    arguments = ["--catalogue", str(copy), "--upstream-base", url, "--trust", str(root / TRUST), *more]
    return main(arguments), copy


def test_nothing_newer_changes_nothing(tmp_path, tiny, url, capsys):
    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(tiny / TRUST, root / TRUST)
    code, copy = run(url, root)
    assert (code, capsys.readouterr().out) == (0, "")
    assert copy.read_bytes() == CATALOGUE.read_bytes()


def test_a_newer_patch_is_found_over_a_gap_and_written_with_its_day(later, capsys):
    with running(FaultyServer(later / "tree", [])) as url:
        code, copy = run(url, later)
    old = CATALOG["1.37"]["containerd"]
    line, _, patch = old.rpartition(".")
    new = f"{line}.{int(patch) + 2}"
    minors = [minor for minor, entry in CATALOG.items() if entry["containerd"] == old]
    assert (code, capsys.readouterr().out) == (0, f"- containerd {old} -> {new} (Kubernetes {', '.join(minors)})\n")
    after = json.loads(copy.read_text())
    for minor, entry in after.items():
        before = json.loads(json.dumps(CATALOG[minor]))
        assert entry["containerd"] == new
        before["containerd"] = new
        before["facts"]["containerd"]["checked"] = entry["facts"]["containerd"]["checked"]
        assert entry == before
    changed = [
        (a, b) for a, b in zip(CATALOGUE.read_text().splitlines(), copy.read_text().splitlines(), strict=True) if a != b
    ]
    assert all('"containerd"' in a or '"checked"' in a for a, _ in changed)


def test_check_only_says_it(later, capsys):
    with running(FaultyServer(later / "tree", [])) as url:
        code, copy = run(url, later, "--check")
    assert code == 0
    assert "- containerd" in capsys.readouterr().out
    assert copy.read_bytes() == CATALOGUE.read_bytes()


def test_a_new_minor_is_said(later, key, capsys):
    stable = later / "tree" / "dl.k8s.io/release/stable.txt"
    stable.unlink()
    stable.write_text("v1.99.0")
    seal(later / "tree", key)
    with running(FaultyServer(later / "tree", [])) as url:
        assert run(url, later)[0] == 0
    assert "- Kubernetes 1.99 is out (1.99.0): its entry has to be written by hand" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["500", "drop", "flip"])
def test_an_upstream_that_fails_is_no_upstream_without_news(later, kind, capsys):
    version = CATALOG["1.37"]["containerd"]
    line, _, patch = version.rpartition(".")
    path = sums_path("containerd", f"{line}.{int(patch) + 2}")
    with running(FaultyServer(later / "tree", [(path, kind)])) as url:
        code, copy = run(url, later)
    assert code == 1
    assert path in capsys.readouterr().err
    assert copy.read_bytes() == CATALOGUE.read_bytes()


def test_sums_without_a_sum_are_refused(later, key):
    version = CATALOG["1.37"]["containerd"]
    line, _, patch = version.rpartition(".")
    (later / "tree" / sums_path("containerd", f"{line}.{int(patch) + 2}")).write_text("soon\n")
    seal(later / "tree", key)
    with running(FaultyServer(later / "tree", [])) as url, pytest.raises(MirrorError, match="holds no sha256"):
        newest_patch(upstream(url, later), "containerd", version)


def test_minors_with_pins_of_their_own_move_by_themselves(later):
    version = CATALOG["1.37"]["containerd"]
    one = {"1.36": {**CATALOG["1.36"]}, "1.37": {**CATALOG["1.37"], "containerd": "9.9.9"}}
    with running(FaultyServer(later / "tree", [])) as url:
        moved = moves(upstream(url, later), one)
    assert list(moved) == ["1.36"]
    assert described(one, moved)[0].startswith(f"- containerd {version} -> ")


def test_a_catalogue_of_another_form_is_not_guessed_at():
    with pytest.raises(MirrorError, match="another form"):
        rewritten("{}", {"1.37": {"containerd": "2.3.9"}}, "2026-12-01")
    with pytest.raises(MirrorError, match="another form"):
        rewritten('{\n  "1.37": {\n    "x": 1\n  }\n}\n', {"1.37": {"containerd": "2.3.9"}}, "2026-12-01")


class Checkout:
    """A clone with a bare remote, and a `gh` that records what it is asked and says what it is told."""

    def __init__(self, directory):
        self.home, self.asked, self.says = directory / "clone", directory / "asked", directory / "says"
        self.remote = directory / "remote.git"
        self.changes = directory / "changes.md"
        (directory / "bin").mkdir()
        gh = directory / "bin" / "gh"
        gh.write_text(f'#!/bin/sh\necho "$@" >>{self.asked}\n[ "$2" != list ] || cat {self.says}\n')
        gh.chmod(0o755)
        self.says.write_text("")
        self.env = {
            "PATH": f"{directory / 'bin'}:{os.environ['PATH']}", "HOME": str(directory), "GH_TOKEN": "secret-token",
            "REPOSITORY": "org/repo", "BASE": "main", "GIT_CONFIG_NOSYSTEM": "1",
        }  # fmt: skip
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.remote), cwd=directory)
        self.git("clone", "--quiet", str(self.remote), str(self.home), cwd=directory)
        (self.home / "catalog").mkdir()
        (self.home / "catalog" / "kubernetes.json").write_text("old\n")
        self.git("add", ".")
        self.git("-c", "user.name=x", "-c", "user.email=x@example.invalid", "commit", "--quiet", "--message", "first")
        self.git("push", "--quiet", "origin", "HEAD:main")

    def git(self, *arguments, cwd=None):
        """Git, with nobody's settings."""
        done = command("git", *arguments, cwd=cwd or self.home, env=self.env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def open_update(self, said, catalogue=None):
        """Runs script/open-update after a change; returns what `gh` was asked, but for its questions."""
        self.changes.write_text(said)
        if catalogue:
            (self.home / "catalog" / "kubernetes.json").write_text(catalogue)
        done = command(ROOT / "script" / "open-update", self.changes, cwd=self.home, env=self.env)
        assert done.returncode == 0, done.stderr
        assert "secret-token" not in done.stdout + done.stderr
        asked = self.asked.read_text().splitlines() if self.asked.exists() else []
        self.asked.unlink(missing_ok=True)
        return [line for line in asked if " list " not in line and not line.startswith("auth ")]


def test_a_pull_request_is_opened_then_brought_up_to_date(tmp_path):
    checkout = Checkout(tmp_path)
    assert checkout.open_update("") == []
    asked = checkout.open_update("- containerd 1 -> 2\n", "new\n")
    assert [line.split(" --body")[0] for line in asked] == [
        "pr create --repo org/repo --base main --head update-versions --title Newer versions upstream"
    ]
    assert checkout.git("show", "origin/update-versions:catalog/kubernetes.json") == "new\n"
    assert "- containerd 1 -> 2" in checkout.git("log", "-1", "--format=%B", "origin/update-versions")
    checkout.git("switch", "--quiet", "--detach", "origin/main")
    checkout.says.write_text("7\n")
    asked = checkout.open_update("- containerd 1 -> 3\n", "newer\n")
    assert [line.split(" --body")[0] for line in asked] == ["pr edit 7 --repo org/repo"]
    assert checkout.git("show", "origin/update-versions:catalog/kubernetes.json") == "newer\n"


def test_a_new_minor_alone_is_an_issue_once(tmp_path):
    checkout = Checkout(tmp_path)
    said = "- Kubernetes 1.99 is out (1.99.0): its entry has to be written by hand\n"
    assert [line.split(" --title")[0] for line in checkout.open_update(said)] == ["issue create --repo org/repo"]
    checkout.says.write_text("3\n")
    assert checkout.open_update(said) == []
