"""The command line: `script/mirror --from source|upstream [--serve]`."""

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

from mirror.assemble import TRUST
from mirror.cache import cache_directory
from mirror.errors import MirrorError
from mirror.golang import host_arch
from mirror.progress import say
from mirror.server import MirrorServer
from mirror.source import build_mirror


def parser() -> argparse.ArgumentParser:
    """The options."""
    result = argparse.ArgumentParser(prog="script/mirror", description="An air-gap mirror for building node images.")
    result.add_argument("--from", dest="origin", choices=("source", "upstream"), required=True, help="where parts come from")
    result.add_argument("--arch", action="append", choices=("amd64", "arm64"), help="architecture (default: this machine's)")
    result.add_argument("--serve", action="store_true", help="serve it on 127.0.0.1 until it is told to end")
    result.add_argument("--port", type=int, default=0, help="port to serve on (default: a free one)")
    result.add_argument("--ready-file", type=Path, metavar="FILE", help="serve, and write url, trust and pid there (JSON)")
    result.add_argument("--until-stdin-closes", action="store_true", help="end when standard input does")
    result.add_argument("--upstream-base", metavar="URL", help="fetch from this mirror in place of the upstreams")
    result.add_argument("--trust", type=Path, metavar="FILE", help="fingerprints to trust beside the upstreams' own")
    return result


def main(arguments: list[str]) -> int:
    """Runs the command; 0 when all went well."""
    options = parser().parse_args(arguments)
    try:
        arches = options.arch or [host_arch()]
        if options.origin == "source":
            root = build_mirror(cache_directory(), arches, say)
        else:
            from mirror.upstream import fetch_mirror

            root = fetch_mirror(cache_directory(), arches, options.upstream_base, options.trust, say)
    except MirrorError as error:
        print(f"script/mirror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(root / "tree", flush=True)
    if options.serve or options.ready_file:
        return serve(root, options.port, options.ready_file, options.until_stdin_closes)
    return 0


def serve(root: Path, port: int, ready: Path | None, until_stdin_closes: bool) -> int:
    """Serves until SIGTERM, SIGINT or (if asked for) the end of standard input."""
    try:
        server = MirrorServer(root / "tree", port)
    except OSError as error:
        print(f"script/mirror: port {port} cannot be had ({error.strerror}); choose another with --port", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if until_stdin_closes:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), stop.set()), daemon=True).start()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"mirror: {server.url}\nmirror-trust: {root / TRUST}", flush=True)
    if ready:
        write_whole(ready, json.dumps({"url": server.url, "trust": str(root / TRUST), "pid": os.getpid()}) + "\n")
    while not stop.wait(3600):
        pass
    server.shutdown()
    server.server_close()
    if ready:
        ready.unlink(missing_ok=True)
    return 0


def write_whole(path: Path, text: str) -> None:
    """Writes a file that others wait for: it is there with all its text, or not there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
    os.replace(name, path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
