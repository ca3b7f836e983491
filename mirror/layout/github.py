"""github.com: release files of containerd, runc and the CNI plugins, with the sums that stand beside them."""

import gzip
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from mirror.sums import sha256


def release_folder(tree: Path, repository: str, version: str) -> Path:
    """The directory of a release's files. Makes it if it is missing."""
    folder = tree / "github.com" / repository / "releases" / "download" / f"v{version}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_containerd(tree: Path, version: str, binaries: Mapping[str, Path]) -> None:
    """`binaries`: architecture -> directory."""
    folder = release_folder(tree, "containerd/containerd", version)
    for arch, directory in binaries.items():
        path = folder / f"containerd-{version}-linux-{arch}.tar.gz"
        write_tar(path, {f"bin/{file.name}": file for file in executables(directory)}, ["bin"])
        _sum_beside(path, f"{path.name}.sha256sum")


def write_runc(tree: Path, version: str, binaries: Mapping[str, Path]) -> None:
    """`binaries`: architecture -> directory. runc has one file of sums for all architectures."""
    folder = release_folder(tree, "opencontainers/runc", version)
    lines = []
    for arch, directory in sorted(binaries.items()):
        path = folder / f"runc.{arch}"
        shutil.copyfile(directory / "runc", path)
        lines.append(f"{sha256(path)} *{path.name}\n")
    (folder / "runc.sha256sum").write_text("".join(lines))


def write_cni_plugins(tree: Path, version: str, binaries: Mapping[str, Path]) -> None:
    """`binaries`: architecture -> directory."""
    folder = release_folder(tree, "containernetworking/plugins", version)
    for arch, directory in binaries.items():
        path = folder / f"cni-plugins-linux-{arch}-v{version}.tgz"
        write_tar(path, {f"./{file.name}": file for file in executables(directory)}, ["./"])
        _sum_beside(path, f"{path.name}.sha256")


def write_crictl(tree: Path, version: str, arches: Iterable[str], program: str) -> None:
    """cri-tools' archive of crictl; `program` is its text."""
    folder = release_folder(tree, "kubernetes-sigs/cri-tools", version)
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "crictl")
        file.write_text(program)
        for arch in arches:
            path = folder / f"crictl-v{version}-linux-{arch}.tar.gz"
            write_tar(path, {"crictl": file})
            _sum_beside(path, f"{path.name}.sha256")


def executables(directory: Path) -> list[Path]:
    """The binaries of a part's directory, without its sums."""
    return sorted(path for path in directory.iterdir() if path.name != "SHA256SUMS")


def write_tar(path: Path, members: Mapping[str, Path], folders: Iterable[str] = ()) -> None:
    """A gzipped tar of executables owned by root, with fixed times: the same files give the same bytes."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", 4, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for folder in folders:
            info = tarfile.TarInfo(folder)
            info.type, info.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(info)
        for name, source in sorted(members.items()):
            info = tarfile.TarInfo(name)
            info.mode, info.size = 0o755, source.stat().st_size
            with source.open("rb") as handle:
                archive.addfile(info, handle)


def _sum_beside(path: Path, name: str) -> None:
    path.with_name(name).write_text(f"{sha256(path)}  {path.name}\n")
