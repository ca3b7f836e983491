"""A mirror by a lock, with the tiny mirror as upstream: exactly the named files, resumed downloads, refused faults."""

import json
from typing import ClassVar

import pytest

from mirror.assemble import check_root
from mirror.errors import MirrorError
from mirror.faults import FaultyHandler, FaultyServer
from mirror.layout.artifacts import FOLDER
from mirror.lock import fetch_locked, lock_sum, named_files, read_lock, upstream_path
from mirror.parts import AWS_CLI
from mirror.sign import read_key
from mirror.sums import files, parse_sums
from mirror.tests.conftest import ROOT, no_proxy, quiet, run, running, version
from mirror.upstream import read_trust

RUNC = f"github.com/opencontainers/runc/releases/download/v{version('runc')}/runc.amd64"


pytestmark = pytest.mark.usefixtures("hermetic")


def lock_of(tiny):
    """The lock that the action would write for the tiny mirror."""
    sums = parse_sums((tiny / "tree" / "SHA256SUMS").read_text())
    kubernetes = version("kubernetes")
    folder = "pkgs.k8s.io/core:/stable:/v1.37/deb"

    def artifact(number, path):
        return {"version": number, "url": f"https://{path}", "sha256": sums[path]}

    debs = [name for name in sums if name.startswith(folder) and name.endswith(".deb")]
    packages = {}
    for path in debs:
        name, number, _ = path.rpartition("/")[2].split("_")
        packages[name] = artifact(number, path)
    containerd, cni, ecr = version("containerd"), version("cni-plugins"), version("ecr-credential-provider")
    github = "github.com/{}/releases/download/v{}/{}"
    index = "registry.k8s.io/v2/pause/manifests/3.10.2"
    content = {
        "format": 1,
        "tools": {name: version(name) for name in ("packer", "packer-plugin-amazon")},
        "baseAmis": {},
        "kubernetes": {
            "1.37": {
                "version": kubernetes,
                "deb": f"{kubernetes}-1.1",
                "repository": {
                    "url": f"https://{folder}/",
                    "fingerprints": list(read_trust(tiny / "fingerprints.txt")),
                    "key": "",
                },
                "sandboxImage": {"name": "registry.k8s.io/pause:3.10.2", "digest": f"sha256:{sums[index]}"},
                "arch": {
                    "amd64": {
                        "packages": packages,
                        "files": {
                            "containerd": artifact(
                                containerd,
                                github.format(
                                    "containerd/containerd", containerd, f"containerd-{containerd}-linux-amd64.tar.gz"
                                ),
                            ),
                            "runc": artifact(version("runc"), RUNC),
                            "cniPlugins": artifact(
                                cni,
                                github.format(
                                    "containernetworking/plugins", cni, f"cni-plugins-linux-amd64-v{cni}.tgz"
                                ),
                            ),
                            "ecrCredentialProvider": artifact(
                                ecr, f"{FOLDER.format(ecr, 'amd64')}/ecr-credential-provider-linux-amd64"
                            ),
                            "awsCli": artifact(AWS_CLI, f"awscli.amazonaws.com/awscli-exe-linux-x86_64-{AWS_CLI}.zip"),
                        },
                    }
                },
            }
        },
    }
    return content


def written(tmp_path, content):
    """The file, with its sum as the action makes it."""
    path = tmp_path / "k8s-image.lock.json"
    path.write_text(json.dumps({**content, "sum": lock_sum(content)}))
    return path


def fetched(tmp_path, tiny, base, content, say=quiet):
    """The mirror of a lock."""
    trust = read_trust(tiny / "fingerprints.txt")
    return fetch_locked(tmp_path / "cache", written(tmp_path, content), tmp_path / "out", base, trust, say)


def test_it_holds_what_the_lock_names_and_nothing_else(tmp_path, tiny, url):
    lines = []
    root = fetched(tmp_path, tiny, url, lock_of(tiny), lines.append)
    own = read_key(tmp_path / "cache" / "mirror" / "key")
    check_root(root / "tree", own)
    held = set(files(root / "tree"))
    tests = ("kube-scheduler", "e2e-test-images", "kubernetes-test-")
    left = {name for name in set(files(tiny / "tree")) - held if not any(word in name for word in tests)}
    # The lock names no plain binaries, no sums beside files, no version markers and no files of tests.
    upstreams = {"artifacts.k8s.io", "awscli.amazonaws.com", "dl.k8s.io", "github.com", "releases.hashicorp.com"}
    assert {name.split("/")[0] for name in left} <= upstreams
    assert all(
        name.endswith((".sha256", ".sha256sum", ".sig"))
        for name in left
        if not name.startswith(("dl.", "github.com/kubernetes-sigs"))
    )
    assert held - set(files(tiny / "tree")) == {f"keys/{own.fingerprint}.asc"}
    for file in named_files(lock_of(tiny)):
        assert (root / "tree" / file.path).read_bytes() == (tiny / "tree" / file.path).read_bytes()
    assert any("1 of 10: " in line for line in lines)


def test_the_action_can_build_from_it(tmp_path, tiny, url):
    """The mirror has every file that a plan with that lock requests, with the lock's sums."""
    root = fetched(tmp_path, tiny, url, lock_of(tiny))
    sums = parse_sums((root / "tree" / "SHA256SUMS").read_text())
    for file in named_files(lock_of(tiny)):
        assert sums[file.path] == file.digest
    assert (root / "tree" / "pkgs.k8s.io/core:/stable:/v1.37/deb/InRelease").is_file()


def test_the_same_lock_again_replaces_it_with_the_same(tmp_path, tiny, url):
    first = files(fetched(tmp_path, tiny, url, lock_of(tiny)) / "tree")
    with running(FaultyServer(tiny / "tree", [(RUNC, "404")])) as other:
        assert files(fetched(tmp_path, tiny, other, lock_of(tiny)) / "tree") == first


def test_two_versions_share_an_index_and_the_pause_image(tmp_path, tiny, url):
    content = lock_of(tiny)
    once = files(fetched(tmp_path, tiny, url, content) / "tree")
    content["kubernetes"]["1.37.2"] = content["kubernetes"]["1.37"]
    assert files(fetched(tmp_path, tiny, url, content) / "tree") == once


class Recorder(FaultyHandler):
    """Records the requested part of each file."""

    ranges: ClassVar[list[tuple[str, str | None]]] = []

    def answer(self, body):
        """As a faulty mirror does."""
        self.ranges.append((self.path.lstrip("/"), self.headers.get("Range")))
        super().answer(body)


def test_a_truncated_download_is_resumed(tmp_path, tiny):
    server = FaultyServer(tiny / "tree", [(RUNC, "cut")])
    server.RequestHandlerClass = Recorder
    Recorder.ranges.clear()
    with running(server) as url:
        with pytest.raises(MirrorError, match="cut off after"):
            fetched(tmp_path, tiny, url, lock_of(tiny))
        assert not (tmp_path / "out").exists()
        [part] = (tmp_path / "cache" / "mirror" / "fetched").glob("*.part")
        size = part.stat().st_size
        whole = (tiny / "tree" / RUNC).stat().st_size
        assert 0 < size < whole
        server.faults.clear()
        Recorder.ranges.clear()
        root = fetched(tmp_path, tiny, url, lock_of(tiny))
    assert (RUNC, f"bytes={size}-") in Recorder.ranges
    assert (root / "tree" / RUNC).read_bytes() == (tiny / "tree" / RUNC).read_bytes()


def test_a_beginning_of_another_file_is_not_kept(tmp_path, tiny, url):
    digest = next(file.digest for file in named_files(lock_of(tiny)) if file.path == RUNC)
    store = tmp_path / "cache" / "mirror" / "fetched"
    store.mkdir(parents=True)
    (store / f"{digest}.part").write_bytes(b"x" * 5)
    with pytest.raises(MirrorError, match="was promised; it is damaged"):
        fetched(tmp_path, tiny, url, lock_of(tiny))
    assert list(store.glob("*.part")) == []
    (store / f"{digest}.part").write_bytes(b"x" * 100_000)
    assert fetched(tmp_path, tiny, url, lock_of(tiny))


def change(path, value):
    """A change of the lock at a path of keys."""

    def apply(content):
        place = content
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return apply


NODE = ("kubernetes", "1.37")
AMD64 = (*NODE, "arch", "amd64")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (change((*AMD64, "files", "runc", "sha256"), "0" * 64), "has sha256 0{64}, but"),
        (change((*AMD64, "files", "runc", "url"), "http://evil.example/runc"), "is not an address of an upstream"),
        (
            change((*AMD64, "files", "runc", "url"), "https://github.com/../../etc/passwd"),
            "is not an address of an upstream",
        ),
        (change((*AMD64, "packages", "kubelet", "sha256"), "0" * 64), "but 0{64} is locked; do not use it"),
        (
            change((*AMD64, "packages", "kubelet", "version"), "1.37.9-1.1"),
            "no longer has kubelet 1.37.9-1.1 for amd64",
        ),
        (change((*NODE, "sandboxImage", "digest"), "sha256:" + "0" * 64), "manifests/sha256:0{64}"),
        (change((*NODE, "rpm"), {"version": "1", "url": "http://x/rpm/"}), "is not an address of an upstream"),
        (change(("tools", "packer"), "9.9.9"), "packer_9.9.9_SHA256SUMS"),
    ],
)
def test_a_forged_lock_is_refused(tmp_path, tiny, url, edit, message):
    content = lock_of(tiny)
    edit(content)
    with pytest.raises(MirrorError, match=message) as caught:
        fetched(tmp_path, tiny, url, content)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "has the format None"),
        ('{"format": 2}', "has the format 2, which this version does not know"),
        ('{"format": 1, "tools": {}, "sum": "sha256:0"}', "was changed after it was written"),
    ],
)
def test_a_file_that_is_no_lock_is_refused(tmp_path, text, message):
    (tmp_path / "lock").write_text(text)
    with pytest.raises(MirrorError, match=message):
        read_lock(tmp_path / "lock")
    with pytest.raises(MirrorError, match="cannot be read"):
        read_lock(tmp_path / "nothing")


def test_a_directory_of_something_else_is_left_alone(tmp_path, tiny, url):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(MirrorError, match="exists and is not a mirror"):
        fetched(tmp_path, tiny, url, lock_of(tiny))
    assert (tmp_path / "out" / "thesis.txt").read_text() == "mine"


def test_paths_of_upstreams():
    assert upstream_path("https://pkgs.k8s.io/core:/stable:/v1.37/deb/") == "pkgs.k8s.io/core:/stable:/v1.37/deb"
    for url in ("https://", "https://x/a/../b", "https://x//b", "https://x/b?c"):
        with pytest.raises(MirrorError, match="not an address of an upstream"):
            upstream_path(url)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "source", "--lock", "x"], "--lock needs --from upstream"),
        (["--from", "upstream", "somewhere"], "somewhere needs --lock"),
        (["--from", "upstream", "--lock", "x", "--arch", "amd64"], "leave --arch and --kubernetes out"),
        (["--from", "upstream", "--lock", "nothing.json", "out"], "nothing.json cannot be read"),
    ],
)
def test_the_command_reports_mistakes(tmp_path, arguments, message):
    done = run(
        ROOT / "script" / "mirror", *arguments, cwd=tmp_path, env=no_proxy() | {"K8S_IMAGE_CACHE": str(tmp_path)}
    )
    assert done.returncode == 1
    assert message in done.stderr
