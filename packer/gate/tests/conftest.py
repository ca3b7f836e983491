"""The guest's modules, as they are imported on an instance."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "guest"))


@pytest.fixture
def vanishing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Directories named `vanished` are listed, and disappear before they are read."""

    def gone(real: Callable[..., Any]) -> Callable[..., Any]:
        def read(path: Any = ".") -> Any:
            if Path(path).name == "vanished":
                raise FileNotFoundError(path)
            return real(path)

        return read

    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, gone(getattr(os, name)))
