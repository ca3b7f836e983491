"""A read-only registry as plain files: `v2/NAME/manifests/REFERENCE` and `v2/NAME/blobs/DIGEST`.

A tag names an OCI index with one manifest for each architecture. The server derives the Content-Type from the
document's own `mediaType`. Times are fixed, so the same binaries give the same digests.
"""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HOST = "registry.k8s.io"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
EPOCH = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Program:
    """What an image runs: one file at /NAME, started with `arguments` as `user`."""

    name: str
    binary: Path
    arguments: tuple[str, ...] = ()
    user: str = "65535:65535"


def digest(content: bytes) -> str:
    """`sha256:` and hex."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def write_image(tree: Path, name: str, tag: str, programs: Mapping[str, Program]) -> str:
    """Writes NAME:TAG (`programs`: architecture -> program) and returns the index's digest."""
    root = tree / HOST / "v2" / name
    (root / "manifests").mkdir(parents=True, exist_ok=True)
    (root / "blobs").mkdir(exist_ok=True)
    (root / "tags").mkdir(exist_ok=True)
    entries = []
    for arch, program in sorted(programs.items()):
        manifest = _json(_manifest(root / "blobs", arch, program))
        (root / "manifests" / digest(manifest)).write_bytes(manifest)
        entries.append(_descriptor(MANIFEST, manifest) | {"platform": {"architecture": arch, "os": "linux"}})
    index = _json({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries})
    for reference in (tag, digest(index)):
        (root / "manifests" / reference).write_bytes(index)
    (root / "tags" / "list").write_bytes(_json({"name": name, "tags": [tag]}))
    return digest(index)


def layer_tar(files: Sequence[tuple[str, bytes]]) -> bytes:
    """An uncompressed layer of executables, owned by root, with fixed times."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.mode, info.size = 0o755, len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _manifest(blobs: Path, arch: str, program: Program) -> dict[str, object]:
    plain = layer_tar([(program.name, program.binary.read_bytes())])
    layer = gzip.compress(plain, 4, mtime=0)
    config = _json(
        {
            "created": EPOCH,
            "architecture": arch,
            "os": "linux",
            "config": {"User": program.user, "Entrypoint": [f"/{program.name}", *program.arguments], "WorkingDir": "/"},
            "rootfs": {"type": "layers", "diff_ids": [digest(plain)]},
            "history": [{"created": EPOCH, "created_by": f"COPY {program.name} /"}],
        }
    )
    for content in (layer, config):
        (blobs / digest(content)).write_bytes(content)
    return {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _descriptor(CONFIG, config),
        "layers": [_descriptor(LAYER, layer)],
    }


def _descriptor(media: str, content: bytes) -> dict[str, object]:
    return {"mediaType": media, "digest": digest(content), "size": len(content)}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
