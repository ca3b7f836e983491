"""Callback `k8s_image_events`: one line of JSON per event, for a program that watches the build.

Appends to the file that K8S_IMAGE_EVENTS names and does nothing without it.
The lines are described in docs/internals/design.md, "Events".
Paths are relative to the repository, so that annotations can refer to them; those of hooks are absolute.
"""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

from ansible.executor.task_result import CallbackTaskResult
from ansible.playbook.task import Task

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: k8s_image_events
type: aggregate
short_description: one line of JSON per event
description:
  - Appends starts and ends of tasks, with time and status, to the file in C(K8S_IMAGE_EVENTS).
"""

REPOSITORY = Path(__file__).resolve().parents[3]
CENSORED = "the output is hidden because 'no_log: true' is set for this task"
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
LONGEST_MESSAGE = 2000


class CallbackModule(CallbackBase):
    """Writes events while the play runs; a line is complete or missing."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "k8s_image_events"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._file = os.environ.get("K8S_IMAGE_EVENTS", "")
        self._started = time.time()
        self._counts = {"ok": 0, "changed": 0, "failed": 0}
        self.disabled = not self._file

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:
        self._started = time.time()
        self._write({"event": "task_start", "time": self._started, **describe(task)})

    def v2_playbook_on_handler_task_start(self, task: Task) -> None:
        self.v2_playbook_on_task_start(task, False)

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        self._end(result, "changed" if result.is_changed() else "ok")

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        self._end(result, "skipped")

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        if ignore_errors:
            self._end(result, "ok")
        else:
            self._end(result, "failed", failure_message(result.task, result.result))

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        self._end(result, "unreachable", failure_message(result.task, result.result))

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._write({"event": "end", "time": time.time(), **self._counts})

    def _end(self, result: CallbackTaskResult, status: str, message: str | None = None) -> None:
        now = time.time()
        counted = {"changed": ("ok", "changed"), "ok": ("ok",), "failed": ("failed",), "unreachable": ("failed",)}
        for name in counted.get(status, ()):
            self._counts[name] += 1
        event = {"event": "task_end", "time": now, "seconds": round(now - self._started, 3), **describe(result.task)}
        self._write({**event, "status": status, **({"message": message} if message is not None else {})})

    def _write(self, event: dict[str, Any]) -> None:
        line = json.dumps({**event, "time": round(event["time"], 3)}, ensure_ascii=False)
        try:
            with open(self._file, "a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            self.disabled = True
            self._display.warning(f"{self._file} cannot be written, so this build is not watched: {error.strerror}")


def describe(task: Task) -> dict[str, str]:
    """The task's full name and `file:line`, from the repository's root if the file is in it."""
    place = task.get_path() or ""
    own = f"{REPOSITORY}/"
    return {"task": task.get_name().strip(), "path": place.removeprefix(own)}


def failure_message(task: Task, result: dict[str, Any]) -> str:
    """Why a task failed, in one line without secrets: a command's last line of output, or else the module's message."""
    if task.no_log or result.get("_ansible_no_log") or "censored" in result:
        return CENSORED
    words = [
        line.strip()
        for line in str(result.get("stderr") or result.get("module_stderr") or "").splitlines()
        if line.strip()
    ]
    # A failed include has a reason instead of a message.
    message = str(result.get("msg") or result.get("reason") or "failed without a message")
    if message.startswith("non-zero return code"):
        message = " / ".join(words[-3:]) or f"the command ended with code {result.get('rc')} and said nothing"
    return " ".join(PRIVATE_KEY.sub("***", message).split())[:LONGEST_MESSAGE]
