"""pkgs.k8s.io's rpm repositories: the signed index as it is, and the packages of one Kubernetes version."""

import gzip
import re
import subprocess
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Mapping, Sequence

from mirror.errors import Absent, MirrorError
from mirror.layout.kubernetes import minor_of
from mirror.needs import demand
from mirror.upstreams.job import Job
from mirror.upstreams.packages import ANY, FINGERPRINT, Package, fetch_chosen, signers

# rpm's names of architectures -> ours.
ARCHES = {"x86_64": "amd64", "aarch64": "arm64", "noarch": ANY}
# Parts of an index that dnf reads at every installation. It never reads `other` (change logs).
READ_BY_DNF = ("primary", "filelists", "group", "modules", "updateinfo")
REPOMD = "repodata/repomd.xml"
# `xmlns` of repomd.xml and of primary.xml (createrepo_c).
REPO, COMMON = "{http://linux.duke.edu/metadata/repo}", "{http://linux.duke.edu/metadata/common}"


def fetch_rpms(job: Job, version: str) -> None:
    """Fetches what dnf needs to install `version` (`1.37.2`). Skips a repository that a base mirror lacks."""
    folder = f"pkgs.k8s.io/core:/stable:/v{minor_of(version)}/rpm"
    try:
        packages = fetch_rpm_index(job, folder, [FINGERPRINT])
    except Absent as absent:
        if job.upstream.base is None:
            raise
        job.say(f"the rpm packages of Kubernetes {version} are left out: {absent}")
        return
    fetch_chosen(job, folder, packages, version)


def fetch_rpm_index(job: Job, folder: str, fingerprints: Sequence[str]) -> list[Package]:
    """Fetches the unchanged index with its signature, which must be by a trusted one of those keys."""
    kept = {name: job.read(f"{folder}/{name}") for name in (REPOMD, f"{REPOMD}.asc", f"{REPOMD}.key")}
    signature, key = kept[f"{REPOMD}.asc"], kept[f"{REPOMD}.key"]
    job.vouched(f"{folder}/{REPOMD}", kept[REPOMD], signature, key, *signers(job, fingerprints))
    address = job.upstream.address(f"{folder}/{REPOMD}")
    parts = index_parts(kept[REPOMD], address)
    if "primary" not in parts:
        raise MirrorError(f"{address} names no primary index; that is no rpm repository")
    for name, content in kept.items():
        job.keep(f"{folder}/{name}", content)
    for path, digest in parts.values():
        job.fetch(f"{folder}/{path}", digest)
    path = parts["primary"][0]
    return read_primary(unpack(job, f"{folder}/{path}"), job.upstream.address(f"{folder}/{path}"))


def index_parts(repomd: bytes, address: str) -> dict[str, tuple[str, str]]:
    """Path and sha256 of the parts that a `repomd.xml` names and dnf reads, by their type."""
    parts = {}
    for data in parsed(repomd, address).iter(f"{REPO}data"):
        if data.get("type") in READ_BY_DNF:
            found = located(data, REPO, address)
            if not found[0].startswith("repodata/"):
                raise MirrorError(f"{address} names {found[0]}, which is not in repodata; do not use it")
            parts[str(data.get("type"))] = found
    return parts


def read_primary(content: bytes, address: str) -> list[Package]:
    """The packages of a `primary.xml`, without source packages."""
    rpms = []
    for package in parsed(content, address).iter(f"{COMMON}package"):
        arch = package.findtext(f"{COMMON}arch", "")
        version = package.find(f"{COMMON}version")
        if package.get("type") == "rpm" and arch != "src" and version is not None:
            path, digest = located(package, COMMON, address)
            number = f"{version.get('ver')}-{version.get('rel')}"
            name = package.findtext(f"{COMMON}name", "")
            rpms.append(Package(name, number, ARCHES.get(arch, arch), path, digest))
    return rpms


def located(node: ElementTree.Element, space: str, address: str) -> tuple[str, str]:
    """Path and sha256 of the file that `node` names. Rejects paths outside the repository, even if signed."""
    place, digest = node.find(f"{space}location"), node.find(f"{space}checksum")
    attributes: Mapping[str, str] = {} if place is None else place.attrib
    path = attributes.get("href", "")
    if not path or any(part in ("", ".", "..") for part in path.split("/")) or len(attributes) > 1:
        raise MirrorError(f"{address} names {path or 'no file'}, which is not below its repository; do not use it")
    value = "" if digest is None or digest.get("type") != "sha256" else (digest.text or "").strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise MirrorError(f"{address} names {path} without a sha256; do not use it")
    return path, value


def parsed(content: bytes, address: str) -> ElementTree.Element:
    """Parses an index. It is signed, so its XML is as trustworthy as its signer."""
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError:
        raise MirrorError(f"{address} is not XML; report it to whoever keeps the repository") from None


def unpack(job: Job, path: str) -> bytes:
    """The content of a fetched index, unpacked by its suffix."""
    place = job.tree / path
    try:
        if place.suffix == ".gz":
            return gzip.decompress(place.read_bytes())
        if place.suffix == ".zst":
            demand("zstd")
            argv = ["zstd", "--decompress", "--stdout", "--quiet", str(place)]
            return subprocess.run(argv, capture_output=True, timeout=60, check=True).stdout
    except (OSError, EOFError, zlib.error, subprocess.SubprocessError):
        address = job.upstream.address(path)
        raise MirrorError(f"{address} cannot be unpacked; report it to whoever keeps the repository") from None
    return place.read_bytes()
