"""A whole mirror of tiny parts, made by the code that makes the real one, and servers for it."""

import os
import subprocess
import threading
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from mirror import fetch, python_packages
from mirror.assemble import assemble
from mirror.cache import content_key, part
from mirror.layout import artifacts, aws, debs, github, hashicorp, kubernetes, oci, pypi
from mirror.parts import AWS_CLI
from mirror.server import MirrorServer
from mirror.sign import make_key
from mirror.targets import target

PAUSE = "3.10.2"


def quiet(_line):
    """Prints nothing."""


def version(name):
    """The version that the mirror pins."""
    return target(name).version


def program(path, text="hello"):
    """An executable that prints `text`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {text}\n")
    path.chmod(0o755)
    return path


def wheel(directory, name="tiny_tool", number="1.0"):
    """A wheel that pip accepts."""
    path = directory / f"{name}-{number}-py3-none-any.whl"
    info = f"{name}-{number}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def write_tiny(tree, scratch, key):
    """Every layout of the real mirror, with programs of a few bytes."""
    packer, plugin = version("packer"), version("packer-plugin-amazon")
    binary = program(scratch / "packer" / "packer")
    hashicorp.write_release(tree, "packer", packer, {"amd64": {"packer": binary}}, key)
    inner = f"packer-plugin-amazon_v{plugin}_x5.0_linux_amd64"
    hashicorp.write_release(tree, "packer-plugin-amazon", plugin, {"amd64": {inner: binary}}, key)
    hashicorp.write_key(tree, key)
    for name in ("kubelet", "kubeadm", "kubectl"):
        program(scratch / "kubernetes" / name, name)
    control_plane = "kube-scheduler"
    program(scratch / "kubernetes" / "kubeadm", f"registry.k8s.io/{control_plane}:v{version('kubernetes')}")
    program(scratch / "test" / "e2e_node.test", "registry.k8s.io/e2e-test-images/busybox:1")
    program(scratch / "test" / "ginkgo")
    for name in ("bridge", "loopback"):
        program(scratch / "cni" / name, name)
    program(scratch / "runc" / "runc")
    program(scratch / "containerd" / "containerd")
    program(scratch / "pause" / "pause")
    program(scratch / "ecr" / "ecr-credential-provider")
    built, plugins = {"amd64": scratch / "kubernetes"}, {"amd64": scratch / "cni"}
    kubernetes.write_downloads(tree, version("kubernetes"), built)
    kubernetes.write_stable(tree, version("kubernetes"))
    kubernetes.write_packages(tree, version("kubernetes"), version("cni-plugins"), built, plugins, key)
    github.write_crictl(tree, "1.37.0", ["amd64"], debs.CRICTL)
    kubernetes.write_tests(tree, version("kubernetes"), {"amd64": scratch / "test"})
    github.write_containerd(tree, version("containerd"), {"amd64": scratch / "containerd"})
    github.write_runc(tree, version("runc"), {"amd64": scratch / "runc"})
    github.write_cni_plugins(tree, version("cni-plugins"), plugins)
    aws.write_stand_in(tree, AWS_CLI, ["amd64"], key)
    artifacts.write_ecr_credential_provider(tree, version("ecr-credential-provider"), {"amd64": scratch / "ecr"})
    oci.write_image(tree, "pause", PAUSE, {"amd64": oci.Program("pause", scratch / "pause" / "pause")})
    tools = oci.Program("bin/busybox", scratch / "pause" / "pause", "", ("sh",), compressed=False)
    oci.write_image(tree, control_plane, f"v{version('kubernetes')}", {"amd64": tools})
    oci.write_image(tree, "e2e-test-images/busybox", "1", {"amd64": tools})
    downloads = scratch / "downloads"
    downloads.mkdir()
    wheel(downloads)
    pypi.write_simple(tree, downloads)


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    """A signing key that the tests trust."""
    return make_key(tmp_path_factory.mktemp("signing") / "key")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory):
    """An untrusted key."""
    return make_key(tmp_path_factory.mktemp("stranger") / "key")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory, key):
    """The directory of a finished tiny mirror (`tree/` and the trust file). Tests must not change it."""
    cache, scratch = tmp_path_factory.mktemp("cache"), tmp_path_factory.mktemp("scratch")
    made = part(cache, "tiny", content_key(1), lambda work: write_tiny(work / "tree", scratch, key), quiet)
    return assemble(cache, [made], key, quiet)


@pytest.fixture
def hermetic(monkeypatch, tmp_path):
    """The tiny wheel is all that is required; no proxy, no pause between tries."""
    (tmp_path / "requirements.txt").write_text("tiny-tool==1.0\n")
    monkeypatch.setattr(python_packages, "REQUIREMENTS", tmp_path / "requirements.txt")
    monkeypatch.setattr(fetch, "PAUSE", 0.01)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@contextmanager
def running(server):
    """Serves in a thread until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def url(tiny):
    """The tiny mirror, served."""
    with running(MirrorServer(tiny / "tree")) as address:
        yield address


def run(*argv, **options):
    """A command with a time limit; returns the finished process."""
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, **options)


def no_proxy():
    """The environment without proxies and without the caller's pip settings."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return {name: value for name, value in kept.items() if not name.startswith("PIP_")} | {
        "PIP_CONFIG_FILE": "/dev/null"
    }


ROOT = Path(__file__).resolve().parent.parent.parent
