"""The server's own end: what it does with a signal before it answers."""

import os
import signal
import threading
import time

import pytest

from rehearsal import regions, server
from rehearsal.options import Options, Refused


@pytest.fixture
def signals():
    """Restores the handlers of this process."""
    before = {number: signal.getsignal(number) for number in server.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", server.SIGNALS)
def test_a_signal_during_the_preparation_ends_the_helper(tmp_path, monkeypatch, signals, number):
    """A second one does not cut the clean-up short."""
    did = []

    class Slow:
        def __init__(self, log, on_event):
            pass

        def request(self, operation, **order):
            threading.Timer(0.1, os.kill, (os.getpid(), number)).start()
            time.sleep(20)

        def close(self):
            os.kill(os.getpid(), number)
            time.sleep(0.1)
            did.append("closed")

    monkeypatch.setattr(server, "Helper", Slow)
    wish = {"kind": "namespace", "systems": ("debian-13",), "architectures": ("amd64",), "until_stdin_closes": False}
    enabled = frozenset(regions.ALWAYS)
    options = Options(tmp_path / "state", tmp_path / "ready.json", tmp_path / "cache", regions=enabled, **wish)
    (tmp_path / "state/instances").mkdir(parents=True, mode=0o700)
    with pytest.raises(Refused, match="stopped before it was ready"):
        server.serve(options)
    assert did == ["closed"]
    assert not (tmp_path / "state/instances").exists()
