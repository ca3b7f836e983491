"""Fetching a mirror, with the tiny mirror as upstream: the fetched files, and the refused faults."""

import hashlib
from pathlib import Path

import pytest

from mirror import fetch, python_packages
from mirror.assemble import check_root
from mirror.cross import host_arch
from mirror.errors import MirrorError
from mirror.faults import FaultyServer, faulty_copy
from mirror.fetch import Upstream, download, get, open_base
from mirror.sign import read_key, sign_detached
from mirror.sums import files
from mirror.tests.conftest import quiet, running, version
from mirror.upstream import check_versions, fetch_mirror, read_trust
from mirror.upstreams import aws
from mirror.upstreams.job import Job
from mirror.upstreams.packages import Package, chosen, newest_version, parse_packages, release_sums
from mirror.upstreams.registry import entry_for
from mirror.upstreams.tests import fetch_control_plane, fetch_images, images_in

RUNC = "github.com/opencontainers/runc/releases/download/v{}/runc.amd64"


pytestmark = pytest.mark.usefixtures("hermetic")


def fetched(tmp_path, tiny, base, versions=("1.37",), conformance=True):
    """The root of a mirror that was fetched from `base`."""
    return fetch_mirror(tmp_path / "cache", ["amd64"], versions, base, tiny / "fingerprints.txt", quiet, conformance)


def test_a_fetched_mirror_is_whole_and_keeps_what_upstream_signed(tmp_path, tiny, url):
    root = fetched(tmp_path, tiny, url)
    own = read_key(tmp_path / "cache" / "mirror" / "key")
    check_root(root / "tree", own)
    assert read_trust(root / "fingerprints.txt") == (own.fingerprint, *read_trust(tiny / "fingerprints.txt"))
    before, after = set(files(tiny / "tree")), set(files(root / "tree"))
    # The fetched mirror lacks only the second name of HashiCorp's signature, and adds its own key.
    assert {name for name in before - after if not name.endswith(".sig")} == set()
    assert after - before == {f"keys/{own.fingerprint}.asc"}
    made_anew = ("index.json", "tags/list", ".html", ".v1.json")
    for name in sorted(after & before):
        if not name.endswith(made_anew):
            assert (root / "tree" / name).read_bytes() == (tiny / "tree" / name).read_bytes()


def test_pip_uses_a_base_beyond_loopback_and_no_other_index(tmp_path, url, monkeypatch):
    monkeypatch.setenv("no_proxy", "0.0.0.0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    # Reaches this machine, but pip trusts it no more than any other host.
    index = f"{url.replace('127.0.0.1', '0.0.0.0')}/pypi.org/simple/"
    python_packages.download(python_packages.REQUIREMENTS, tmp_path / "out", quiet, index)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["tiny_tool-1.0-py3-none-any.whl"]


def test_pip_trusts_only_a_plain_host_without_certificates(tmp_path, monkeypatch):
    (tmp_path / "ca.pem").write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    plain, tls = (python_packages.index_arguments(f"{scheme}://mirror.example:81/x/") for scheme in ("http", "https"))
    assert plain[-2:] == ["--trusted-host", "mirror.example:81"]
    assert tls[-2:] == ["--cert", str(tmp_path / "ca.pem")]
    assert "--trusted-host" not in tls


def test_the_tests_are_fetched_on_request(tmp_path, tiny, url):
    root = fetched(tmp_path, tiny, url, conformance=False)
    assert (root / "tree/registry.k8s.io/v2/kube-scheduler").is_dir()
    assert [name for name in files(root / "tree") if "test" in name] == []


def test_the_aws_cli_is_kept_if_aws_signed_it(tmp_path, key, stranger, monkeypatch):
    archive = tmp_path / "archive"
    archive.write_bytes(b"zip")
    (tmp_path / "key").write_text(key.public)
    monkeypatch.setattr(aws, "KEY", tmp_path / "key")
    monkeypatch.setattr(aws, "FINGERPRINT", key.fingerprint)
    path = "awscli.amazonaws.com/awscli-exe-linux-x86_64-2.36.9.zip"

    def fetched_from(signer):
        offered = {path: b"zip", f"{path}.sig": sign_detached(signer, archive)[0]}
        monkeypatch.setattr(aws, "get", lambda _, name, **__: offered[name])
        monkeypatch.setattr(Job, "read", lambda _, name: offered[name])
        aws.fetch_aws_cli(Job(Upstream(None), tmp_path / "tree", tmp_path, ("amd64",), quiet), "2.36.9")

    with pytest.raises(MirrorError, match=r"2\.36\.9\.zip: .*do not use it"):
        fetched_from(stranger)
    assert not (tmp_path / "tree" / path).exists()
    fetched_from(key)
    assert (tmp_path / "tree" / path).read_bytes() == b"zip"
    assert (tmp_path / "tree" / f"{path}.sig").exists()


def test_images_that_a_base_lacks_are_left_out(tmp_path, tiny, url):
    lines = []
    upstream = open_base(url, read_trust(tiny / "fingerprints.txt"))
    job = Job(upstream, tmp_path / "tree", tmp_path, ("amd64",), lines.append)
    fetch_images(job, [("e2e-test-images/busybox", "1"), ("e2e-test-images/nginx", "1")])
    assert [path.name for path in (tmp_path / "tree/registry.k8s.io/v2/e2e-test-images").iterdir()] == ["busybox"]
    assert lines[-1].endswith("has no registry.k8s.io/e2e-test-images/nginx:1; it is left out")


def test_images_that_a_program_lists():
    text = "W1125 warning\nregistry.k8s.io/coredns/coredns:v1.14.6\nregistry.k8s.io/etcd:3.7.0-0\ngcr.io/x/y:1\n"
    assert images_in(text) == [("coredns/coredns", "v1.14.6"), ("etcd", "3.7.0-0")]
    assert images_in(text, "e2e-test-images/") == []


def test_programs_of_another_machine_cannot_list_images(tmp_path, tiny, url):
    upstream = open_base(url, read_trust(tiny / "fingerprints.txt"))
    job = Job(upstream, tmp_path / "tree", tmp_path, ("s390x",), quiet)
    with pytest.raises(MirrorError, match=f"fetch for --arch {host_arch()}, too"):
        fetch_control_plane(job, "1.37.2")


def test_a_second_fetch_takes_files_from_the_store(tmp_path, tiny):
    path = RUNC.format(version("runc"))
    with running(FaultyServer(tiny / "tree", [])) as url:
        first = fetched(tmp_path, tiny, url)
    with running(FaultyServer(tiny / "tree", [(path, "404")])) as url:
        assert fetched(tmp_path, tiny, url) == first


def test_a_damaged_mirror_is_fetched_again(tmp_path, tiny, url):
    root = fetched(tmp_path, tiny, url)
    (root / "tree/dl.k8s.io/release/stable.txt").unlink()
    assert fetched(tmp_path, tiny, url) == root
    check_root(root / "tree", read_key(tmp_path / "cache" / "mirror" / "key"))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("cut", "cut off after"),
        ("flip", "was promised; it is damaged"),
        ("404", "404 Not Found"),
        ("500", "500 Internal"),
        ("drop", "cannot be fetched"),
    ],
)
def test_a_faulty_download_is_refused_and_nothing_is_kept(tmp_path, tiny, fault, message):
    path = RUNC.format(version("runc"))
    with (
        running(FaultyServer(tiny / "tree", [(path, fault)])) as url,
        pytest.raises(MirrorError, match=message) as caught,
    ):
        fetched(tmp_path, tiny, url)
    assert path in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "cache" / "mirror" / "roots").iterdir()) == []
    # A truncated download stays, so that the next run resumes it.
    parts = [blob.name for blob in (tmp_path / "cache" / "mirror" / "fetched").glob("*.part")]
    assert len(parts) == (1 if fault == "cut" else 0)
    for blob in (tmp_path / "cache" / "mirror" / "fetched").glob("[!.]*[!t]"):
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name


@pytest.mark.parametrize(
    ("glob", "kind", "message"),
    [
        ("SHA256SUMS", "other-key", "cannot be trusted"),
        ("SHA256SUMS", "wrong-sum", "was promised"),
        ("releases.hashicorp.com/packer/*/*_SHA256SUMS", "other-key", "was promised|signature"),
    ],
)
def test_wrong_signatures_and_sums_are_refused(tmp_path, tiny, key, glob, kind, message):
    tree = faulty_copy(tiny / "tree", [(glob, kind)], tmp_path / "copy", key.secret.parent)
    with running(FaultyServer(tree, [])) as url, pytest.raises(MirrorError, match=message):
        fetched(tmp_path, tiny, url)
    assert list((tmp_path / "cache" / "mirror" / "roots").glob("[!.]*")) == []


def test_a_mirror_that_is_down_is_reported(tmp_path, tiny):
    with running(FaultyServer(tiny / "tree", [])) as url:
        pass
    with pytest.raises(MirrorError, match=r"cannot be fetched: .*refused"):
        fetched(tmp_path, tiny, url)


def test_a_failed_fetch_is_retried(tiny, monkeypatch):
    server = FaultyServer(tiny / "tree", [("SHA256SUMS", "500")])
    monkeypatch.setattr(fetch.time, "sleep", lambda seconds: server.faults.clear())
    with running(server) as url:
        assert get(Upstream(url), "SHA256SUMS")


def test_a_full_disk_is_reported():
    class Response:
        url, headers = "http://x/y", {}

        def read(self, _size):
            return b"x" * 65536

    with pytest.raises(MirrorError, match="the disk of / is full; free some space"):
        fetch._save(Response(), Path("/dev/full"))


def test_without_trust_no_mirror_is_an_upstream(url, stranger):
    with pytest.raises(MirrorError, match="needs --trust"):
        open_base(url, ())
    with pytest.raises(MirrorError, match="cannot be trusted"):
        open_base(url, (stranger.fingerprint,))
    with pytest.raises(MirrorError, match="not an http or https address"):
        open_base("file:///etc", (stranger.fingerprint,))


def test_a_damaged_store_is_fetched_again(tmp_path, tiny, url):
    path, content = (
        "dl.k8s.io/release/stable.txt",
        (tiny / "tree" / "dl.k8s.io" / "release" / "stable.txt").read_bytes(),
    )
    digest = hashlib.sha256(content).hexdigest()
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / digest).write_text("damaged")
    download(Upstream(url), path, digest, tmp_path / "store", tmp_path / "out" / "file", quiet)
    assert (tmp_path / "out" / "file").read_bytes() == content


@pytest.mark.parametrize(
    ("wanted", "message"),
    [(["1.38"], "choose one of 1.35, 1.36, 1.37"), (["latest"], "not known"), (["1.37.2.1"], "not known")],
)
def test_unknown_versions_are_refused_at_once(wanted, message):
    with pytest.raises(MirrorError, match=message):
        check_versions(wanted)


def test_versions_are_taken_in_every_form():
    assert check_versions(["v1.37.2", "1.36"]) == ["1.37.2", "1.36"]
    assert check_versions([]) == [version("kubernetes")]


def test_a_patch_that_does_not_exist_is_named(tmp_path, tiny, url):
    with pytest.raises(MirrorError, match=r"1\.37\.99 is not in its package repository; the newest there is 1\.37\.\d"):
        fetched(tmp_path, tiny, url, ["1.37.99"])


PACKAGES = """Package: kubelet
Version: 1.37.9-1.1
Architecture: amd64
Filename: amd64/a.deb
Description: Node agent
 with a second line: that looks like a field

Package: kubelet
Version: 1.37.10-1.1
Architecture: amd64

Package: kubelet
Version: 1.37.10-2.1
Architecture: amd64

Package: kubelet
Version: 1.37.10-2.1
Architecture: arm64
"""


def test_the_newest_patch_and_revision_are_found():
    entries = parse_packages(PACKAGES)
    assert newest_version(entries, "1.37") == "1.37.10"
    assert newest_version(entries, "1.37.9") == "1.37.9"
    with pytest.raises(MirrorError, match="no kubeadm for amd64"):
        chosen(entries, "1.37.10", "amd64")
    others = [
        Package(name, number, "amd64", "", "")
        for name, number in [
            ("kubeadm", "1.37.10-1.1"), ("kubectl", "1.37.10-1.1"), ("cri-tools", "1.37.0-1.1"),
            ("kubernetes-cni", "1.8.0-1.1"), ("kubernetes-cni", "1.10.0-1.1"),
        ]
    ]  # fmt: skip
    found = chosen([*entries, *others], "1.37.10", "amd64")
    assert [(package.name, package.version) for package in found] == [
        ("kubelet", "1.37.10-2.1"), ("kubeadm", "1.37.10-1.1"), ("kubectl", "1.37.10-1.1"),
        ("kubernetes-cni", "1.10.0-1.1"), ("cri-tools", "1.37.0-1.1"),
    ]  # fmt: skip


def test_sums_of_a_release_file():
    text = (
        "Origin: x\nMD5Sum:\n aa 1 Packages\nSHA256:\n bb 1 Packages\n cc 22 ./Packages.gz\nSHA512:\n dd 1 Packages\n"
    )
    assert release_sums(text) == {"Packages": "bb", "Packages.gz": "cc"}
    assert release_sums("Origin: x\n") == {}


def test_an_architecture_without_manifest_is_named():
    with pytest.raises(MirrorError, match="no manifest for linux/arm64"):
        entry_for(
            {"manifests": [{"platform": {"os": "linux", "architecture": "amd64"}, "digest": "d"}]}, "arm64", "x:1"
        )


@pytest.mark.parametrize("text", ["", "# only a comment\n", "1234\n", "zz" * 20])
def test_a_trust_file_holds_fingerprints(tmp_path, text):
    (tmp_path / "trust").write_text(text)
    with pytest.raises(MirrorError, match="40 hex digits"):
        read_trust(tmp_path / "trust")


def test_a_trust_file_may_have_comments_and_spaces(tmp_path):
    (tmp_path / "trust").write_text("# mine\n" + "abcd 1234 " * 5 + "# key\n\n")
    assert read_trust(tmp_path / "trust") == ("ABCD1234" * 5,)
    with pytest.raises(MirrorError, match="cannot be read"):
        read_trust(tmp_path / "nothing")
