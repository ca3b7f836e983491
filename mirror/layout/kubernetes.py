"""dl.k8s.io (binaries, tests, version markers) and pkgs.k8s.io (Debian packages) of the same Kubernetes builds."""

import gzip
import io
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path

from mirror.layout import apt, debs
from mirror.layout.github import executables
from mirror.sign import Key
from mirror.sums import sha256

# The revision that the build service gives a package's first build.
REVISION = "1.1"


def minor_of(version: str) -> str:
    """1.37.2 -> 1.37"""
    return ".".join(version.split(".")[:2])


def write_downloads(tree: Path, version: str, binaries: Mapping[str, Path]) -> None:
    """`binaries`: architecture -> directory. A `.sha256` of dl.k8s.io is the bare digest."""
    for arch, directory in binaries.items():
        folder = tree / "dl.k8s.io" / "release" / f"v{version}" / "bin" / "linux" / arch
        folder.mkdir(parents=True, exist_ok=True)
        for source in executables(directory):
            place = folder / source.name
            shutil.copyfile(source, place)
            place.with_name(f"{place.name}.sha256").write_text(sha256(place))
    (tree / "dl.k8s.io" / "release" / f"stable-{minor_of(version)}.txt").write_text(f"v{version}")


def write_stable(tree: Path, version: str) -> None:
    """Writes the marker of the newest version."""
    (tree / "dl.k8s.io" / "release" / "stable.txt").write_text(f"v{version}")


def tests_archive(arch: str) -> str:
    """The file name of the release's test archive."""
    return f"kubernetes-test-linux-{arch}.tar.gz"


def write_tests(tree: Path, version: str, binaries: Mapping[str, Path]) -> None:
    """The tests as upstream packs them, without the suites of whole clusters. `binaries`: architecture -> directory."""
    folder = tree / "dl.k8s.io" / "release" / f"v{version}"
    folder.mkdir(parents=True, exist_ok=True)
    for arch, directory in binaries.items():
        place = folder / tests_archive(arch)
        # Quick to unpack rather than small, since the tested machine unpacks it.
        with (
            gzip.GzipFile(place, "wb", 1, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
        ):
            for name in ("ginkgo", "e2e_node.test"):
                content = (directory / name).read_bytes()
                info = tarfile.TarInfo(f"kubernetes/test/bin/{name}")
                info.mode, info.size = 0o755, len(content)
                archive.addfile(info, io.BytesIO(content))
        place.with_name(f"{place.name}.sha256").write_text(sha256(place))


def write_packages(
    tree: Path, version: str, cni_version: str, binaries: Mapping[str, Path], plugins: Mapping[str, Path], key: Key
) -> None:
    """The apt repository of one minor; `binaries` and `plugins`: architecture -> directory."""
    minor = minor_of(version)
    folder = apt.repository_folder(tree, minor)
    folder.mkdir(parents=True, exist_ok=True)
    paragraphs = []
    for arch, directory in binaries.items():
        packages = debs.kubernetes_debs(version, REVISION, arch, directory)
        packages.append(debs.cni_deb(cni_version, REVISION, arch, executables(plugins[arch])))
        packages.append(debs.cri_tools_deb(f"{minor}.0", REVISION, arch))
        paragraphs += [debs.pack(deb, folder) for deb in packages]
    apt.write_repository(folder, minor, paragraphs, key)
