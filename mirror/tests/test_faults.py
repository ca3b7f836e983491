"""The faulty mirror applies its faults, and leaves the mirror itself unchanged."""

import http.client
import json
import socket
import subprocess
import sys
import time

import pytest

from mirror.assemble import check_root
from mirror.errors import MirrorError
from mirror.faults import FaultyServer, fault_for, faulty_copy, parse_fault
from mirror.sign import read_key, verify
from mirror.sums import parse_sums
from mirror.tests.conftest import ROOT, running, version
from mirror.tests.test_server import fetch

RUNC = f"github.com/opencontainers/runc/releases/download/v{version('runc')}/runc.amd64"


@pytest.mark.parametrize("text", ["nothing", "a=", "=cut", "a=melt", "a=200"])
def test_faults_that_do_not_exist(text):
    with pytest.raises(MirrorError, match=r"write GLOB=KIND with one of cut, flip"):
        parse_fault(text)


def test_the_first_fault_that_matches_counts():
    faults = [parse_fault("/a/b=cut"), parse_fault("a/*=404"), parse_fault("a=b*=flip"), parse_fault("*=wrong-sum")]
    assert [fault_for(faults, path) for path in ("/a/b", "/a/b/c", "/a=bc", "/c")] == ["cut", "404", "flip", None]


def test_cut_sends_half_of_what_it_promised(tiny):
    size = (tiny / "tree" / RUNC).stat().st_size
    with running(FaultyServer(tiny / "tree", [(RUNC, "cut")])) as url:
        with pytest.raises(http.client.IncompleteRead) as caught:
            fetch(url, f"/{RUNC}")
        assert len(caught.value.partial) == size // 2
        assert caught.value.expected == size - size // 2
        assert fetch(url, "/SHA256SUMS")[0] == 200


def test_flip_changes_one_bit(tiny):
    right = (tiny / "tree" / RUNC).read_bytes()
    with running(FaultyServer(tiny / "tree", [("*/runc.amd64", "flip")])) as url:
        wrong = fetch(url, f"/{RUNC}")[2]
    assert len(wrong) == len(right)
    assert sum((a ^ b).bit_count() for a, b in zip(wrong, right, strict=True)) == 1


@pytest.mark.parametrize("status", [404, 500])
def test_errors(tiny, status):
    with running(FaultyServer(tiny / "tree", [("*", str(status))])) as url:
        assert fetch(url, "/SHA256SUMS")[0] == status


def test_drop_ends_the_connection(tiny):
    with (
        running(FaultyServer(tiny / "tree", [("*", "drop")])) as url,
        pytest.raises(http.client.RemoteDisconnected),
    ):
        fetch(url, "/SHA256SUMS")


def test_hang_sends_nothing_until_the_server_ends(tiny):
    server = FaultyServer(tiny / "tree", [("*", "hang")])
    with running(server), socket.create_connection(server.server_address, timeout=0.5) as client:
        client.sendall(b"GET /SHA256SUMS HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            client.recv(1)
        server.stopping.set()
        client.settimeout(10)
        assert client.recv(1) == b""


def test_wrong_sums_are_signed_by_the_right_key(tiny, key, tmp_path):
    glob = "releases.hashicorp.com/packer/*_SHA256SUMS"
    tree = faulty_copy(tiny / "tree", [(glob, "wrong-sum")], tmp_path, key.secret.parent)
    number = version("packer")
    sums = f"releases.hashicorp.com/packer/{number}/packer_{number}_SHA256SUMS"
    wrong, right = (tree / sums).read_bytes(), (tiny / "tree" / sums).read_bytes()
    assert parse_sums(wrong.decode()).keys() == parse_sums(right.decode()).keys()
    assert not set(parse_sums(wrong.decode()).values()) & set(parse_sums(right.decode()).values())
    verify(wrong, (tree / f"{sums}.sig").read_bytes(), key.public, [key.fingerprint])
    check_root(tiny / "tree", key)


def test_another_key_signs_and_is_offered(tiny, key, tmp_path):
    repository = "pkgs.k8s.io/core:/stable:/v1.37/deb"
    tree = faulty_copy(tiny / "tree", [(f"{repository}/Release", "other-key")], tmp_path, key.secret.parent)
    other = read_key(tmp_path / "other-key")
    clear = (tree / repository / "InRelease").read_bytes()
    with pytest.raises(MirrorError, match=r"not known|not trusted"):
        verify(clear, None, key.public + other.public, [key.fingerprint])
    offered = (tree / repository / "Release.key").read_text()
    release = (tree / repository / "Release").read_bytes()
    assert verify(clear, None, offered, [other.fingerprint]) == release
    check_root(tiny / "tree", key)


def test_a_glob_without_file_is_a_mistake(tiny, key, tmp_path):
    with pytest.raises(MirrorError, match="no file of the mirror matches 'nothing'"):
        faulty_copy(tiny / "tree", [("nothing", "other-key")], tmp_path, key.secret.parent)


def test_the_command_serves_until_its_input_ends(tiny, key, tmp_path):
    ready = tmp_path / "ready.json"
    argv = [sys.executable, "-m", "mirror.faults", "--root", tiny / "tree", "--key", key.secret.parent]
    argv += ["--fault", "SHA256SUMS=other-key", "--fault", f"{RUNC}=404"]
    argv += ["--ready-file", ready, "--until-stdin-closes"]
    before = set(tiny.parent.iterdir())
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                if ready.exists() or process.poll() is not None:
                    break
                time.sleep(0.1)
            facts = json.loads(ready.read_text())
            assert facts == {"url": facts["url"], "trust": str(tiny / "fingerprints.txt"), "pid": process.pid}
            assert fetch(facts["url"], f"/{RUNC}")[0] == 404
            right = (tiny / "tree" / "SHA256SUMS.sig").read_bytes()
            assert fetch(facts["url"], "/SHA256SUMS.sig")[2] != right
            process.stdin.close()
            assert process.wait(20) == 0
        finally:
            process.kill()
    assert not ready.exists()
    assert set(tiny.parent.iterdir()) == before
