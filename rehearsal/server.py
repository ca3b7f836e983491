"""Assembles the rehearsal and serves it until it is stopped."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from pathlib import Path
from typing import Any

from . import regions, systems
from .account import open_record
from .application import ACCOUNT, application, load_moto
from .checkip import Checkip
from .compute import Compute
from .helper import Helper, HelperError
from .options import Options, Refused
from .place import listeners, ssh_port, take_directory, take_place
from .serving import environment, new_credentials, quiet_server, wait_for_end, write_ready_file

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def say(line: str) -> None:
    print(f"rehearsal: {line}", flush=True)


def serve(options: Options) -> int:
    lock = take_directory(options.state)
    options.ready_file.unlink(missing_ok=True)
    taken = listeners(Path("/proc/net"))
    own, place = take_place(taken)
    catalog = systems.read_catalog()
    chosen = tuple(systems.system(key, catalog, arch) for key in options.systems for arch in options.architectures)
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
    stop = threading.Event()

    def interrupt(*_: Any) -> None:
        """Ends the preparation, once: the clean-up after it goes on."""
        if not stop.is_set():
            stop.set()
            raise KeyboardInterrupt

    for number in SIGNALS:
        signal.signal(number, interrupt)
    if options.until_stdin_closes:
        threading.Thread(target=wait_for_end, args=(lambda: os.kill(os.getpid(), SIGNALS[0]),), daemon=True).start()
    try:
        prepare(compute, options)
        return run(compute, options, stop)
    except HelperError as error:
        raise Refused(str(error)) from None
    except KeyboardInterrupt:
        raise Refused("stopped before it was ready") from None
    finally:
        stop.set()
        options.ready_file.unlink(missing_ok=True)
        compute.close()
        remove_instances(options.state)
        own.close()
        lock.close()


def prepare(compute: Compute, options: Options) -> None:
    """Prepares the helper's own directories and the base root trees."""
    mirror = systems.debian_mirror(systems.host_sources())
    remove_instances(options.state)

    def base(helper: Helper, system: systems.System) -> dict[str, str]:
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
        return {name: done[name] for name in ("path", "fingerprint")}

    loading = threading.Thread(target=load_moto, daemon=True)
    loading.start()
    compute.start_helper(options.keep)
    compute.prepare(base)
    # Not in two threads: concurrent imports can see half-initialized packages.
    loading.join()


def remove_instances(state: Path) -> None:
    """Removes the unprivileged files of earlier instances."""
    shutil.rmtree(state / "instances", ignore_errors=True)


def run(compute: Compute, options: Options, stop: threading.Event) -> int:
    credentials = new_credentials()
    gateway = application(compute, credentials, options.regions, say)
    gateway.policies.attach("policy", options.policy)
    server = quiet_server(gateway)
    record = open_record(compute, ACCOUNT, say) if options.keep else None
    endpoint = compute.endpoint = f"http://127.0.0.1:{server.server_port}"
    for number in SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    compute.on_end = stop.set
    threading.Thread(target=server.serve_forever, daemon=True).start()
    checkip = Checkip(options.state, lambda: compute.behaviours.runnerPublic)
    write_ready_file(
        options.ready_file,
        {
            "endpoint": endpoint,
            "pid": os.getpid(),
            "state": str(options.state),
            "region": regions.home(options.regions),
            "sshPort": compute.port,
            # For programs that use the local checkip, such as packer-plugin-amazon without a CIDR.
            "internet": checkip.environment,
            "env": environment(endpoint, credentials),
        },
    )
    say(f"EC2 at {endpoint}, SSH on port {compute.port}, instances are {kinds(options)}")
    ended = False
    while not ended:
        ended = stop.wait(1)
        if record:
            with compute.lock:
                record.save(compute.bases)
    say("stopping")
    server.shutdown()
    checkip.close()
    return 1 if compute.helper_ended else 0


def kinds(options: Options) -> str:
    own = options.own_kind
    return f"{options.kind}s" if own in (None, options.kind) else f"{options.kind}s, those of own AMIs {own}s"
