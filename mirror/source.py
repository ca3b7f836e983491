"""The mirror built from source: builds and packs the parts that the cache lacks, and assembles them."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from mirror import python_packages
from mirror.assemble import assemble
from mirror.busybox import build_busybox
from mirror.cache import content_key, part
from mirror.cross import host_arch
from mirror.golang import build_target, demand_go, go_version, target_key
from mirror.layout import pypi
from mirror.minors import NEWEST, Minor
from mirror.needs import demand_for_source
from mirror.parts import Binaries, Part, parts_for
from mirror.pause import build_pause
from mirror.progress import Say, ticking
from mirror.sign import Key, signing_key
from mirror.steps import Steps
from mirror.targets import target

HERE = Path(__file__).resolve().parent


def build_mirror(
    cache: Path, arches: Sequence[str], say: Say, level: str = "conformance", minors: Sequence[Minor] = (NEWEST,)
) -> Path:
    """The directory of a mirror (`tree/` and the trust file) for tests up to `level`. Makes missing parts."""
    demand_for_source(arches)
    demand_go(go_version())
    key = signing_key(cache, say)
    wanted = parts_for(level, minors)
    binaries = build_binaries(cache, arches, wanted, say)
    parts = [pack(cache, row, key, binaries, say) for row in wanted]
    parts.append(pack_python(cache, say))
    return assemble(cache, parts, key, say)


def build_binaries(cache: Path, arches: Sequence[str], parts: Sequence[Part], say: Say) -> dict[str, Binaries]:
    """Everything that `parts` need, by name and architecture."""
    wanted = {need: [host_arch()] if row.builds else list(arches) for row in parts for need in row.needs}
    lacking = [(name, arch) for name in wanted for arch in wanted[name] if not is_built(cache, name, arch)]
    steps = Steps([f"{name}-{arch}" for name, arch in lacking], say)
    if lacking:
        say(f"building from source with {go_version()}; cached parts are reused")
    built: dict[str, Binaries] = {}
    for name in wanted:
        made = {}
        for arch in wanted[name]:
            with steps.step(f"{name}-{arch}"):
                made[arch] = builder(name)(cache, arch, say)
        built[name] = made
    return built


def is_built(cache: Path, name: str, arch: str) -> bool:
    """Whether the cache seems to have it. Its use verifies it."""
    if name.startswith("pause-") or name == "busybox":
        return True  # It takes a second.
    key = target_key(target(name), arch, go_version())
    return (cache / "mirror" / "parts" / f"go-{name}-{arch}-{key}").is_dir()


def builder(name: str) -> Callable[[Path, str, Say], Path]:
    """The builder of the binaries with that name: a row of targets.py, `busybox` or `pause-VERSION`."""
    if name == "busybox":
        return build_busybox
    if name.startswith("pause-"):
        return partial(build_pause, version=name.removeprefix("pause-"))
    return lambda cache, arch, say: build_target(cache, target(name), arch, say)


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
    """A key over the packing code: all layouts and their callers."""
    sources = [(path.name, path.read_text()) for path in sorted((HERE / "layout").glob("*.py"))]
    bound = write.args if isinstance(write, partial) else ()
    return content_key(sources, inspect.getsource(write.func if isinstance(write, partial) else write), bound)
