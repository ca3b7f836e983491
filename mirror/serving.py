"""Runs a server until it is stopped, with a ready file that has its address."""

import json
import os
import signal
import tempfile
import threading
from pathlib import Path
from types import FrameType

from mirror.errors import MirrorError
from mirror.server import MirrorServer


def serve_until_stopped(server: MirrorServer, trust: Path, ready: Path | None, until_stdin_closes: bool) -> None:
    """Serves until SIGINT, SIGTERM or (optionally) the end of standard input. The ready file exists meanwhile."""
    interrupt_when_stopped(until_stdin_closes)
    with server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            print(f"mirror: {server.url}\nmirror-trust: {trust}", flush=True)
            if ready:
                write_whole(ready, json.dumps({"url": server.url, "trust": str(trust), "pid": os.getpid()}) + "\n")
            thread.join()
        except KeyboardInterrupt:
            pass
        finally:
            server.shutdown()
            if ready:
                ready.unlink(missing_ok=True)


def interrupt_when_stopped(until_stdin_closes: bool) -> None:
    """Makes SIGTERM, and optionally the end of standard input, raise KeyboardInterrupt in the main thread."""
    signal.signal(signal.SIGTERM, _interrupt)
    if until_stdin_closes and not any(thread.name == "stdin" for thread in threading.enumerate()):
        threading.Thread(target=_end_with_stdin, name="stdin", daemon=True).start()


def write_whole(path: Path, text: str) -> None:
    """Writes a file that others wait for. It is either complete or missing."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise MirrorError(f"{path} cannot be written ({error.strerror})") from None
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
    Path(name).replace(path)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # A second one, such as the end of standard input, must not interrupt the clean-up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_with_stdin() -> None:
    while os.read(0, 65536):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
