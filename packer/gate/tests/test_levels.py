"""In which order the levels run."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import boot
import cluster
import node
import pytest
import settings
import userdata


@pytest.fixture
def program() -> ModuleType:
    """The guest's own program, under a name that pytest does not have."""
    spec = importlib.util.spec_from_file_location("gate", Path(boot.__file__).with_name("__main__.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
    monkeypatch.setattr(userdata, "hand_in", lambda _: None)
    assert program.run_levels(level, {"proxy": {"address": ""}}, 1)
    assert ran == done
