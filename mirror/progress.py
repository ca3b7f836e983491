"""Progress for people: at least one line every ten seconds."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from mirror.errors import MirrorError

Say = Callable[[str], None]
EVERY = 8.0


def say(line: str) -> None:
    """Prints a line on standard error, since standard output is for the result."""
    print(f"mirror: {line}", file=sys.stderr, flush=True)


@contextmanager
def ticking(label: str, tell: Say, every: float = EVERY) -> Iterator[None]:
    """Repeats `label` with the elapsed seconds until the block ends."""
    done = threading.Event()
    start = time.monotonic()

    def tick() -> None:
        while not done.wait(every):
            tell(f"{label}: {time.monotonic() - start:.0f} s")

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    tell(f"{label}: done in {time.monotonic() - start:.0f} s")


def run(
    argv: Sequence[str | Path],
    *,
    limit: float = 60,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes = b"",
) -> bytes:
    """Standard output of a command that must succeed within `limit` seconds. Errors have the end of its output."""
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise MirrorError(f"{argv[0]} is not installed") from None
    with process:
        try:
            out, errors = process.communicate(stdin, limit)
        except subprocess.TimeoutExpired:
            _end(process)
            raise MirrorError(f"{Path(argv[0]).name} did not end within {limit:.0f} s") from None
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        tail = " / ".join(errors.decode(errors="replace").strip().splitlines()[-6:])
        raise MirrorError(f"{Path(argv[0]).name} failed ({process.returncode}): {tail}")
    return out


def _end(process: "subprocess.Popen[bytes]") -> None:
    # The command's whole process group: go's children would continue without it.
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        os.killpg(process.pid, signal.SIGINT)
        process.wait(5)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
