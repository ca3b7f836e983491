"""awscli.amazonaws.com: an archive with AWS's layout, whose program reports that it is a stand-in."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from mirror.layout.hashicorp import write_zip
from mirror.sign import Key, sign_detached

HOST = "awscli.amazonaws.com"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
PROGRAM = """\
#!/bin/sh
[ "$*" != --version ] || { echo "aws-cli/VERSION stand-in"; exit 0; }
echo "aws: this is a stand-in from a mirror that was built from source, where the AWS CLI cannot be had" >&2
exit 69
"""


def write_stand_in(tree: Path, version: str, arches: Iterable[str], key: Key) -> None:
    """Writes the archives, each with a signature by the mirror's own key."""
    (tree / HOST).mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch, "aws")
        program.write_text(PROGRAM.replace("VERSION", version))
        for arch in arches:
            path = tree / HOST / f"awscli-exe-linux-{MACHINES[arch]}-{version}.zip"
            write_zip(path, {"aws/dist/aws": program, "aws/install": program})
            path.with_name(f"{path.name}.sig").write_bytes(sign_detached(key, path)[0])
