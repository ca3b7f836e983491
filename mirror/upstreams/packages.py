"""pkgs.k8s.io: the unchanged index of its apt repositories, and the packages of one Kubernetes version."""

import gzip
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mirror.catalogue import upstream_key
from mirror.errors import MirrorError
from mirror.layout.kubernetes import minor_of
from mirror.upstreams.job import Job

FINGERPRINT = upstream_key("kubernetes")
EXACT = ("kubelet", "kubeadm", "kubectl")
NEWEST = ("kubernetes-cni", "cri-tools")
# The architecture of packages for all architectures.
ANY = "all"


@dataclass(frozen=True)
class Package:
    """A package of an apt or rpm index. `version` includes the revision; `path` is below the repository."""

    name: str
    version: str
    arch: str
    path: str
    digest: str


def fetch_packages(job: Job, wanted: str) -> str:
    """Fetches the packages of `wanted` (`1.37` for the newest patch, or `1.37.2`). Returns the exact version."""
    folder = f"pkgs.k8s.io/core:/stable:/v{minor_of(wanted)}/deb"
    packages = fetch_index(job, folder, [FINGERPRINT])
    version = newest_version(packages, wanted)
    fetch_chosen(job, folder, packages, version)
    return version


def fetch_chosen(job: Job, folder: str, packages: Sequence[Package], version: str) -> None:
    """Fetches the packages of `version` from the repository at `folder`, for all architectures of the job."""
    for package in dict.fromkeys(each for arch in job.arches for each in chosen(packages, version, arch)):
        job.fetch(f"{folder}/{package.path}", package.digest)


def fetch_index(job: Job, folder: str, fingerprints: Sequence[str]) -> list[Package]:
    """Fetches the repository's unchanged index with its signatures by one of those keys or another trusted one."""
    kept = {name: job.read(f"{folder}/{name}") for name in ("Release.key", "InRelease", "Release", "Release.gpg")}
    release = job.vouched(
        f"{folder}/InRelease", kept["InRelease"], None, kept["Release.key"], *signers(job, fingerprints)
    ).decode()
    for name, content in kept.items():
        job.keep(f"{folder}/{name}", content)
    digests = release_sums(release)
    present = [name for name in ("Packages", "Packages.gz") if name in digests]
    for name in present:
        job.fetch(f"{folder}/{name}", digests[name])
    if not present:
        raise MirrorError(
            f"{job.upstream.address(folder)}/InRelease does not list Packages; that is not an apt repository"
        )
    content = (job.tree / folder / present[0]).read_bytes()
    return parse_packages((content if present[0] == "Packages" else gzip.decompress(content)).decode())


def signers(job: Job, fingerprints: Sequence[str]) -> list[str]:
    """Those of the keys that may sign Kubernetes' repositories: Kubernetes' own, and other trusted ones."""
    return [each for each in fingerprints if each in (FINGERPRINT, *job.upstream.extra_trust)]


def release_sums(release: str) -> dict[str, str]:
    """Name -> sha256 of the files in a Release file."""
    section = re.search(r"^SHA256:\n((?: .*\n?)+)", release, re.MULTILINE)
    lines = section.group(1).splitlines() if section else []
    return {name.removeprefix("./"): digest for digest, _, name in (line.split() for line in lines)}


def parse_packages(text: str) -> list[Package]:
    """The paragraphs of a Packages file, without continuation lines."""
    paragraphs = [block for block in text.split("\n\n") if block.strip()]
    entries = [dict(re.findall(r"^([A-Za-z0-9-]+): ?(.*)$", block, re.MULTILINE)) for block in paragraphs]
    names = ("Package", "Version", "Architecture", "Filename", "SHA256")
    rows = [[entry.get(name, "") for name in names] for entry in entries]
    return [Package(name, version, arch, path.removeprefix("./"), digest) for name, version, arch, path, digest in rows]


def version_order(version: str) -> list[int]:
    """Sorts versions of the form 1.37.2-1.1."""
    return [int(number) for number in re.findall(r"\d+", version)]


def newest_version(packages: Iterable[Package], wanted: str) -> str:
    """The newest kubelet version (without revision) that is `wanted` or a patch of it."""
    offered = {package.version.partition("-")[0] for package in packages if package.name == "kubelet"}
    fitting = [version for version in offered if version == wanted or minor_of(version) == wanted]
    if not fitting:
        newest = max(offered, key=version_order, default="none")
        raise MirrorError(f"Kubernetes {wanted} is not in its package repository; the newest there is {newest}")
    return max(fitting, key=version_order)


def chosen(packages: Sequence[Package], version: str, arch: str) -> list[Package]:
    """Kubernetes' packages at `version` in the newest revision, and the newest of the packages beside them."""
    found = []
    for name in (*EXACT, *NEWEST):
        fitting = [
            package
            for package in packages
            if package.name == name
            and package.arch in (arch, ANY)
            and (name in NEWEST or package.version.partition("-")[0] == version)
        ]
        if not fitting:
            raise MirrorError(f"the repository of Kubernetes {version} has no {name} for {arch}")
        found.append(max(fitting, key=lambda package: version_order(package.version)))
    return found
