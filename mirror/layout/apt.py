"""A flat apt repository as pkgs.k8s.io has one: Packages, Release, its signatures, and the key beside them."""

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from mirror.sign import Key, sign_clear, sign_detached


def repository_folder(tree: Path, minor: str) -> Path:
    """Below `tree`: pkgs.k8s.io/core:/stable:/v1.37/deb."""
    return tree / "pkgs.k8s.io" / "core:" / "stable:" / f"v{minor}" / "deb"


def packages_text(paragraphs: Sequence[Mapping[str, str]]) -> str:
    """The Packages file: paragraphs sorted by package, version and architecture, so that it is stable."""
    order = sorted(paragraphs, key=lambda entry: (entry["Package"], entry["Version"], entry["Architecture"]))
    return "\n".join("".join(f"{name}: {value}\n" for name, value in entry.items()) for entry in order)


def release_text(minor: str, arches: Sequence[str], indexes: Mapping[str, bytes], when: datetime) -> str:
    """The Release file over `indexes` (name -> content). It has no Valid-Until, as upstream's has none."""
    origin = f"obs://build.opensuse.org/isv:kubernetes:core:stable:v{minor}/deb"
    head = {
        "Origin": origin,
        "Label": f"isv:kubernetes:core:stable:v{minor}",
        "Archive": "deb",
        "Suite": "deb",
        "Codename": "deb",
        "Date": format_datetime(when.astimezone(UTC), usegmt=True),
        "Architectures": " ".join(sorted(arches)),
        "Description": "Kubernetes packages, built from source by k8s-image-action's mirror",
    }
    lines = [f"{name}: {value}\n" for name, value in head.items()]
    lines.append("SHA256:\n")
    lines += [f" {hashlib.sha256(body).hexdigest()} {len(body)} {name}\n" for name, body in sorted(indexes.items())]
    return "".join(lines)


def write_repository(folder: Path, minor: str, paragraphs: Sequence[Mapping[str, str]], key: Key) -> None:
    """Writes indexes and signatures for the debs in `folder`."""
    plain = packages_text(paragraphs).encode()
    indexes = {"Packages": plain, "Packages.gz": gzip.compress(plain, mtime=0)}
    arches = sorted({entry["Architecture"] for entry in paragraphs})
    release = release_text(minor, arches, indexes, datetime.now(UTC)).encode()
    for name, body in {**indexes, "Release": release, "Release.key": key.public.encode()}.items():
        (folder / name).write_bytes(body)
    (folder / "Release.gpg").write_bytes(sign_detached(key, folder / "Release", armor=True)[0])
    (folder / "InRelease").write_bytes(sign_clear(key, release))
