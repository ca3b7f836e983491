"""Results of checks: one line of JSON each on standard output, as soon as the check ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

# Characters to keep of evidence, from its end, and of a message.
EVIDENCE = 4000
# Characters of JSON for a part of the journal. The action drops longer lines than 256 KiB (src/packer/tail.ts).
JOURNAL = 200_000
_one_at_a_time = threading.Lock()


class Wrong(Exception):
    """Why a check failed, in one line, with the lines that show it."""

    def __init__(self, message: str, evidence: str = "") -> None:
        super().__init__(message)
        self.evidence = evidence


def tell(**record: object) -> None:
    line = json.dumps(record)
    with _one_at_a_time:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def check(level: str, name: str, work: Callable[[], str]) -> bool:
    """Runs one check. It returns what it found, or raises Wrong. Any other error also fails the check."""
    began = time.monotonic()
    evidence = ""
    try:
        message, passed = work(), True
    except Wrong as wrong:
        message, passed, evidence = str(wrong), False, wrong.evidence
    except Exception as error:
        message, passed = f"the check itself failed: {type(error).__name__}: {error}", False
    report(level, name, passed, time.monotonic() - began, message, evidence)
    return passed


def report(level: str, name: str, passed: bool, seconds: float, message: str, evidence: str = "") -> None:
    """Prints the result of one check."""
    message, evidence = message[:EVIDENCE], evidence[-EVIDENCE:]
    tell(level=level, check=name, passed=passed, seconds=round(seconds, 1), message=message, evidence=evidence)


def parts(text: str, most: int = JOURNAL) -> list[str]:
    """A text in parts that each fit into so many characters of JSON, where one character can take twelve."""
    found: list[list[str]] = []
    left = 0
    for line in text.splitlines():
        # Its quotes are as long as an encoded line end.
        size = len(json.dumps(line))
        if size > most:
            line = line[-(most // 12) :]
            size = len(json.dumps(line))
        if size > left:
            found.append([])
            left = most
        found[-1].append(line)
        left -= size
    return ["\n".join(lines) for lines in found]


def output(*command: str, timeout: float = 60) -> str:
    """Standard output and error of a command, whatever its exit code. Raises Wrong if it cannot run or end."""
    return run(*command, timeout=timeout)[1]


def quick() -> dict[str, str]:
    """The environment for commands. Go programs that run for seconds need hardly collect garbage."""
    # Flatcar has added programs in /opt/bin.
    return {**os.environ, "GOGC": "400", "PATH": f"{os.environ.get('PATH', os.defpath)}:/opt/bin"}


def run(*command: str, timeout: float = 60) -> tuple[int, str]:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=quick(),
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        raise Wrong(f"{command[0]} is not there") from None
    except OSError as error:
        raise Wrong(f"{command[0]} cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired as expired:
        told = (expired.stdout or b"").decode(errors="replace")
        raise Wrong(f"`{' '.join(command)}` did not end within {timeout:.0f} s", told) from None
    return done.returncode, done.stdout.decode(errors="replace")


def properties(unit: str, *names: str) -> dict[str, str]:
    """Properties of a systemd unit."""
    lines = output("systemctl", "show", unit, f"--property={','.join(names)}").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def journal(unit: str, lines: int = 20) -> str:
    return output(
        "journalctl", "--no-pager", "--boot", "--output=short-monotonic", f"--lines={lines}", f"--unit={unit}"
    )
