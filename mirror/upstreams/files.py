"""dl.k8s.io, github.com and artifacts.k8s.io: plain files with a sum beside each (catalog/downloads.json)."""

from mirror.catalogue import addresses
from mirror.errors import Absent
from mirror.layout.kubernetes import minor_of
from mirror.upstreams.job import Job


def fetch_file(job: Job, part: str, version: str) -> None:
    """A part of catalog/downloads.json, for each architecture."""
    for arch in job.arches:
        job.fetch_summed(*addresses(part, version, arch))


def fetch_downloads(job: Job, version: str) -> None:
    """The plain Kubernetes binaries, and the markers of the newest versions."""
    for name in ("kubeadm", "kubectl", "kubelet"):
        fetch_file(job, name, version)
    for marker in ("stable.txt", f"stable-{minor_of(version)}.txt"):
        job.keep(f"dl.k8s.io/release/{marker}", f"v{version}".encode())


def fetch_ecr_credential_provider(job: Job, version: str) -> None:
    """The ECR credential provider. Skipped without a sum beside it; the action then leaves it out of images, too."""
    for arch in job.arches:
        try:
            job.fetch_summed(*addresses("ecrCredentialProvider", version, arch))
        except Absent as absent:
            job.say(f"the ECR credential provider is left out: {absent}")
