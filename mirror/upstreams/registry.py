"""registry.k8s.io: an image's index, manifests and blobs, each by its digest."""

import hashlib
import json
from typing import Any

from mirror.errors import MirrorError
from mirror.layout.oci import HOST, INDEX, MANIFEST, digest
from mirror.upstreams.job import Job

ACCEPT = ", ".join(
    (
        INDEX,
        MANIFEST,
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


def fetch_image(job: Job, name: str, tag: str) -> None:
    """Fetches a tag for the job's architectures. TLS or a base mirror's sums protect the tag's digest."""
    _keep_image(job, name, tag, job.read(f"{HOST}/v2/{name}/manifests/{tag}", ACCEPT))


def fetch_digest(job: Job, name: str, tag: str, known: str) -> None:
    """Fetches an image by its digest and stores it under the tag, wherever upstream's tag points now."""
    path = f"{HOST}/v2/{name}/manifests/{known}"
    index = job.read(path, ACCEPT)
    if digest(index) != known:
        raise MirrorError(f"{job.upstream.address(path)} has the digest {digest(index)}, not {known}; do not use it")
    _keep_image(job, name, tag, index)


def _keep_image(job: Job, name: str, tag: str, index: bytes) -> None:
    root = f"{HOST}/v2/{name}"
    job.keep(f"{root}/manifests/{tag}", index)
    job.keep(f"{root}/manifests/{digest(index)}", index)
    for arch in job.arches:
        manifest = _manifest(job, root, entry_for(json.loads(index), arch, f"{name}:{tag}"))
        for blob in (manifest["config"], *manifest["layers"]):
            reference = blob["digest"]
            if not (job.tree / root / "blobs" / reference).exists():
                job.fetch(f"{root}/blobs/{reference}", reference.removeprefix("sha256:"))


def entry_for(index: dict[str, Any], arch: str, image: str) -> str:
    """The digest of an architecture's manifest."""
    for entry in index.get("manifests", []):
        platform = entry.get("platform", {})
        if platform.get("os") == "linux" and platform.get("architecture") == arch:
            return str(entry["digest"])
    raise MirrorError(f"{image} has no manifest for linux/{arch}")


def _manifest(job: Job, root: str, reference: str) -> dict[str, Any]:
    content = job.read(f"{root}/manifests/{reference}", ACCEPT)
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != reference:
        raise MirrorError(f"{root}/manifests/{reference} is not what its digest names; do not use it")
    job.keep(f"{root}/manifests/{reference}", content)
    manifest: dict[str, Any] = json.loads(content)
    return manifest
