"""Builds the rows of the table: `go build` with pinned modules, and a check of the binaries before use."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from mirror.cache import content_key, part
from mirror.cross import cgo_environment, runner
from mirror.errors import MirrorError
from mirror.progress import Say, run, ticking
from mirror.target import GO, Target

GO_LIMIT = 3600.0
# Raise this when the build changes in a way that the table does not show.
RECIPE = 2
FETCHING = (
    *("GOPROXY", "GOPRIVATE", "GONOPROXY", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOAUTH", "GOVCS"),
    *("GOPATH", "GOMODCACHE", "GOCACHE"),
)
DECIDING = re.compile(r"GOFLAGS|GOEXPERIMENT|GOAMD64|GOARM64|GOFIPS140|CC|CXX|CGO_.*|PKG_CONFIG.*")


def go_environment(target: Target, arch: str) -> dict[str, str]:
    """The environment of `go build`: the caller's, without what would change the result and is not in the key."""
    # `go env -w` can set anything, so its file does not count, except where it says how modules are fetched and kept.
    fetching: dict[str, str] = json.loads(_go_env("-json", *FETCHING))
    kept = {name: value for name, value in os.environ.items() if not DECIDING.fullmatch(name)}
    ours = {
        "GOENV": "off",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "",
        "GOOS": "linux",
        "GOARCH": arch,
        "CGO_ENABLED": "1" if target.cgo else "0",
    }
    # The compiler spends a fifth of its time on its own garbage. The limit keeps two compilers in 8 GiB.
    return {"GOGC": "400", "GOMEMLIMIT": "3GiB"} | kept | fetching | ours


def go_version() -> str:
    """The version, such as `go1.26.8`. Raises if Go is missing."""
    return _go_env("GOVERSION").strip()


def _go_env(*arguments: str) -> str:
    return run(["go", "env", *arguments], env=dict(os.environ) | {"GOTOOLCHAIN": "local"}).decode()


def demand_go(version: str) -> None:
    """Raises if `version` (in Go's notation) is older than the modules need. go must not fetch another."""
    numbers, oldest = _numbers(version), oldest_go()
    if numbers and numbers < _numbers(oldest):
        raise MirrorError(f"building the mirror needs Go {oldest} or later, but this is {version}; install a newer Go")


def oldest_go() -> str:
    """The oldest Go that builds every module: the largest `go` line, such as `1.26.8`."""
    lines = (line for path in GO.glob("*/*.mod") for line in path.read_text().splitlines())
    return max((line.removeprefix("go ") for line in lines if line.startswith("go ")), key=_numbers)


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of `go1.26.8` or `1.26.8`; none for a development version."""
    found = re.match(r"(?:go)?(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(number) for number in found.groups() if number) if found else ()


def target_key(target: Target, arch: str, go: str) -> str:
    """A key over everything that decides the binaries: modules, flags, checks, Go itself."""
    own = [path for build in target.builds for name in build.packages for path in sources(target.directory, name)]
    pins = (target.file, target.file.removesuffix(".mod") + ".sum", "tools.go")
    names = [*(target.directory / name for name in pins), *own]
    texts = [path.read_text() for path in names]
    return content_key(RECIPE, arch, go, texts, target)


def sources(directory: Path, package: str) -> list[Path]:
    """The files of a local package, which has a relative path."""
    return sorted((directory / package).glob("*.go")) if package.startswith("./") else []


def build_target(cache: Path, target: Target, arch: str, say: Say) -> Path:
    """The directory with the target's verified binaries; built if the cache has none with this key."""

    def build(work: Path) -> None:
        more = cgo_environment(cache, arch, say) if target.cgo else {}
        compile_target(target, arch, work, say, more)
        check_target(target, work, runner(arch))

    return part(cache, f"go-{target.name}-{arch}", target_key(target, arch, go_version()), build, say)


def compile_target(target: Target, arch: str, out: Path, say: Say, more: Mapping[str, str]) -> None:
    """Runs the target's `go build`s into `out`; `more` extends their environment."""
    env = {**go_environment(target, arch), **more}
    nice = ["nice"] if shutil.which("nice") else []
    for build in target.builds:
        link = build.link.replace("{version}", target.version)
        command = ["test", "-c"] if build.test else ["build"]
        file = [] if target.file == "go.mod" else [f"-modfile={target.file}"]
        argv = ["go", *command, "-mod=readonly", *file, "-trimpath", "-buildvcs=false", f"-tags={build.tags}"]
        # The linker drops debug information anyway (-s -w), and making it costs the compiler a tenth of its time.
        compiler = "-dwarf=false -l" if build.quick else "-dwarf=false"  # -l: without inlining
        argv += [f"-gcflags=all={compiler}", f"-ldflags={link}", "-o", f"{out}/", *build.packages]
        # Go's work directory is inside ours, since a killed Go leaves it behind.
        scratch = tempfile.TemporaryDirectory(dir=out.parent, prefix=f"{out.name}.", ignore_cleanup_errors=True)
        with (
            scratch as work,
            ticking(f"building {target.name} {target.version} ({', '.join(_short(build.packages))})", say),
        ):
            try:
                run([*nice, *argv], limit=GO_LIMIT, env=env | {"GOTMPDIR": work}, cwd=target.directory)
            except MirrorError as error:
                raise MirrorError(f"{target.name} {target.version} does not build: {error}") from None


def check_target(target: Target, out: Path, before: Sequence[str]) -> None:
    """Raises unless every checked binary prints the table's output. `before` is the start of its command line."""
    for check in target.checks:
        printed = _printed(out / check.binary, check.arguments, before)
        pattern = check.prints.replace("{version}", re.escape(target.version))
        if not re.search(pattern, printed):
            raise MirrorError(
                f"{check.binary} {' '.join(check.arguments)} says {printed[:120]!r}, not {target.version}; "
                f"mirror/targets.py and mirror/go/{target.name} do not match"
            )


def _printed(binary: Path, arguments: tuple[str, ...], before: Sequence[str]) -> str:
    env: Mapping[str, str] = {"PATH": os.environ.get("PATH", ""), "HOME": str(binary.parent), "CHECKPOINT_DISABLE": "1"}
    try:
        done = subprocess.run(
            [*before, binary, *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=env,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MirrorError(f"{binary.name} does not run: {error}") from None
    return (done.stdout + done.stderr).decode(errors="replace").strip()


def _short(packages: tuple[str, ...]) -> list[str]:
    names = [package.removesuffix("/v2").rsplit("/", 1)[-1] for package in packages]
    return names if len(names) < 5 else [*names[:3], f"{len(names) - 3} more"]
