"""script/mirror as a process, and a whole mirror built from tiny parts by two processes at once."""

import json
import multiprocessing
import os
import signal
import subprocess
import time

import pytest

from mirror import __main__ as command
from mirror import cross, needs, pause, python_packages, source
from mirror.assemble import check_root
from mirror.cross import host_arch
from mirror.layout import github
from mirror.needs import demand, lacking
from mirror.parts import Part
from mirror.sign import read_key
from mirror.sums import files
from mirror.tests.conftest import ROOT, quiet, run, wheel
from mirror.tests.test_golang import tiny_target
from mirror.tests.test_server import fetch


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "source", "--kubernetes", "1.34"], "Kubernetes 1.34 is not built from source; choose one of 1.37"),
        (["--from", "upstream", "--for", "node"], "--for needs --from source"),
        (["--from", "source", "--trust", "x"], "--trust needs --from upstream"),
        (["--from", "source", "--upstream-base", "http://x"], "--upstream-base needs --from upstream"),
        (["--from", "upstream", "--print", "packer"], "--print needs --from source"),
        (["--from", "source", "--port", "70000"], "port 70000 does not exist"),
        (["--from", "upstream", "--kubernetes", "2.0"], "Kubernetes 2.0 is not known"),
        (["--from", "upstream", "--upstream-base", "http://127.0.0.1:1"], "needs --trust"),
        (["--from", "upstream", "--trust", "/nothing/here"], "/nothing/here cannot be read"),
    ],
)
def test_mistakes_are_one_line_and_change_nothing(tmp_path, arguments, message):
    done = run(ROOT / "script" / "mirror", *arguments, env={**os.environ, "K8S_IMAGE_CACHE": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("script/mirror: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_one_line():
    env = {**os.environ, "K8S_IMAGE_CACHE": "/dev/null/cache"}
    done = run(ROOT / "script" / "mirror", "--from", "source", env=env)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Not a directory" in done.stderr
    assert "K8S_IMAGE_CACHE" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["--from", "nowhere"], ["--from", "source", "--arch", "mips"]])
def test_wrong_usage(arguments):
    done = run(ROOT / "script" / "mirror", *arguments)
    assert done.returncode == 2
    assert "usage: script/mirror" in done.stderr


def test_a_missing_program_is_named_with_its_package():
    assert lacking("sh", "/usr") == []
    assert lacking("/no/such/gpg", "no-such-program") == ["/no/such/gpg", "no-such-program"]
    with pytest.raises(command.MirrorError, match="needs no-such-program, which is not here; run script/bootstrap"):
        demand("no-such-program")


@pytest.fixture
def tiny_source(tmp_path, monkeypatch):
    """The tables of the mirror cut down to one tiny Go target. A file counts the compilations."""
    row = tiny_target(monkeypatch, tmp_path / "go")
    made = tmp_path / "made"

    def write(tree, _key, built):
        with made.open("a") as log:
            log.write("packed\n")
        github.write_cni_plugins(tree, row.version, built[0])

    def download(_requirements, out, _say, _index=None):
        wheel(out)

    monkeypatch.setattr(source, "parts_for", lambda _level, _minors: [Part("tiny", ("tiny",), write)])
    monkeypatch.setattr(source, "target", lambda name: row)
    monkeypatch.setattr(command, "target", lambda name: row)
    monkeypatch.setattr(python_packages, "download", download)
    monkeypatch.setattr(python_packages, "REQUIREMENTS", tmp_path / "requirements.txt")
    return made


def _build(cache, queue):
    queue.put(str(source.build_mirror(cache, [host_arch()], quiet)))


def test_two_runs_at_once_make_one_mirror(tmp_path, tiny_source):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    workers = [context.Process(target=_build, args=(tmp_path / "cache", queue)) for _ in range(2)]
    for worker in workers:
        worker.start()
    roots = {queue.get(timeout=100) for _ in workers}
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    (root,) = roots
    assert tiny_source.read_text() == "packed\n"
    mirror = tmp_path / "cache" / "mirror"
    check_root(mirror / "roots" / root / "tree", read_key(mirror / "key"))
    hidden = list(mirror.rglob(".*"))
    assert hidden == []


def test_a_damaged_mirror_is_made_again(tmp_path, tiny_source):
    cache = tmp_path / "cache"
    root = source.build_mirror(cache, [host_arch()], quiet)
    name = next(name for name in files(root / "tree") if name.endswith(".tgz"))
    # The root and the part share the file, so both are damaged.
    (root / "tree" / name).write_text("damaged")
    lines = []
    assert source.build_mirror(cache, [host_arch()], lines.append) == root
    check_root(root / "tree", read_key(cache / "mirror" / "key"))
    assert any("damaged" in line for line in lines)
    assert tiny_source.read_text() == "packed\n" * 2


def _serve(cache, ready, port):
    os.environ["K8S_IMAGE_CACHE"] = str(cache)
    read, _ = os.pipe()
    os.dup2(read, 0)
    raise SystemExit(command.main(["--from", "source", "--ready-file", str(ready), "--port", str(port)]))


def serve(cache, ready, port=0):
    """Starts a process that runs the command, and returns it once it is ready or has ended."""
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(cache, ready, port))
    process.start()
    for _ in range(600):
        if ready.exists() or not process.is_alive():
            return process
        time.sleep(0.1)
    raise AssertionError("not ready")


def test_it_serves_until_it_is_stopped(tmp_path, tiny_source, capfd):
    ready = tmp_path / "ready.json"
    process = serve(tmp_path / "cache", ready)
    try:
        facts = json.loads(ready.read_text())
        assert facts["pid"] == process.pid
        key = read_key(tmp_path / "cache" / "mirror" / "key")
        with open(facts["trust"]) as trust:
            assert trust.read().splitlines()[-1] == key.fingerprint
        assert fetch(facts["url"], f"/keys/{key.fingerprint}.asc")[2].decode() == key.public
        second = serve(tmp_path / "cache", tmp_path / "second.json", int(facts["url"].rpartition(":")[2]))
        second.join(30)
        assert second.exitcode == 1
        assert "is not available" in capfd.readouterr().err
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.join(20)
    assert process.exitcode == 0
    assert not ready.exists()


@pytest.mark.parametrize("end", ["signal", "stdin"])
def test_a_stopped_build_leaves_nothing_half_made(tmp_path, tiny_source, monkeypatch, end):
    started = tmp_path / "started"

    def write(tree, _key, _built):
        tree.mkdir()
        started.touch()
        time.sleep(60)

    monkeypatch.setattr(source, "parts_for", lambda _level, _minors: [Part("slow", ("tiny",), write)])
    read, alive = os.pipe()

    def work():
        os.environ["K8S_IMAGE_CACHE"] = str(tmp_path / "cache")
        os.dup2(read, 0)
        os.close(alive)
        raise SystemExit(command.main(["--from", "source", "--until-stdin-closes"]))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    try:
        for _ in range(300):
            if started.exists() or not process.is_alive():
                break
            time.sleep(0.1)
        assert started.exists()
        if end == "signal":
            os.kill(process.pid, signal.SIGTERM)
        os.close(alive)
        process.join(20)
        assert process.exitcode == 130
    finally:
        process.kill()
    assert list((tmp_path / "cache").rglob("slow-*")) == []
    assert list((tmp_path / "cache").rglob(".slow-*")) == []


def test_pause_waits_reaps_and_ends(tmp_path):
    binary = pause.build_pause(tmp_path, host_arch(), quiet, "3.10.1") / "pause"
    assert run("ldd", binary).returncode != 0
    assert run(binary, "-v").stdout.startswith("pause 3.10.1 ")
    with subprocess.Popen([binary]) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.terminate()
        assert process.wait(10) == 0


def test_an_architecture_that_cannot_be_built_here_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(cross.platform, "machine", lambda: "aarch64")
    with pytest.raises(command.MirrorError, match="parts for amd64 are built on amd64; leave that architecture out"):
        source.build_mirror(tmp_path, ["arm64", "amd64"], quiet)


def test_needs_of_another_architecture_are_reported_before_any_build(tmp_path, monkeypatch):
    monkeypatch.setattr(cross.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(needs, "CROSS", {"/no/such/emulator": "qemu-user-static"})
    with pytest.raises(
        command.MirrorError, match="needs qemu-user-static, which is not here; run script/bootstrap arm64"
    ):
        source.build_mirror(tmp_path, ["arm64"], quiet)
