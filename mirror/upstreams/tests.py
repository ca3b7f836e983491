"""Files for tests of images: the control plane's images, and the release's own tests with their images."""

import re
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mirror.cross import host_arch
from mirror.errors import MirrorError
from mirror.layout.kubernetes import tests_archive
from mirror.layout.oci import HOST
from mirror.progress import run
from mirror.upstreams.job import Job
from mirror.upstreams.registry import fetch_image

SUITE = "kubernetes/test/bin/e2e_node.test"
SUITE_IMAGES = "e2e-test-images/"


def images_in(text: str, prefix: str = "") -> list[tuple[str, str]]:
    """Name and tag of every image of registry.k8s.io that a program lists, one per line."""
    pattern = rf"^\s*{re.escape(HOST)}/({re.escape(prefix)}[a-z0-9/._-]+):([\w][\w.-]*)\s*$"
    return list(dict.fromkeys((found[1], found[2]) for found in re.finditer(pattern, text, re.MULTILINE)))


def fetch_control_plane(job: Job, version: str) -> None:
    """Fetches the images that this version's kubeadm lists for a cluster. kubeadm must be in the mirror."""
    binary = job.tree / f"dl.k8s.io/release/v{version}/bin/linux/{host_arch()}/kubeadm"
    demand_own(job)
    listing = output_of(binary, "config", "images", "list", f"--kubernetes-version=v{version}")
    fetch_images(job, [image for image in images_in(listing) if image[0] != "pause"])


def fetch_suite(job: Job, version: str) -> None:
    """Fetches the archive of the release's tests, and the images that its suite of node tests lists."""
    demand_own(job)
    folder = f"dl.k8s.io/release/v{version}"
    for arch in job.arches:
        path = f"{folder}/{tests_archive(arch)}"
        digest = job.read(f"{path}.sha256")
        job.keep(f"{path}.sha256", digest)
        job.fetch(path, digest.decode().strip())
    with (
        tempfile.TemporaryDirectory(dir=job.store) as scratch,
        tarfile.open(job.tree / folder / tests_archive(host_arch())) as archive,
    ):
        try:
            archive.extract(SUITE, scratch, filter="data")
        except KeyError:
            raise MirrorError(f"{folder}/{tests_archive(host_arch())} holds no {SUITE}") from None
        listing = output_of(Path(scratch, SUITE), "--list-images")
    fetch_images(job, images_in(listing, SUITE_IMAGES))


def demand_own(job: Job) -> None:
    """Raises if no fetched program runs on this machine: the programs themselves list their images."""
    if host_arch() not in job.arches:
        raise MirrorError(f"which images tests take, the release's programs say: fetch for --arch {host_arch()}, too")


def output_of(binary: Path, *arguments: str) -> str:
    """The output of a fetched program. Runs a copy, since fetched files are not executable."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / binary.name
        shutil.copyfile(binary, copy)
        copy.chmod(0o755)
        return run([copy, *arguments], limit=120).decode()


def fetch_images(job: Job, images: Sequence[tuple[str, str]]) -> None:
    """Fetches the images. Reports and skips those that a base mirror lacks."""
    for name, tag in images:
        path = f"{HOST}/v2/{name}/manifests/{tag}"
        if job.upstream.sums is not None and path not in job.upstream.sums:
            job.say(f"{job.upstream.base} has no {HOST}/{name}:{tag}; it is left out")
            continue
        fetch_image(job, name, tag)
