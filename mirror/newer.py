"""Moves the pins of catalog/kubernetes.json to the newest patch that upstream has: `python3 -m mirror.newer`.

Only patches: a new line (containerd 2.4, Kubernetes 1.38) changes what is supported, which somebody has to read about;
for a minor there is a line that says so. Upstreams are asked for the sums of the next patches, so that a mirror answers
as well as GitHub does, and no API has to.

Prints what changed as a list for a pull request, and nothing when all is as it was.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mirror.errors import MirrorError
from mirror.fetch import Upstream, get, open_base
from mirror.upstream import CATALOGUE, read_trust
from mirror.upstreams.files import GITHUB

# Repository, and what a release's sums are called: a file that is there as soon as the release is.
SUMS = {
    "containerd": ("containerd/containerd", "containerd-{0}-linux-amd64.tar.gz.sha256sum"),
    "runc": ("opencontainers/runc", "runc.sha256sum"),
    "cniPlugins": ("containernetworking/plugins", "cni-plugins-linux-amd64-v{0}.tgz.sha256"),
    "crictl": ("kubernetes-sigs/cri-tools", "crictl-v{0}-linux-amd64.tar.gz.sha256"),
}
# A patch that was withdrawn leaves a gap.
AHEAD = 3
STABLE = "dl.k8s.io/release/stable.txt"


def sums_path(name: str, version: str) -> str:
    """Where upstream has the sums of a release."""
    repository, file = SUMS[name]
    return f"{GITHUB.format(repository, version)}/{file.format(version)}"


def newest_patch(upstream: Upstream, name: str, version: str) -> str:
    """The newest patch of the same line that upstream has, which may be `version` itself."""
    line, _, patch = version.rpartition(".")
    found = int(patch)
    tried = found
    while tried - found < AHEAD:
        tried += 1
        if has_sums(upstream, sums_path(name, f"{line}.{tried}")):
            found = tried
    return f"{line}.{found}"


def has_sums(upstream: Upstream, path: str) -> bool:
    """Whether upstream has that file, and it holds a sum. Any failure but its absence is raised."""
    try:
        content = get(upstream, path).decode(errors="replace")
    except MirrorError as error:
        if re.search(r"cannot be fetched: (404|410) ", str(error)):
            return False
        raise
    if not re.search(r"\b[0-9a-f]{64}\b", content):
        raise MirrorError(f"{upstream.address(path)} holds no sha256; look at that release by hand")
    return True


def moves(upstream: Upstream, catalogue: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Minor -> pin -> newer version."""
    newest: dict[tuple[str, str], str] = {}
    result: dict[str, dict[str, str]] = {}
    for minor, entry in catalogue.items():
        for name in SUMS:
            pin = (name, entry[name])
            if pin not in newest:
                newest[pin] = newest_patch(upstream, *pin)
            if newest[pin] != entry[name]:
                result.setdefault(minor, {})[name] = newest[pin]
    return result


def rewritten(text: str, moved: Mapping[str, Mapping[str, str]], today: str) -> str:
    """The catalogue's text with those pins, and the day on which their facts were looked at; all else as it was."""
    for minor, pins in moved.items():
        head, found, rest = text.partition(f'  "{minor}": {{')
        block, end, tail = rest.partition("\n  }")
        if not found or not end:
            raise MirrorError(f"{CATALOGUE.name} has another form than this program knows: {minor} was not found")
        for name, version in pins.items():
            block = replaced(block, rf'(\n    "{name}": ")[^"]+', version)
            fact = rf'(\n      "{name}": \{{(?:(?!\n      \}}).)*?"checked": ")[^"]+'
            block = replaced(block, fact, today)
        text = head + found + block + end + tail
    json.loads(text)
    return text


def replaced(text: str, pattern: str, value: str) -> str:
    """`text` with what follows the pattern's group replaced, once; raises when it is not there."""
    result, count = re.subn(pattern, lambda match: match[1] + value, text, count=1, flags=re.DOTALL)
    if count != 1:
        raise MirrorError(f"{CATALOGUE.name} has another form than this program knows: {pattern} was not found")
    return result


def described(catalogue: Mapping[str, Mapping[str, Any]], moved: Mapping[str, Mapping[str, str]]) -> list[str]:
    """`- containerd 2.3.7 -> 2.3.8 (Kubernetes 1.36, 1.37)`."""
    minors: dict[str, list[str]] = {}
    for minor, pins in moved.items():
        for name, version in pins.items():
            minors.setdefault(f"{name} {catalogue[minor][name]} -> {version}", []).append(minor)
    return [f"- {what} (Kubernetes {', '.join(each)})" for what, each in minors.items()]


def new_minor(upstream: Upstream, known: Iterable[str]) -> list[str]:
    """A line when Kubernetes has a minor that the catalogue lacks: nobody but a person can add it."""
    stable = get(upstream, STABLE).decode().strip().removeprefix("v")
    minor = stable.rpartition(".")[0]
    return [] if minor in known else [f"- Kubernetes {minor} is out ({stable}): its entry has to be written by hand"]


def main(arguments: list[str]) -> int:
    """The command line; 0 also when nothing changed."""
    parser = argparse.ArgumentParser(prog="python3 -m mirror.newer", description="Moves the catalogue's pins.")
    parser.add_argument("--catalogue", type=Path, default=CATALOGUE, help="the file (default: catalog/kubernetes.json)")
    parser.add_argument("--upstream-base", metavar="URL", help="ask this mirror in place of the upstreams")
    parser.add_argument("--trust", type=Path, metavar="FILE", help="fingerprints to trust beside the upstreams' own")
    parser.add_argument("--check", action="store_true", help="only say what would change")
    options = parser.parse_args(arguments)
    try:
        extra = read_trust(options.trust) if options.trust else ()
        upstream = open_base(options.upstream_base, extra) if options.upstream_base else Upstream(None)
        text = options.catalogue.read_text()
        catalogue = json.loads(text)
        moved = moves(upstream, catalogue)
        lines = described(catalogue, moved) + new_minor(upstream, catalogue)
        if not options.check and moved:
            options.catalogue.write_text(rewritten(text, moved, datetime.now(UTC).strftime("%Y-%m-%d")))
    except (MirrorError, OSError, ValueError) as error:
        print(f"mirror.newer: {error}", file=sys.stderr)
        return 1
    print("\n".join(lines), end="\n" if lines else "")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
