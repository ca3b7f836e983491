"""dl.k8s.io, github.com and artifacts.k8s.io: plain files with a sum beside each."""

from mirror.errors import Absent
from mirror.layout.artifacts import FOLDER
from mirror.layout.kubernetes import minor_of
from mirror.upstreams.job import Job

GITHUB = "github.com/{}/releases/download/v{}"


def fetch_downloads(job: Job, version: str) -> None:
    """The plain Kubernetes binaries; their `.sha256` is the bare digest."""
    for arch in job.arches:
        for name in ("kubeadm", "kubectl", "kubelet"):
            path = f"dl.k8s.io/release/v{version}/bin/linux/{arch}/{name}"
            digest = job.read(f"{path}.sha256")
            job.keep(f"{path}.sha256", digest)
            job.fetch(path, digest.decode().strip())
    for marker in ("stable.txt", f"stable-{minor_of(version)}.txt"):
        job.keep(f"dl.k8s.io/release/{marker}", f"v{version}".encode())


def fetch_crictl(job: Job, version: str) -> None:
    """cri-tools' archives of crictl."""
    for arch in job.arches:
        name = f"crictl-v{version}-linux-{arch}.tar.gz"
        job.fetch_summed(GITHUB.format("kubernetes-sigs/cri-tools", version), name, f"{name}.sha256")


def fetch_ecr_credential_provider(job: Job, version: str) -> None:
    """The ECR credential provider; without a sum beside it, it is left out, as the action leaves it out of images."""
    for arch in job.arches:
        name = f"ecr-credential-provider-linux-{arch}"
        try:
            job.fetch_summed(FOLDER.format(version, arch), name, f"{name}.sha256")
        except Absent as absent:
            job.say(f"the ECR credential provider is left out: {absent}")


def fetch_containerd(job: Job, version: str) -> None:
    """containerd's archives."""
    for arch in job.arches:
        name = f"containerd-{version}-linux-{arch}.tar.gz"
        job.fetch_summed(GITHUB.format("containerd/containerd", version), name, f"{name}.sha256sum")


def fetch_runc(job: Job, version: str) -> None:
    """runc's binaries; one file of sums for all of them."""
    for arch in job.arches:
        job.fetch_summed(GITHUB.format("opencontainers/runc", version), f"runc.{arch}", "runc.sha256sum")


def fetch_cni_plugins(job: Job, version: str) -> None:
    """The archives of the CNI plugins."""
    for arch in job.arches:
        name = f"cni-plugins-linux-{arch}-v{version}.tgz"
        job.fetch_summed(GITHUB.format("containernetworking/plugins", version), name, f"{name}.sha256")
