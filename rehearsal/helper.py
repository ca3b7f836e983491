"""The client of `root-helper supervise`."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent / "root-helper"


class HelperError(Exception):
    """A failure of the helper, in its own words."""


def command(operation: str) -> list[str]:
    """The command that runs the helper as root: directly, or with sudo if it needs no password."""
    return [*([] if os.geteuid() == 0 else ["sudo", "-n"]), str(PROGRAM), operation]


class Helper:
    """Sends requests to the helper, from any thread, and calls `on_event` with its events."""

    def __init__(self, log: Path, on_event: Callable[[dict[str, Any]], None]) -> None:
        self._on_event = on_event
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._process = subprocess.Popen(
            command("supervise"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("w"),
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            message = json.loads(line)
            if "event" in message:
                self._on_event(message)
            elif waiting := self._waiting.pop(message["id"], None):
                waiting.put(message)
        for waiting in list(self._waiting.values()):
            waiting.put({"error": "the root helper ended"})
        self._on_event({"event": "ended"})

    def request(self, operation: str, timeout: float = 120, **order: Any) -> dict[str, Any]:
        """Raises HelperError if the request fails or takes longer than `timeout` seconds."""
        assert self._process.stdin
        answer: queue.Queue[dict[str, Any]] = queue.Queue()
        number = next(self._numbers)
        self._waiting[number] = answer
        try:
            with self._lock:
                self._process.stdin.write(json.dumps({"id": number, "op": operation, **order}) + "\n")
                self._process.stdin.flush()
            message = answer.get(timeout=timeout)
        except queue.Empty:
            raise HelperError(f"{operation}: no answer in {timeout:.0f} s") from None
        except OSError as error:
            raise HelperError(f"{operation}: the root helper ended") from error
        finally:
            self._waiting.pop(number, None)
        if "error" in message:
            raise HelperError(message["error"])
        ok: dict[str, Any] = message["ok"]
        return ok

    def close(self) -> None:
        """Ends the helper and everything that it holds, and waits for the clean-up."""
        assert self._process.stdin
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(OSError):  # Of a user, it is sudo, which belongs to root.
                self._process.kill()
