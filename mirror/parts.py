"""The parts of a mirror built from source: their content, how to pack them, and the level of tests that needs them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mirror.busybox import links
from mirror.catalogue import catalogue
from mirror.layout import artifacts, aws, debs, github, hashicorp, kubernetes, oci
from mirror.minors import CONTROL_PLANE, NEWEST, Minor
from mirror.sign import Key
from mirror.targets import target

Binaries = Mapping[str, Path]
"""Architecture -> directory of finished binaries."""

AWS_CLI: str = catalogue("kubernetes")[NEWEST.name]["awsCli"]

LEVELS = ("node", "cluster", "conformance")
"""Purposes of a mirror, each including the ones before: builds with the tests `boot` and `node`, then further tests."""


@dataclass(frozen=True)
class Part:
    """Some files of the mirror, which are packed again only if their binaries or the packing code change."""

    name: str
    # Rows of targets.py (or `pause-VERSION`, `busybox`), in the order that `write` takes them.
    needs: tuple[str, ...]
    # Writes below the mirror's root.
    write: Callable[[Path, Key, Sequence[Binaries]], None]
    level: str = "node"
    # Whether it runs where images are built. It is then for this machine's architecture only.
    builds: bool = False


def parts_for(level: str, minors: Sequence[Minor]) -> list[Part]:
    """The parts for tests up to `level` of images of those minors."""
    shared = [*COMMON, *(pause_part(tag) for tag in dict.fromkeys(minor.pause for minor in minors))]
    tools = [busybox_part(tag) for tag in dict.fromkeys(minor.busybox for minor in minors)]
    every = [*shared, *(part for minor in minors for part in minor_parts(minor)), *tools]
    return [part for part in every if LEVELS.index(part.level) <= LEVELS.index(level)]


def minor_parts(minor: Minor) -> list[Part]:
    """The parts of one minor."""

    def row(name: str) -> str:
        return f"{name}{minor.suffix}"

    return [
        Part(row("kubernetes"), (row("kubernetes"), "cni-plugins"), partial(_kubernetes, minor)),
        Part(row("control-plane"), (row("control-plane"),), partial(_control_plane, minor), "cluster"),
        Part(row("etcd"), (row("etcd"),), partial(_etcd, minor), "cluster"),
        Part(row("kubernetes-test"), (row("kubernetes-test"),), partial(_tests, minor), "conformance"),
    ]


def pause_part(tag: str) -> Part:
    """The pause image with that tag."""
    return Part(f"pause-{tag}", (f"pause-{tag}",), partial(_pause, tag))


def busybox_part(tag: str) -> Part:
    """Debian's busybox under the tag that a suite requires."""
    return Part(f"busybox-{tag}", ("busybox",), partial(_busybox, tag), "conformance")


def _packer(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    zips = {arch: {"packer": directory / "packer"} for arch, directory in built[0].items()}
    hashicorp.write_release(tree, "packer", target("packer").version, zips, key)
    hashicorp.write_key(tree, key)


def _plugin(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    name, version = "packer-plugin-amazon", target("packer-plugin-amazon").version
    zips = {arch: {f"{name}_v{version}_x5.0_linux_{arch}": path / name} for arch, path in built[0].items()}
    hashicorp.write_release(tree, name, version, zips, key)


def _containerd(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    github.write_containerd(tree, target("containerd").version, built[0])


def _runc(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    github.write_runc(tree, target("runc").version, built[0])


def _cni_plugins(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    github.write_cni_plugins(tree, target("cni-plugins").version, built[0])


def _ecr_credential_provider(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    artifacts.write_ecr_credential_provider(tree, target("ecr-credential-provider").version, built[0])


def _aws_cli(version: str, tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    aws.write_stand_in(tree, version, built[0], key)


def _pause(tag: str, tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    oci.write_image(tree, "pause", tag, {arch: oci.Program("pause", path / "pause") for arch, path in built[0].items()})


def _kubernetes(minor: Minor, tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    version = target(f"kubernetes{minor.suffix}").version
    kubernetes.write_downloads(tree, version, built[0])
    if minor is NEWEST:
        kubernetes.write_stable(tree, version)
    kubernetes.write_packages(tree, version, target("cni-plugins").version, built[0], built[1], key)
    github.write_crictl(tree, f"{minor.name}.0", built[0], debs.CRICTL)


def _control_plane(minor: Minor, tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    tag = f"v{target(f'control-plane{minor.suffix}').version}"
    path = "usr/local/bin/control-plane"
    programs = {
        arch: oci.Program(path, directory / "control-plane", "", CONTROL_PLANE, compressed=False)
        for arch, directory in built[0].items()
    }
    first, *others = CONTROL_PLANE
    oci.write_image(tree, first, tag, programs)
    for name in others:
        oci.name_also(tree, first, name)


def _etcd(minor: Minor, tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    programs = {
        arch: oci.Program("usr/local/bin/etcd", directory / "server", "", compressed=False)
        for arch, directory in built[0].items()
    }
    oci.write_image(tree, "etcd", f"{target(f'etcd{minor.suffix}').version}-{minor.etcd_revision}", programs)


def _tests(minor: Minor, tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    kubernetes.write_tests(tree, target(f"kubernetes-test{minor.suffix}").version, built[0])
    agnhost = {arch: oci.Program("agnhost", directory / "agnhost", "") for arch, directory in built[0].items()}
    oci.write_image(tree, "e2e-test-images/agnhost", minor.agnhost, agnhost)


def _busybox(tag: str, tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    programs = {
        arch: oci.Program("bin/busybox", directory / "busybox", "", links(directory))
        for arch, directory in built[0].items()
    }
    oci.write_image(tree, "e2e-test-images/busybox", tag, programs)


# Further tools are rows like `runc`.
COMMON: tuple[Part, ...] = (
    Part("packer", ("packer",), _packer, builds=True),
    Part("packer-plugin-amazon", ("packer-plugin-amazon",), _plugin, builds=True),
    Part("containerd", ("containerd",), _containerd),
    Part("runc", ("runc",), _runc),
    Part("cni-plugins", ("cni-plugins",), _cni_plugins),
    Part("ecr-credential-provider", ("ecr-credential-provider",), _ecr_credential_provider),
    # A stand-in without binaries; runc only sets the architectures.
    Part("aws-cli", ("runc",), partial(_aws_cli, AWS_CLI)),
)
