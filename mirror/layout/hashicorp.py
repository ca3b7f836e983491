"""releases.hashicorp.com: a zip for each architecture, SHA256SUMS over them, detached signatures, and index.json."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from mirror.sign import Key, sign_detached
from mirror.sums import sha256

HOST = "releases.hashicorp.com"
KEY_PATH = "www.hashicorp.com/.well-known/pgp-key.txt"


def write_release(tree: Path, product: str, version: str, zips: Mapping[str, Mapping[str, Path]], key: Key) -> None:
    """`zips` is architecture -> name inside the zip -> file."""
    folder = tree / HOST / product / version
    folder.mkdir(parents=True)
    builds = []
    for arch, members in sorted(zips.items()):
        name = f"{product}_{version}_linux_{arch}.zip"
        write_zip(folder / name, members)
        builds.append({"name": product, "version": version, "os": "linux", "arch": arch, "filename": name})
    sums = folder / f"{product}_{version}_SHA256SUMS"
    sums.write_text("".join(f"{sha256(folder / build['filename'])}  {build['filename']}\n" for build in builds))
    signature = sign_detached(key, sums)[0]
    # Upstream offers the signature with and without the last eight digits of the key's fingerprint in its name.
    for name in (f"{sums.name}.sig", f"{sums.name}.{key.fingerprint[-8:]}.sig"):
        (folder / name).write_bytes(signature)
    description = {
        "name": product,
        "version": version,
        "shasums": sums.name,
        "shasums_signature": f"{sums.name}.sig",
        "builds": [build | {"url": f"https://{HOST}/{product}/{version}/{build['filename']}"} for build in builds],
    }
    _write_json(folder / "index.json", description)
    _write_json(tree / HOST / product / "index.json", {"name": product, "versions": {version: description}})


def write_zip(path: Path, members: Mapping[str, Path]) -> None:
    """A zip with fixed times and mode 0755, so that the same binaries give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, source in sorted(members.items()):
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o100755 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, source.read_bytes())


def write_key(tree: Path, key: Key) -> None:
    """The public key where HashiCorp has theirs."""
    path = tree / KEY_PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(key.public)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")
