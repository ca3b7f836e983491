"""The command line: `script/mirror --from source|upstream [--serve]`."""

import argparse
import sys
from pathlib import Path

from mirror.assemble import TRUST
from mirror.cache import cache_directory
from mirror.cross import host_arch
from mirror.errors import MirrorError
from mirror.golang import build_target
from mirror.lock import fetch_locked
from mirror.minors import minors
from mirror.parts import LEVELS
from mirror.progress import say
from mirror.server import MirrorServer
from mirror.serving import interrupt_when_stopped, serve_until_stopped
from mirror.source import build_mirror
from mirror.targets import TARGETS, target
from mirror.upstream import check_versions, fetch_mirror, read_trust


def parser() -> argparse.ArgumentParser:
    """The options."""
    result = argparse.ArgumentParser(prog="script/mirror", description="An air-gap mirror for building node images.")
    add = result.add_argument
    add("--from", dest="origin", choices=("source", "upstream"), required=True, help="source of its parts")
    add("--arch", action="append", choices=("amd64", "arm64"), help="architecture (default: this machine's)")
    add("--kubernetes", action="append", metavar="VERSION", help="1.37 or 1.37.2; repeatable (default: the newest)")
    add(
        "--for",
        dest="level",
        choices=LEVELS,
        help="from source: parts for tests up to this level (default: conformance)",
    )
    add("--conformance", action="store_true", help="from upstream: include the release's own tests and their images")
    add("--serve", action="store_true", help="serve it on 127.0.0.1 until stopped")
    add("--port", type=int, default=0, help="port to serve on (default: a free one)")
    add("--ready-file", type=Path, metavar="FILE", help="serve, and write url, trust and pid into FILE as JSON")
    add("--until-stdin-closes", action="store_true", help="end when standard input ends")
    add("--print", choices=[row.name for row in TARGETS], help="from source: build only this, and print its path")
    add("--upstream-base", metavar="URL", help="from upstream: fetch from this mirror instead of the upstreams")
    add("--lock", type=Path, metavar="FILE", help="from upstream: fetch exactly the files of this lock into DIR")
    add(
        "directory",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="with --lock: the mirror's directory (default: out/mirror)",
    )
    add("--trust", type=Path, metavar="FILE", help="from upstream: fingerprints to trust as well as the upstreams' own")
    return result


def check_options(options: argparse.Namespace) -> None:
    """Raises for options that exclude each other, before anything is done."""
    only_upstream = {"--upstream-base": options.upstream_base, "--trust": options.trust, "--lock": options.lock}
    only_upstream |= {"--conformance": options.conformance}
    wrong = [name for name, value in only_upstream.items() if value and options.origin == "source"]
    if wrong:
        raise MirrorError(f"{wrong[0]} needs --from upstream; leave it out")
    if options.directory and not options.lock:
        raise MirrorError(f"{options.directory} needs --lock; leave it out")
    if options.lock and (options.arch or options.kubernetes):
        raise MirrorError("--lock names versions and architectures itself; leave --arch and --kubernetes out")
    if options.lock and options.conformance:
        raise MirrorError("a lock does not name the tests; leave --conformance out, or --lock")
    only_source = [name for name in ("print", "level") if getattr(options, name) and options.origin == "upstream"]
    if only_source:
        raise MirrorError(f"--{only_source[0].replace('level', 'for')} needs --from source; leave it out")
    if not 0 <= options.port < 65536:
        raise MirrorError(f"port {options.port} does not exist; choose one below 65536")


def main(arguments: list[str]) -> int:
    """Runs the command. Returns 0 on success, 1 after an error, and 130 if it was stopped."""
    options = parser().parse_args(arguments)
    try:
        interrupt_when_stopped(options.until_stdin_closes)
        check_options(options)
        cache, arches = cache_directory(), list(dict.fromkeys(options.arch or [host_arch()]))
        if options.print:
            directory = build_target(cache, target(options.print), arches[0], say)
            print(directory / options.print if (directory / options.print).is_file() else directory)
            return 0
        if options.origin == "source":
            root = build_mirror(cache, arches, say, options.level or LEVELS[-1], minors(options.kubernetes or []))
        elif options.lock:
            extra = read_trust(options.trust) if options.trust else ()
            root = fetch_locked(
                cache, options.lock, options.directory or Path("out/mirror"), options.upstream_base, extra, say
            )
        else:
            versions = check_versions(options.kubernetes or [])
            root = fetch_mirror(cache, arches, versions, options.upstream_base, options.trust, say, options.conformance)
        print(root / "tree", flush=True)
        if options.serve or options.ready_file:
            server = open_server(root / "tree", options.port)
            serve_until_stopped(server, root / TRUST, options.ready_file, options.until_stdin_closes)
    except MirrorError as error:
        print(f"script/mirror: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        hint = "K8S_IMAGE_CACHE names another place for the cache"
        print(f"script/mirror: {place}{error.strerror or error}; mend that, or {hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def open_server(tree: Path, port: int) -> MirrorServer:
    """A server on `port`; 0 means a free one."""
    try:
        return MirrorServer(tree, port)
    except OSError as error:
        raise MirrorError(f"port {port} is not available ({error.strerror}); choose another with --port") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
