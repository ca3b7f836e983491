"""The mirror built from source: which parts it has and what each is made of."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mirror import python_packages
from mirror.assemble import assemble
from mirror.busybox import build_busybox, links
from mirror.cache import content_key, part
from mirror.golang import build_target, demand_go, go_version
from mirror.layout import artifacts, debs, github, hashicorp, kubernetes, oci, pypi
from mirror.needs import demand_for_source
from mirror.pause import VERSION as PAUSE_VERSION
from mirror.pause import build_pause
from mirror.progress import Say, ticking
from mirror.sign import Key, signing_key
from mirror.targets import AGNHOST_VERSION, BUSYBOX_VERSION, CONTROL_PLANE, ETCD_REVISION, target

HERE = Path(__file__).resolve().parent

Binaries = Mapping[str, Path]
"""Architecture -> directory of finished binaries."""


@dataclass(frozen=True)
class Part:
    """Some files of the mirror, packed again only when the binaries they are made of or the packing code change."""

    name: str
    # Rows of targets.py (or `pause`, `busybox`), in the order that `write` takes them.
    needs: tuple[str, ...]
    # Writes below the mirror's root.
    write: Callable[[Path, Key, Sequence[Binaries]], None]


def build_mirror(cache: Path, arches: Sequence[str], say: Say) -> Path:
    """The directory of a whole mirror (`tree/` and the trust file); makes what the cache lacks."""
    demand_for_source()
    demand_go(go_version())
    key = signing_key(cache, say)
    binaries = build_binaries(cache, arches, say)
    parts = [pack(cache, row, key, binaries, say) for row in PARTS]
    parts.append(pack_python(cache, say))
    return assemble(cache, parts, key, say)


def build_binaries(cache: Path, arches: Sequence[str], say: Say) -> dict[str, Binaries]:
    """Everything that PARTS need, by name and architecture."""
    say(f"building from source with {go_version()}; what the cache holds is used again")
    built: dict[str, Binaries] = {}
    for name in dict.fromkeys(need for row in PARTS for need in row.needs):
        make = NATIVE.get(name) or _target_builder(name)
        built[name] = {arch: make(cache, arch, say) for arch in arches}
    return built


def pack(cache: Path, row: Part, key: Key, built: Mapping[str, Binaries], say: Say) -> Path:
    """The finished part of `row`."""
    binaries = [built[name] for name in row.needs]
    facts = [sorted((arch, path.name) for arch, path in entry.items()) for entry in binaries]

    def build(work: Path) -> None:
        with ticking(f"packing {row.name}", say):
            row.write(work / "tree", key, binaries)

    return part(cache, row.name, content_key(facts, key.fingerprint, packing_code(row.write)), build, say)


def pack_python(cache: Path, say: Say) -> Path:
    """The part with the Python packages."""
    requirements = python_packages.REQUIREMENTS

    def build(work: Path) -> None:
        downloads = work / "downloads"
        downloads.mkdir()
        python_packages.download(requirements, downloads, say)
        pypi.write_simple(work / "tree", downloads)
        for path in downloads.iterdir():
            path.unlink()
        downloads.rmdir()

    wanted = requirements.read_text() if requirements.is_file() else ""
    key = content_key(wanted, python_packages.python_facts(), packing_code(pypi.write_simple))
    return part(cache, "python", key, build, say)


def packing_code(write: Callable[..., None]) -> str:
    """A key over the code that decides what is packed and how: all layouts, and what calls them."""
    sources = [(path.name, path.read_text()) for path in sorted((HERE / "layout").glob("*.py"))]
    return content_key(sources, inspect.getsource(write))


def _target_builder(name: str) -> Callable[[Path, str, Say], Path]:
    return lambda cache, arch, say: build_target(cache, target(name), arch, say)


def _packer(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    zips = {arch: {"packer": directory / "packer"} for arch, directory in built[0].items()}
    hashicorp.write_release(tree, "packer", target("packer").version, zips, key)
    hashicorp.write_key(tree, key)


def _plugin(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    name, version = "packer-plugin-amazon", target("packer-plugin-amazon").version
    zips = {arch: {f"{name}_v{version}_x5.0_linux_{arch}": path / name} for arch, path in built[0].items()}
    hashicorp.write_release(tree, name, version, zips, key)


def _kubernetes(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    version = target("kubernetes").version
    kubernetes.write_downloads(tree, version, built[0])
    kubernetes.write_packages(tree, version, target("cni-plugins").version, built[0], built[1], key)
    github.write_crictl(tree, f"{kubernetes.minor_of(version)}.0", built[0], debs.CRICTL)


def _containerd(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    github.write_containerd(tree, target("containerd").version, built[0])


def _runc(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    github.write_runc(tree, target("runc").version, built[0])


def _cni_plugins(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    github.write_cni_plugins(tree, target("cni-plugins").version, built[0])


def _ecr_credential_provider(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    artifacts.write_ecr_credential_provider(tree, target("ecr-credential-provider").version, built[0])


def _pause(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    programs = {arch: oci.Program("pause", directory / "pause") for arch, directory in built[0].items()}
    oci.write_image(tree, "pause", PAUSE_VERSION, programs)


def _control_plane(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    version = target("control-plane").version
    programs = {
        arch: oci.Program(
            "usr/local/bin/control-plane", directory / "control-plane", "", CONTROL_PLANE, compressed=False
        )
        for arch, directory in built[0].items()
    }
    # One image by three names, so what is fetched for one is there for the others.
    first, *others = CONTROL_PLANE
    oci.write_image(tree, first, f"v{version}", programs)
    for name in others:
        oci.name_also(tree, first, name, f"v{version}")


def _etcd(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    programs = {
        arch: oci.Program("usr/local/bin/etcd", directory / "server", "", compressed=False)
        for arch, directory in built[0].items()
    }
    oci.write_image(tree, "etcd", f"{target('etcd').version}-{ETCD_REVISION}", programs)


def _tests(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    kubernetes.write_tests(tree, target("kubernetes-test").version, built[0])
    agnhost = {arch: oci.Program("agnhost", directory / "agnhost", "") for arch, directory in built[0].items()}
    oci.write_image(tree, "e2e-test-images/agnhost", AGNHOST_VERSION, agnhost)


def _busybox(tree: Path, key: Key, built: Sequence[Binaries]) -> None:
    programs = {
        arch: oci.Program("bin/busybox", directory / "busybox", "", links(directory))
        for arch, directory in built[0].items()
    }
    oci.write_image(tree, "e2e-test-images/busybox", BUSYBOX_VERSION, programs)


# What no row of targets.py builds.
NATIVE: Mapping[str, Callable[[Path, str, Say], Path]] = {"pause": build_pause, "busybox": build_busybox}

# Further tools are rows like `runc`, further images rows like `pause`.
PARTS: tuple[Part, ...] = (
    Part("packer", ("packer",), _packer),
    Part("packer-plugin-amazon", ("packer-plugin-amazon",), _plugin),
    Part("containerd", ("containerd",), _containerd),
    Part("runc", ("runc",), _runc),
    Part("cni-plugins", ("cni-plugins",), _cni_plugins),
    Part("ecr-credential-provider", ("ecr-credential-provider",), _ecr_credential_provider),
    Part("pause", ("pause",), _pause),
    Part("kubernetes", ("kubernetes", "cni-plugins"), _kubernetes),
    Part("control-plane", ("control-plane",), _control_plane),
    Part("etcd", ("etcd",), _etcd),
    Part("busybox", ("busybox",), _busybox),
    Part("kubernetes-test", ("kubernetes-test",), _tests),
)
