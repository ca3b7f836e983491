"""The mirror that script/mirror really built from source, through the programs that use it.

If the cache has none, the build takes minutes; script/test builds it beforehand.
"""

import json
import os
import re
import subprocess
import zipfile

import pytest

from mirror.cache import cache_directory
from mirror.cross import host_arch
from mirror.layout import github
from mirror.minors import CONTROL_PLANE, NEWEST
from mirror.server import MirrorServer
from mirror.sign import read_key
from mirror.tests.conftest import ROOT, run, running, version
from mirror.tests.test_layouts import DEBS, apt

KUBERNETES = version("kubernetes")
ARCH = host_arch()
LEVEL = "conformance" if os.environ.get("K8S_IMAGE_TEST_ALL") else "node"
COMMAND = (ROOT / "script" / "mirror", "--from", "source", "--for", LEVEL)


@pytest.fixture(scope="module")
def tree():
    """The mirror's directory, as the command prints it."""
    done = subprocess.run(COMMAND, stdout=subprocess.PIPE, text=True, timeout=3000, check=True)
    (line,) = done.stdout.splitlines()
    return type(ROOT)(line)


def test_it_holds_what_a_build_requests(tree):
    packer, plugin, containerd, runc, cni = (
        version(name) for name in ("packer", "packer-plugin-amazon", "containerd", "runc", "cni-plugins")
    )
    releases = "releases.hashicorp.com"
    expected = [
        f"{releases}/packer/{packer}/packer_{packer}_linux_{ARCH}.zip",
        f"{releases}/packer/{packer}/packer_{packer}_SHA256SUMS.sig",
        f"{releases}/packer-plugin-amazon/{plugin}/packer-plugin-amazon_{plugin}_linux_{ARCH}.zip",
        f"{releases}/packer-plugin-amazon/index.json",
        "www.hashicorp.com/.well-known/pgp-key.txt",
        *(
            f"{DEBS}/{name}"
            for name in ("InRelease", "Release", "Release.gpg", "Release.key", "Packages", "Packages.gz")
        ),
        f"dl.k8s.io/release/v{KUBERNETES}/bin/linux/{ARCH}/kubeadm.sha256",
        "dl.k8s.io/release/stable-1.37.txt",
        f"github.com/containerd/containerd/releases/download/v{containerd}/containerd-{containerd}-linux-{ARCH}.tar.gz",
        f"github.com/opencontainers/runc/releases/download/v{runc}/runc.sha256sum",
        f"github.com/containernetworking/plugins/releases/download/v{cni}/cni-plugins-linux-{ARCH}-v{cni}.tgz.sha256",
        f"artifacts.k8s.io/binaries/cloud-provider-aws/v{version('ecr-credential-provider')}/linux/{ARCH}"
        f"/ecr-credential-provider-linux-{ARCH}.sha256",
        "registry.k8s.io/v2/pause/manifests/3.10.2",
        "pypi.org/simple/ansible-core/index.html",
        "SHA256SUMS",
        "SHA256SUMS.sig",
    ]
    above_node = [
        *(f"registry.k8s.io/v2/{name}/manifests/v{KUBERNETES}" for name in CONTROL_PLANE),
        f"registry.k8s.io/v2/etcd/manifests/{version('etcd')}-{NEWEST.etcd_revision}",
        f"registry.k8s.io/v2/e2e-test-images/agnhost/manifests/{NEWEST.agnhost}",
        f"registry.k8s.io/v2/e2e-test-images/busybox/manifests/{NEWEST.busybox}",
        f"dl.k8s.io/release/v{KUBERNETES}/kubernetes-test-linux-{ARCH}.tar.gz.sha256",
    ]
    expected += above_node if LEVEL == "conformance" else []
    assert [name for name in expected if not (tree / name).is_file()] == []


def test_a_second_run_uses_it_again(tree):
    done = run(*COMMAND)
    assert done.stdout == f"{tree}\n"
    assert not re.search(r"packing|compil|fetching|putting", done.stderr)
    packer = run(ROOT / "script" / "mirror", "--from", "source", "--print", "packer").stdout.strip()
    assert "Packer v" in run(packer, "version").stdout


def test_packer_and_its_plugin_print_their_versions(tree, tmp_path):
    for product, arguments, output in (
        ("packer", ["version"], f"Packer v{version('packer')}\n"),
        ("packer-plugin-amazon", ["describe"], f'"version":"{version("packer-plugin-amazon")}"'),
    ):
        number = version(product)
        archive = tree / "releases.hashicorp.com" / product / number / f"{product}_{number}_linux_{ARCH}.zip"
        with zipfile.ZipFile(archive) as opened:
            (name,) = opened.namelist()
            opened.extract(name, tmp_path)
        (tmp_path / name).chmod(0o755)
        assert output in run(tmp_path / name, *arguments, env={"HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}).stdout


def test_apt_would_install_a_node(tree, tmp_path):
    key = read_key(cache_directory() / "mirror" / "key")
    with running(MirrorServer(tree)) as url:
        assert apt(tmp_path, url, key.public, "update", arch=ARCH).returncode == 0
        done = apt(
            tmp_path, url, key.public, "download", f"kubelet={KUBERNETES}-*", "kubernetes-cni", "cri-tools", arch=ARCH
        )
    assert done.returncode == 0, done.stderr
    (deb,) = tmp_path.glob("kubelet_*.deb")
    assert run("dpkg-deb", "--extract", deb, tmp_path / "root").returncode == 0
    assert run(tmp_path / "root" / "usr" / "bin" / "kubelet", "--version").stdout == f"Kubernetes v{KUBERNETES}\n"


def test_the_binaries_need_no_library(tree):
    binaries = [
        tree / "dl.k8s.io" / "release" / f"v{KUBERNETES}" / "bin" / "linux" / ARCH / "kubelet",
        github.release_folder(tree, "opencontainers/runc", version("runc")) / f"runc.{ARCH}",
    ]
    for binary in binaries:
        header = subprocess.run(["readelf", "--program-headers", binary], capture_output=True, text=True, check=True)
        assert "INTERP" not in header.stdout


def test_the_pause_image_fits_together(tree):
    root = tree / "registry.k8s.io" / "v2" / "pause"
    index = json.loads((root / "manifests" / "3.10.2").read_text())
    (entry,) = index["manifests"]
    manifest = json.loads((root / "manifests" / entry["digest"]).read_text())
    for blob in (manifest["config"], *manifest["layers"]):
        digest = run("sha256sum", root / "blobs" / blob["digest"]).stdout.split()[0]
        assert f"sha256:{digest}" == blob["digest"]
