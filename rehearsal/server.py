"""Puts the rehearsal together and serves it until it is told to stop."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

from . import regions, systems
from .compute import Compute
from .control import Control
from .gateway import Credentials, Gateway
from .helper import Helper, HelperError

ACCOUNT = "123456789012"


class Refused(Exception):
    """Why there can be no rehearsal here, in one line."""


@dataclass(frozen=True)
class Options:
    state: Path
    ready_file: Path
    cache: Path
    kind: str
    systems: tuple[str, ...]
    regions: frozenset[str]
    until_stdin_closes: bool
    # Of which kind instances of the account's own AMIs are; None: as all others.
    own_kind: str | None = None


def say(line: str) -> None:
    print(f"rehearsal: {line}", flush=True)


def listeners(tables: Path) -> set[tuple[str, int]]:
    """The addresses and ports (IPv4, and `::` for all of IPv6) that something listens on, from /proc/net."""
    found = set()
    for name in ("tcp", "tcp6"):
        for line in (tables / name).read_text().splitlines()[1:] if (tables / name).exists() else ():
            _, local, _, state, *_ = line.split()
            address, port = local.split(":")
            if state == "0A" and name == "tcp":
                found.add((socket.inet_ntoa(bytes.fromhex(address)[::-1]), int(port, 16)))
            elif state == "0A" and not address.strip("0"):
                found.add(("::", int(port, 16)))
    return found


def take_place(taken: set[tuple[str, int]]) -> tuple[socket.socket, int]:
    """This run's place among those on this machine: held by a socket, so that it is free again however the run ends."""
    used = {place for address, port in taken if port in (22, 2222) and (place := regions.place_of(address)) is not None}
    for place in sorted(set(range(regions.PLACES)) - used):
        holder = socket.socket(socket.AF_UNIX)
        try:
            holder.bind(f"\0k8s-image-rehearsal-{place}")
            return holder, place
        except OSError:
            holder.close()
    raise Refused(f"{regions.PLACES} rehearsals are running on this machine: end one first")


def ssh_port(taken: set[tuple[str, int]]) -> int:
    """22; 2222 where something listens on port 22 of all addresses. Read from the kernel: trying would need root."""
    return 2222 if {("0.0.0.0", 22), ("::", 22)} & taken else 22


def serve(options: Options) -> int:
    options.state.mkdir(parents=True, exist_ok=True)
    lock = (options.state / "lock").open("w")
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        raise Refused(f"{options.state} is in use by another rehearsal; give --state another directory") from None
    options.ready_file.unlink(missing_ok=True)
    taken = listeners(Path("/proc/net"))
    own, place = take_place(taken)
    arch = systems.host_architecture()
    assert arch
    catalog = systems.read_catalog()
    chosen = tuple(systems.system(key, catalog, arch) for key in options.systems)
    compute = Compute(
        lambda on_event: Helper(options.state / "helper.log", on_event),
        options.state,
        chosen,
        options.regions,
        options.kind,
        ssh_port(taken),
        place,
        say,
    )
    compute.own_kind = options.own_kind
    try:
        prepare(compute, options)
        return run(compute, options)
    except HelperError as error:
        raise Refused(str(error)) from None
    finally:
        options.ready_file.unlink(missing_ok=True)
        compute.close()
        remove_instances(options.state)
        own.close()


def prepare(compute: Compute, options: Options) -> None:
    """The helper's own directories and the base root trees."""
    mirror = systems.debian_mirror(systems.host_sources())
    remove_instances(options.state)

    def base(helper: Helper, system: systems.System) -> str:
        say(f"{system.layer}: base root tree ...")
        began = time.monotonic()
        done = helper.request(
            "base",
            timeout=2400,
            name=system.layer,
            cache=str(options.cache / "base"),
            recipe=systems.recipe(system, mirror),
            environment=systems.proxies(),
        )
        say(f"{system.layer}: {'found in the cache' if done['reused'] else 'made'} in {time.monotonic() - began:.1f} s")
        path: str = done["path"]
        return path

    compute.start_helper()
    compute.prepare(base)


def remove_instances(state: Path) -> None:
    """The unprivileged part of instances that are gone."""
    shutil.rmtree(state / "instances", ignore_errors=True)


def application(compute: Compute, credentials: Credentials, options: Options) -> Gateway:
    """moto with the rehearsal's classes in place of its own, behind the gateway."""
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    import moto.ec2.models as models
    from moto.kms.models import kms_backends
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from .ec2.backend import Backend
    from .ec2.encryption import Keys

    Backend.compute = compute
    kms_backends.backend = Keys
    models.ec2_backends.backend = Backend
    account = models.ec2_backends[ACCOUNT]

    def backends() -> Iterator[Any]:
        yield from list(account.values())

    compute.backend, compute.backends = lambda region: account[region], backends
    account["us-east-1"]  # The first call is not to wait for it.

    def ids(region: str) -> set[str]:
        backend = account[region]
        instances = (one.id for reservation in backend.reservations.values() for one in reservation.instances)
        groups = (name for groups in backend.groups.values() for name in groups)
        keys = (pair.id for pair in backend.key_pairs.values())
        return {*backend.amis, *backend.snapshots, *backend.volumes, *instances, *groups, *keys}

    control = Control(compute)
    control.gateway = Gateway(
        DomainDispatcherApplication(create_backend_app),
        control,
        compute.settled,
        credentials,
        options.regions,
        compute.lock,
        say,
        ids,
    )
    return control.gateway


def run(compute: Compute, options: Options) -> int:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        """Keeps connections open, as the SDKs expect, and logs nothing: `/rehearsal/calls` has it all."""

        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            # A connection that a fault ended is no socket any more.
            with contextlib.suppress(OSError):
                super().handle()

        def log(self, type: str, message: str, *args: Any) -> None:
            pass

    credentials = Credentials(
        "ASIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30), secrets.token_urlsafe(60)
    )
    server = make_server(
        "127.0.0.1", 0, application(compute, credentials, options), threaded=True, request_handler=Quiet
    )
    endpoint = f"http://127.0.0.1:{server.server_port}"
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    if options.until_stdin_closes:
        threading.Thread(target=wait_for_end, args=(stop,), daemon=True).start()
    compute.on_end = stop.set
    threading.Thread(target=server.serve_forever, daemon=True).start()
    write_ready_file(options, endpoint, credentials, compute.port)
    say(f"EC2 at {endpoint}, SSH on port {compute.port}, instances are {kinds(options)}")
    while not stop.wait(1):
        pass
    say("stopping")
    server.shutdown()
    return 1 if compute.helper_ended else 0


def kinds(options: Options) -> str:
    own = options.own_kind
    return f"{options.kind}s" if own in (None, options.kind) else f"{options.kind}s, those of own AMIs {own}s"


def wait_for_end(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()


def write_ready_file(options: Options, endpoint: str, credentials: Credentials, port: int) -> None:
    """Readable by its owner only, and complete from the moment it is there."""
    told = {
        "endpoint": endpoint,
        "pid": os.getpid(),
        "state": str(options.state),
        "region": "us-east-1",
        "sshPort": port,
        "env": {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": credentials.key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret,
            "AWS_SESSION_TOKEN": credentials.token,
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    }
    partial = options.ready_file.with_name(options.ready_file.name + ".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(told, file, indent=1)
    partial.rename(options.ready_file)
