"""A mirror by a lock for rpm systems: a signed rpm repository beside the tiny mirror, and its refused faults."""

import gzip
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mirror.assemble import check_root, seal
from mirror.errors import MirrorError
from mirror.faults import FaultyServer
from mirror.fetch import Upstream
from mirror.sign import Key, read_key, sign_detached
from mirror.sums import files
from mirror.tests.conftest import quiet, running
from mirror.tests.test_lock import Recorder, change, lock_of
from mirror.tests.test_lock import fetched as mirrored
from mirror.upstream import fetch_mirror
from mirror.upstreams.job import Job
from mirror.upstreams.packages import ANY, Package, chosen
from mirror.upstreams.rpm import index_parts, read_primary, unpack

pytestmark = pytest.mark.usefixtures("hermetic")

RPMS = ("kubernetes", "1.37", "arch", "amd64", "rpms")
FOLDER = "pkgs.k8s.io/core:/stable:/v1.37/rpm"
RELEASE = "1.37.2-150500.1.1"
OFFERED = (
    *(f"{name}-{RELEASE}.{arch}" for name in ("kubelet", "kubeadm", "kubectl") for arch in ("x86_64", "aarch64")),
    *(f"{name}-1.37.1-150500.1.1.x86_64" for name in ("kubelet", "kubeadm", "kubectl")),
    "kubernetes-cni-1.9.1-150500.1.1.x86_64",
    "kubernetes-cni-1.10.0-150500.1.1.x86_64",
    "cri-tools-1.37.0-150500.1.1.x86_64",
    "kubelet-1.37.2-150500.1.1.src",
)
TAKEN = (
    *(f"{name}-{RELEASE}.x86_64" for name in ("kubelet", "kubeadm", "kubectl")),
    "kubernetes-cni-1.10.0-150500.1.1.x86_64",
    "cri-tools-1.37.0-150500.1.1.x86_64",
)
NEVRA = r"(.+)-([^-]+)-([^-]+)\.([^.]+)"
KUBELET = f"x86_64/kubelet-{RELEASE}.x86_64.rpm"


def same(content):
    """No change."""
    return content


@dataclass(frozen=True)
class Repository:
    """The options of an rpm repository, and its faults."""

    offered: tuple[str, ...] = OFFERED
    # A change of `primary.xml` before its sum is taken, and of the packed file after it.
    primary: Callable[[str], str] = same
    packed: Callable[[bytes], bytes] = same
    # A change of `repomd.xml` before it is signed, and after.
    before: Callable[[str], str] = same
    after: Callable[[str], str] = same
    packing: str = "gz"


def content_of(package: str) -> bytes:
    """Stands in for the package: the mirror checks only its sum."""
    return f"rpm of {package}\n".encode() * 1000


def package_xml(package: str) -> str:
    """A `<package>` as createrepo_c writes it."""
    name, version, release, arch = re.fullmatch(NEVRA, package).groups()
    digest = hashlib.sha256(content_of(package)).hexdigest()
    return f"""<package type="rpm">
  <name>{name}</name><arch>{arch}</arch><version epoch="0" ver="{version}" rel="{release}"/>
  <checksum type="sha256" pkgid="YES">{digest}</checksum>
  <location href="{arch}/{package}.rpm"/>
</package>"""


def pack(text: str, packing: str) -> bytes:
    """`text` as an index file with that suffix."""
    if packing == "zst":
        return subprocess.run(["zstd", "-q", "-c"], input=text.encode(), capture_output=True, check=True).stdout
    return gzip.compress(text.encode(), mtime=0) if packing == "gz" else text.encode()


def write_repository(folder: Path, made: Repository, key: Key) -> None:
    """Writes a repository at `folder`, with an index signed by `key`."""
    for package in made.offered:
        place = folder / package.rpartition(".")[2] / f"{package}.rpm"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content_of(package))
    xmlns = 'xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm"'
    packages = "".join(map(package_xml, made.offered))
    texts = {
        "primary": made.primary(f'<metadata {xmlns} packages="{len(made.offered)}">{packages}</metadata>'),
        "filelists": "<filelists/>",
        "other": "<otherdata/>",
    }
    (folder / "repodata").mkdir()
    listed = ""
    for kind, text in texts.items():
        content = pack(text, made.packing)
        name = f"repodata/{kind}.xml" + ("" if made.packing == "plain" else f".{made.packing}")
        digest = hashlib.sha256(content).hexdigest()
        listed += f'<data type="{kind}"><checksum type="sha256">{digest}</checksum><location href="{name}"/></data>'
        (folder / name).write_bytes(made.packed(content) if kind == "primary" else content)
    repomd = folder / "repodata" / "repomd.xml"
    repomd.write_text(made.before(f'<repomd xmlns="http://linux.duke.edu/metadata/repo">{listed}</repomd>'))
    [signature] = sign_detached(key, repomd, armor=True)
    repomd.with_name("repomd.xml.asc").write_bytes(signature)
    repomd.with_name("repomd.xml.key").write_text(key.public)
    repomd.write_text(made.after(repomd.read_text()))


@pytest.fixture
def upstream(tmp_path, tiny, key):
    """Makes the tree of a mirror with an rpm repository; sealed, so that only the repository is at fault."""

    def make(made: Repository, signer: Key | None = None) -> Path:
        tree = tmp_path / "upstream"
        shutil.copytree(tiny / "tree", tree)
        write_repository(tree / FOLDER, made, signer or key)
        seal(tree, key)
        return tree

    return make


def name_rpms(node, packages=TAKEN):
    """Adds these packages to a node of a lock, as the action does."""
    url = f"https://{FOLDER}/"
    rpms = {}
    for package in packages:
        name, version, release, arch = re.fullmatch(NEVRA, package).groups()
        digest = hashlib.sha256(content_of(package)).hexdigest()
        rpms[name] = {"version": f"{version}-{release}", "url": f"{url}{arch}/{package}.rpm", "sha256": digest}
    return {
        **node,
        "rpm": {"version": RELEASE, "url": url},
        "arch": {"amd64": {**node["arch"]["amd64"], "rpms": rpms}},
    }


def fetched(tmp_path, tiny, tree, edit=same, faults=()):
    """The mirror of a lock that names the rpm release."""
    content = lock_of(tiny)
    content["kubernetes"]["1.37"] = name_rpms(content["kubernetes"]["1.37"])
    edit(content)
    with running(FaultyServer(tree, faults)) as url:
        return mirrored(tmp_path, tiny, url, content)


@pytest.mark.parametrize("packing", ["gz", "zst", "plain"])
def test_it_holds_the_index_and_the_named_packages_and_nothing_else(tmp_path, tiny, upstream, packing):
    tree = upstream(Repository(packing=packing))
    root = fetched(tmp_path, tiny, tree)
    check_root(root / "tree", read_key(tmp_path / "cache" / "mirror" / "key"))
    held = {name.removeprefix(f"{FOLDER}/") for name in files(root / "tree") if name.startswith(FOLDER)}
    ending = "" if packing == "plain" else f".{packing}"
    index = {"repomd.xml", "repomd.xml.asc", "repomd.xml.key", f"primary.xml{ending}", f"filelists.xml{ending}"}
    assert held == {f"repodata/{name}" for name in index} | {f"x86_64/{name}.rpm" for name in TAKEN}
    for name in held:
        assert (root / "tree" / FOLDER / name).read_bytes() == (tree / FOLDER / name).read_bytes()


def test_two_versions_of_one_minor_share_their_repositories(tmp_path, tiny, upstream):
    content = lock_of(tiny)
    node = content["kubernetes"]["1.37"]
    older = [package.replace("1.37.2", "1.37.1") for package in TAKEN]
    content["kubernetes"] = {"1.37": name_rpms(node), "1.37.1": name_rpms(node, older)}
    server = FaultyServer(upstream(Repository()), ())
    server.RequestHandlerClass = Recorder
    Recorder.ranges.clear()
    with running(server) as base:
        root = mirrored(tmp_path, tiny, base, content)
    assert len(list((root / "tree" / FOLDER / "x86_64").glob("kubelet-*"))) == 2
    # Each index is read once.
    indexes = [path for path, _ in Recorder.ranges if path.endswith(("repomd.xml", "InRelease"))]
    assert sorted(indexes) == [f"{FOLDER.removesuffix('rpm')}deb/InRelease", f"{FOLDER}/repodata/repomd.xml"]


def test_without_a_lock_it_holds_what_dnf_would_install_today(tmp_path, tiny, upstream):
    with running(FaultyServer(upstream(Repository()), ())) as url:
        root = fetch_mirror(tmp_path / "cache", ["amd64"], ["1.37"], url, tiny / "fingerprints.txt", quiet)
    place = root / "tree" / FOLDER
    assert {path.stem for path in place.glob("*/*.rpm")} == set(TAKEN)
    assert (place / "repodata" / "repomd.xml.asc").is_file()


def test_a_mirror_without_rpm_packages_is_fetched_without_them(tmp_path, tiny, url):
    lines = []
    fetch_mirror(tmp_path / "cache", ["amd64"], ["1.37"], url, tiny / "fingerprints.txt", lines.append)
    assert any(line.startswith("the rpm packages of Kubernetes 1.37.2 are left out: ") for line in lines)


def test_a_truncated_package_is_resumed(tmp_path, tiny, upstream):
    tree = upstream(Repository())
    with pytest.raises(MirrorError, match="cut off after"):
        fetched(tmp_path, tiny, tree, faults=[(f"{FOLDER}/{KUBELET}", "cut")])
    assert not (tmp_path / "out").exists()
    [part] = (tmp_path / "cache" / "mirror" / "fetched").glob("*.part")
    assert 0 < part.stat().st_size < (tree / FOLDER / KUBELET).stat().st_size
    root = fetched(tmp_path, tiny, tree)
    assert (root / "tree" / FOLDER / KUBELET).read_bytes() == (tree / FOLDER / KUBELET).read_bytes()
    # A complete file in the store is not requested again.
    assert fetched(tmp_path, tiny, tree, faults=[(f"{FOLDER}/x86_64/*", "404")])


def flipped(content: bytes) -> bytes:
    """`content` with one changed bit."""
    return content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]


@pytest.mark.parametrize(
    ("made", "edit", "message"),
    [
        (Repository(after=lambda text: text + " "), same, r"repomd\.xml: the signature is wrong"),
        (Repository(packed=flipped), same, r"primary\.xml\.gz has sha256 \w+, but \w+ was promised"),
        (
            Repository(),
            change((*RPMS, "kubelet", "version"), "1.37.9-150500.1.1"),
            "the rpm repository no longer has kubelet 1.37.9-150500.1.1 for amd64",
        ),
        (
            Repository(),
            change((*RPMS, "kubelet", "sha256"), "0" * 64),
            rf"the rpm repository has kubelet {RELEASE} for amd64 with sha256 \w+, but 0{{64}} is locked",
        ),
        (Repository(), change((*RPMS, "kubelet", "url"), "http://x/a.rpm"), "is not an address of an upstream"),
        (
            Repository(),
            lambda content: content["kubernetes"]["1.37"]["arch"]["amd64"].pop("rpms"),
            "the lock names the rpm repository of 1.37.2, but none of its packages; .*lock: write",
        ),
        (Repository(offered=OFFERED[1:]), same, f"no longer has kubelet {RELEASE} for amd64"),
        (
            Repository(offered=tuple(name for name in OFFERED if "cri-tools" not in name)),
            same,
            "no longer has cri-tools 1.37.0-150500.1.1 for amd64",
        ),
        (
            Repository(before=lambda text: text.replace('type="primary"', 'type="none"')),
            same,
            "names no primary index",
        ),
        (
            Repository(before=lambda text: text.replace("repodata/primary", "../primary")),
            same,
            "which is not below its repository",
        ),
        (
            Repository(before=lambda text: text.replace("repodata/primary", "other/primary")),
            same,
            "which is not in repodata",
        ),
        (
            Repository(before=lambda text: text.replace('"sha256"', '"md5"')),
            same,
            r"primary\.xml\.gz without a sha256",
        ),
        (Repository(before=lambda text: text.removesuffix(">")), same, r"repomd\.xml is not XML"),
        (Repository(primary=lambda text: text[:-5]), same, r"primary\.xml\.gz is not XML"),
        (
            Repository(primary=lambda text: text.replace("x86_64/kubelet", "../x86_64/kubelet")),
            same,
            "which is not below its repository",
        ),
        (
            Repository(primary=lambda text: text.replace('href="', 'xml:base="https://evil.example/" href="')),
            same,
            "which is not below its repository",
        ),
    ],
)
def test_a_faulty_repository_is_reported_in_one_line(tmp_path, tiny, upstream, made, edit, message):
    with pytest.raises(MirrorError, match=message) as caught:
        fetched(tmp_path, tiny, upstream(made), edit)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_another_key_is_not_trusted_for_being_offered(tmp_path, tiny, upstream, stranger):
    with pytest.raises(MirrorError, match=f"the signature is by {stranger.fingerprint}, which is not trusted"):
        fetched(tmp_path, tiny, upstream(Repository(), stranger))
    assert not (tmp_path / "out").exists()


def test_a_package_with_another_digit_is_not_kept(tmp_path, tiny, upstream):
    with pytest.raises(MirrorError, match=r"kubelet-\S+\.rpm has sha256 \w+, but \w+ was promised"):
        fetched(tmp_path, tiny, upstream(Repository()), faults=[(f"{FOLDER}/{KUBELET}", "flip")])
    assert list((tmp_path / "cache" / "mirror" / "fetched").glob("*.part")) == []


def test_the_newest_packages_beside_them_are_taken_as_by_dnf():
    packages = "".join(map(package_xml, OFFERED))
    rpms = read_primary(f'<metadata xmlns="http://linux.duke.edu/metadata/common">{packages}</metadata>'.encode(), "x")
    assert len(rpms) == len(OFFERED) - 1
    both = [*rpms, Package("kubernetes-cni", "1.11.0-1", ANY, "noarch/cni.rpm", "0")]
    found = chosen(both, "1.37.2", "amd64")
    assert [package.name for package in found] == ["kubelet", "kubeadm", "kubectl", "kubernetes-cni", "cri-tools"]
    assert {package.version for package in found[:3]} == {RELEASE}
    assert found[3].path == "noarch/cni.rpm"


def test_an_index_with_a_wrong_suffix(tmp_path, tiny, upstream):
    tree = upstream(Repository(packing="plain"))
    assert index_parts((tree / FOLDER / "repodata" / "repomd.xml").read_bytes(), "x").keys() == {"primary", "filelists"}
    for ending in ("gz", "zst"):
        (tmp_path / f"primary.xml.{ending}").write_text("<metadata/>")
        job = Job(Upstream(None), tmp_path, tmp_path, ("amd64",), quiet)
        with pytest.raises(MirrorError, match=rf"primary\.xml\.{ending} cannot be unpacked"):
            unpack(job, f"primary.xml.{ending}")
