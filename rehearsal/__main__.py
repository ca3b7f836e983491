"""Commands of the rehearsal: `serve`, and `env`, which points the AWS CLI at a running one."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

from . import regions, systems
from .account import FILE as KEPT
from .options import Options, Refused
from .policy import statements
from .server import serve


def cache_directory() -> Path:
    home = os.environ.get("K8S_IMAGE_CACHE")
    if home:
        return Path(home)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "k8s-image-action"


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rehearsal", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("serve", help="serve EC2 until SIGTERM")
    start.add_argument(
        "--state", type=Path, required=True, help="directory for the run's files, which are removed at the end"
    )
    start.add_argument("--ready-file", type=Path, required=True, help="file to write (0600) once EC2 answers")
    start.add_argument("--instances", choices=("namespace", "machine"), default="namespace")
    start.add_argument(
        "--own-amis",
        choices=("namespace", "machine"),
        help="kind of the instances of AMIs that were built here (default: as for all others)",
    )
    start.add_argument("--os", action="append", help="base AMIs to offer (default: debian-13); repeatable")
    start.add_argument(
        "--arch",
        action="append",
        choices=("amd64", "arm64"),
        help="architectures of the base AMIs (default: this machine's); repeatable",
    )
    start.add_argument("--regions", help="enabled regions, separated by commas (default: AWS's own default)")
    start.add_argument(
        "--policy", type=Path, help="IAM policy (JSON) that must allow every call (default: everything is allowed)"
    )
    start.add_argument("--until-stdin-closes", action="store_true", help="also stop when standard input ends")
    start.add_argument(
        "--keep-account", action="store_true", help="leave AMIs, snapshots and parameters in --state for the next run"
    )
    env = commands.add_parser("env", help="print the environment that points the AWS CLI at a rehearsal")
    env.add_argument("--ready-file", type=Path, required=True)
    return parser.parse_args(arguments)


def options(given: argparse.Namespace) -> Options:
    """Raises Refused for wrong arguments."""
    chosen = tuple(dict.fromkeys(given.os or ["debian-13"]))
    offered = [key for key in systems.read_catalog() if key in systems.SUITES]
    unknown = [key for key in chosen if key not in offered]
    if unknown:
        raise Refused(f"cannot make a base root tree for {', '.join(unknown)} (known: {', '.join(offered)})")
    architectures = tuple(dict.fromkeys(given.arch or [systems.host_architecture()]))
    runnable = dict.fromkeys((systems.host_architecture(), "arm64"))
    if set(architectures) - set(runnable):
        raise Refused(f"cannot run instances of {', '.join(architectures)} here (known: {', '.join(runnable)})")
    enabled = frozenset(given.regions.split(",")) if given.regions else frozenset(regions.ALWAYS)
    if enabled - set(regions.ALL):
        raise Refused(f"unknown region: {', '.join(sorted(enabled - set(regions.ALL)))}")
    partitions = sorted({regions.partition(region) for region in enabled})
    if len(partitions) > 1:
        raise Refused(f"an account cannot have regions of several partitions: {', '.join(partitions)}")
    try:
        policy = json.loads(given.policy.read_text()) if given.policy else None
        if policy is not None:
            statements(policy)
    except (OSError, ValueError) as error:
        raise Refused(f"--policy {given.policy}: {error}") from None
    if not given.keep_account and (given.state / KEPT).exists():
        raise Refused(f"{given.state} has a kept account: add --keep-account, or delete {given.state / KEPT}")
    return Options(
        state=given.state.resolve(),
        ready_file=given.ready_file.resolve(),
        cache=cache_directory() / "rehearsal",
        kind=given.instances,
        own_kind=given.own_amis,
        policy=policy,
        systems=chosen,
        architectures=architectures,
        regions=enabled | {regions.home(enabled)},
        until_stdin_closes=given.until_stdin_closes,
        keep=given.keep_account,
    )


def main(arguments: list[str]) -> int:
    given = parse(arguments)
    if given.command == "env":
        ready = json.loads(given.ready_file.read_text())
        for name, value in {
            **ready["env"],
            "AWS_REGION": ready["region"],
            "AWS_DEFAULT_REGION": ready["region"],
        }.items():
            print(f"export {name}={shlex.quote(value)}")
        return 0
    try:
        return serve(options(given))
    except Refused as refused:
        print(f"rehearsal: {refused}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
