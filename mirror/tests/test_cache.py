"""Parts of the cache: made once, checked on reuse, never half-written, shared by processes."""

import multiprocessing
import time
from contextlib import suppress
from pathlib import Path

import pytest

from mirror.cache import cache_directory, content_key, locked, part
from mirror.errors import MirrorError
from mirror.progress import run, ticking
from mirror.tests.conftest import quiet


def builder(calls, text="made"):
    """Writes one file and counts."""

    def build(work):
        calls.append(work)
        (work / "file").write_text(text)

    return build


def test_a_part_is_made_once(tmp_path):
    calls = []
    first = part(tmp_path, "x", "k", builder(calls), quiet)
    assert part(tmp_path, "x", "k", builder(calls), quiet) == first
    assert (first / "file").read_text() == "made"
    assert len(calls) == 1
    assert part(tmp_path, "x", "other", builder(calls), quiet) != first


@pytest.mark.parametrize("damage", ["file", "SHA256SUMS"])
def test_a_damaged_part_is_made_again(tmp_path, damage):
    calls, lines = [], []
    made = part(tmp_path, "x", "k", builder(calls), quiet)
    (made / damage).write_text("0" * 64 + "  file\n")
    part(tmp_path, "x", "k", builder(calls), lines.append)
    assert (made / "file").read_text() == "made"
    assert len(calls) == 2
    assert "damaged" in lines[0]


def test_a_failed_part_leaves_nothing(tmp_path):
    def fails(work):
        (work / "half").write_text("")
        raise MirrorError("no")

    with pytest.raises(MirrorError):
        part(tmp_path, "x", "k", fails, quiet)
    assert list((tmp_path / "mirror" / "parts").iterdir()) == []


def test_leftovers_of_a_killed_run_are_removed(tmp_path):
    parts = tmp_path / "mirror" / "parts"
    (parts / ".x-k.abcd" / "half").mkdir(parents=True)
    made = part(tmp_path, "x", "k", builder([]), quiet)
    assert list(parts.iterdir()) == [made]


def _make_slowly(cache, queue):
    def build(work):
        (work / "file").write_text("made")
        queue.put("built")
        time.sleep(0.5)

    queue.put(str(part(cache, "x", "k", build, quiet)))


def test_two_processes_make_a_part_once(tmp_path):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    workers = [context.Process(target=_make_slowly, args=(tmp_path, queue)) for _ in range(2)]
    for worker in workers:
        worker.start()
    answers = [queue.get(timeout=30) for _ in range(3)]
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    assert sorted(answers)[-1] == "built"
    assert answers.count("built") == 1
    assert len(set(answers)) == 2


def test_waiting_for_another_run_ends_and_is_reported(tmp_path):
    lines = []
    with (
        locked(tmp_path / "x.lock", quiet),
        pytest.raises(MirrorError, match="another run that is preparing x"),
        locked(tmp_path / "x.lock", lines.append, limit=0.3),
    ):
        pass
    assert "waiting for another run" in lines[0]


@pytest.mark.parametrize(
    ("env", "path"),
    [
        ({"K8S_IMAGE_CACHE": "/a", "XDG_CACHE_HOME": "/b"}, "/a"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/k8s-image-action"),
    ],
)
def test_where_the_cache_is(env, path):
    assert str(cache_directory(env)) == path


def test_different_facts_have_different_keys():
    assert content_key("a", ["b"]) == content_key("a", ["b"])
    assert len({content_key("a", "b"), content_key("ab"), content_key(["a", "b"]), content_key("b", "a")}) == 4


def test_long_work_is_reported_repeatedly():
    lines = []
    with ticking("building", lines.append, every=0.05):
        time.sleep(0.3)
    assert len(lines) > 3
    assert all(line.startswith("building: ") for line in lines)
    assert lines[-1].startswith("building: done in")


def test_commands_have_a_limit_and_say_why_they_failed(tmp_path):
    with pytest.raises(MirrorError, match=r"sleep did not end within 0 s"):
        run(["sleep", "20"], limit=0.2)
    with pytest.raises(MirrorError, match="did not end"):
        run(["sh", "-c", f"trap '' INT; (sleep 300; echo {tmp_path}) & wait"], limit=0.2)
    with pytest.raises(MirrorError, match=r"sh failed \(3\): one / two"):
        run(["sh", "-c", "echo one >&2; echo two >&2; exit 3"])
    with pytest.raises(MirrorError, match="no-such-program is not installed"):
        run(["no-such-program"])
    # After SIGKILL, a busy kernel may take a moment.
    deadline = time.monotonic() + 10
    while _commands_that_hold(str(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _commands_that_hold(str(tmp_path)) == []


def _commands_that_hold(text):
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found += [place] if text.encode() in place.read_bytes() else []
    return found
