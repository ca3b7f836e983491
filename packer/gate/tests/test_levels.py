"""In which order the levels run."""

import importlib.util
import json
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import boot
import cluster
import node
import pytest
import results
import settings
import supplies
import userdata
from results import Wrong


@pytest.fixture
def program() -> ModuleType:
    """The guest's own program, under a name that pytest does not have."""
    spec = importlib.util.spec_from_file_location("gate", Path(boot.__file__).with_name("__main__.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplies, "has_proxy", lambda: False)


@pytest.mark.parametrize(
    ("level", "done"),
    [("boot", []), ("cluster", ["sysctl", "cluster"]), ("conformance", ["sysctl", "cluster", "conformance"])],
)
def test_kernel_settings_are_checked_before_kubeadm(
    monkeypatch: pytest.MonkeyPatch, program: ModuleType, level: str, done: list[str]
) -> None:
    ran: list[str] = []

    def step(name: str) -> bool:
        ran.append(name)
        return True

    def booted(expected: dict[str, Any], limit: float, tuned: bool) -> bool:
        assert tuned is (level != "boot")
        return True

    monkeypatch.setattr(boot, "run", booted)
    monkeypatch.setattr(node, "run_all", lambda *_: True)
    monkeypatch.setattr(cluster, "bring", lambda *_: "")
    monkeypatch.setattr(cluster, "run_all", lambda *_: step("cluster"))
    monkeypatch.setattr(program.conformance, "run_all", lambda *_: step("conformance"))
    monkeypatch.setattr(settings, "applied", lambda: "sysctl" if step("sysctl") else "")
    assert program.run_levels(level, {"proxy": {"address": ""}}, 1)
    assert ran == done


def told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], program: ModuleType, path: Path, reboot: str
) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and lines of the program, as packed at a path."""
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("expected.json", json.dumps({"proxy": {"address": ""}, "user_data": "{}"}))
    monkeypatch.setattr(sys, "argv", [str(path)])
    code = program.main("boot", 1, reboot)
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refuse(*_: object, **__: object) -> str:
    raise Wrong("it cannot be", "this shows it")


@pytest.mark.parametrize(
    ("module", "name", "reboot", "failed"),
    [
        ("userdata", "hand_in", "false", "user-data"),
        ("again", "wanted", "auto", "gate"),
        ("again", "remember", "true", "gate"),
        ("again", "run", "done", "gate"),
        ("boot", "run", "false", "gate"),
    ],
)
def test_whatever_fails_is_a_failed_check(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    program: ModuleType,
    tmp_path: Path,
    module: str,
    name: str,
    reboot: str,
    failed: str,
) -> None:
    monkeypatch.setattr(boot, "run", lambda *_: True)
    monkeypatch.setattr(userdata, "hand_in", lambda *_: "started")
    monkeypatch.setattr(program, "output", refuse)
    monkeypatch.setattr(sys.modules[module], name, refuse)
    code, lines = told(monkeypatch, capsys, program, tmp_path / "gate.pyz", reboot)
    assert code == 3
    checks = [line for line in lines if "check" in line]
    assert [(each["check"], each["message"][-12:]) for each in checks if not each["passed"]] == [
        (failed, "it cannot be")
    ]
    assert lines[-2:] == [{"journal": "this shows it\nit cannot be"}, {"end": True, "passed": False}]


def test_the_journal_of_a_failed_test_is_lines_that_the_action_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], program: ModuleType, tmp_path: Path
) -> None:
    monkeypatch.setattr(boot, "run", lambda *_: False)
    monkeypatch.setattr(userdata, "hand_in", lambda *_: "started")
    monkeypatch.setattr(program, "output", lambda *_: "é\n" * 200_000)
    code, lines = told(monkeypatch, capsys, program, tmp_path / "gate.pyz", "false")
    assert code == 3
    journal = [line for line in lines if "journal" in line]
    assert all(len(json.dumps(line)) < results.JOURNAL + 100 for line in journal)
    assert "\n".join(line["journal"] for line in journal) == "\n".join(["é"] * 200_000)
