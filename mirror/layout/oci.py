"""A read-only registry as plain files: `v2/NAME/manifests/REFERENCE` and `v2/NAME/blobs/DIGEST`.

A tag names an OCI index with one manifest for each architecture. The server derives the Content-Type from the
document's own `mediaType`. Times are fixed, so the same binaries give the same digests.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HOST = "registry.k8s.io"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
EPOCH = "1970-01-01T00:00:00Z"


PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Program:
    """The content of an image: a file at /NAME, which starts as `user`, and symbolic links to it beside it."""

    name: str
    binary: Path
    user: str = "65535:65535"
    links: tuple[str, ...] = ()
    # Emulated processors take minutes to unpack a large layer, so it can stay uncompressed.
    compressed: bool = True


def digest(content: bytes) -> str:
    """`sha256:` and hex."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def write_image(tree: Path, name: str, tag: str, programs: Mapping[str, Program]) -> str:
    """Writes NAME:TAG (`programs`: architecture -> program) and returns the index's digest."""
    root = tree / HOST / "v2" / name
    (root / "manifests").mkdir(parents=True, exist_ok=True)
    (root / "blobs").mkdir(exist_ok=True)
    entries = []
    for arch, program in sorted(programs.items()):
        manifest = _json(_manifest(root / "blobs", arch, program))
        (root / "manifests" / digest(manifest)).write_bytes(manifest)
        entries.append(_descriptor(MANIFEST, manifest) | {"platform": {"architecture": arch, "os": "linux"}})
    index = _json({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries})
    for reference in (tag, digest(index)):
        (root / "manifests" / reference).write_bytes(index)
    return digest(index)


def write_tags(tree: Path) -> None:
    """Writes the list of tags of every image, once all of them are in the tree."""
    for manifests in sorted((tree / HOST / "v2").rglob("manifests")):
        root = manifests.parent
        tags = sorted(path.name for path in manifests.iterdir() if not path.name.startswith("sha256:"))
        place = root / "tags" / "list"
        place.parent.mkdir(exist_ok=True)
        # Not into the existing file, which can be a hard link to another mirror's.
        place.unlink(missing_ok=True)
        place.write_bytes(_json({"name": str(root.relative_to(tree / HOST / "v2")), "tags": tags}))


def name_also(tree: Path, name: str, other: str) -> None:
    """Gives the image NAME another name, without a second copy."""
    root, place = (tree / HOST / "v2" / each for each in (name, other))
    for folder in ("manifests", "blobs"):
        shutil.copytree(root / folder, place / folder, copy_function=os.link)


def layer_tar(name: str, content: bytes, links: Sequence[str] = ()) -> bytes:
    """An uncompressed layer: an executable and links to it in its own folder, owned by root, with fixed times."""
    folder, _, base = name.rpartition("/")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for parent in [str(path) for path in reversed(Path(name).parents) if str(path) != "."]:
            info = tarfile.TarInfo(parent)
            info.mode, info.type = 0o755, tarfile.DIRTYPE
            archive.addfile(info)
        info = tarfile.TarInfo(name)
        info.mode, info.size = 0o755, len(content)
        archive.addfile(info, io.BytesIO(content))
        for link in links:
            info = tarfile.TarInfo(f"{folder}/{link}" if folder else link)
            info.mode, info.type, info.linkname = 0o777, tarfile.SYMTYPE, base
            archive.addfile(info)
    return buffer.getvalue()


def _manifest(blobs: Path, arch: str, program: Program) -> dict[str, object]:
    plain = layer_tar(program.name, program.binary.read_bytes(), program.links)
    layer = gzip.compress(plain, 4, mtime=0) if program.compressed else plain
    start: dict[str, object] = {"User": program.user, "Env": [PATH], "WorkingDir": "/"}
    if not program.links:
        start["Entrypoint"] = [f"/{program.name}"]
    config = _json(
        {
            "created": EPOCH,
            "architecture": arch,
            "os": "linux",
            "config": start,
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
        "layers": [_descriptor(f"{LAYER}+gzip" if program.compressed else LAYER, layer)],
    }


def _descriptor(media: str, content: bytes) -> dict[str, object]:
    return {"mediaType": media, "digest": digest(content), "size": len(content)}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
