"""Assembles the rehearsed account: moto with the rehearsal's classes instead of its own, behind the gateway."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from . import regions
from .compute import Compute
from .control import Control
from .gateway import Gateway
from .models import Models
from .policies import Policies
from .request import Credentials
from .subjects import Resource

ACCOUNT = "123456789012"


def load_moto() -> None:
    """Imports the slow modules (a second or two). Separate, so that it can run beside other work."""
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    import moto.autoscaling.models
    import moto.kms.models
    import moto.moto_server.werkzeug_app
    import moto.ssm.models  # noqa: F401

    from .ec2.backend import Backend  # noqa: F401


def application(
    compute: Compute, credentials: Credentials, enabled: frozenset[str], log: Callable[[str], None]
) -> Gateway:
    """The WSGI application that answers all calls. `enabled`: the account's regions."""
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    import moto.ec2.models as models
    from moto.kms.models import kms_backends
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from moto.ssm.models import ssm_backends

    from .ec2.backend import Backend
    from .ec2.encryption import Keys
    from .parameters import Parameters
    from .resources import resource

    Backend.compute = compute
    kms_backends.backend = Keys
    Parameters.compute = compute
    ssm_backends.backend = Parameters
    models.ec2_backends.backend = Backend
    account = models.ec2_backends[ACCOUNT]

    def backends() -> Iterator[Any]:
        yield from list(account.values())

    compute.credentials = credentials
    compute.backend, compute.backends = lambda region: account[region], backends
    account[regions.home(enabled)]  # Loaded now, so that the first call need not wait.

    def ids(region: str) -> set[str]:
        backend = account[region]
        instances = (one.id for reservation in backend.reservations.values() for one in reservation.instances)
        groups = (name for groups in backend.groups.values() for name in groups)
        keys = (pair.id for pair in backend.key_pairs.values())
        return {*backend.amis, *backend.snapshots, *backend.volumes, *instances, *groups, *keys}

    def state(region: str, kind: str, name: str) -> Resource:
        with compute.lock:
            return resource(account[region], kind, name)

    control = Control(compute)
    control.gateway = Gateway(
        DomainDispatcherApplication(create_backend_app),
        control,
        compute.settled,
        credentials,
        enabled,
        compute.lock,
        log,
        ids,
        Models(),
        Policies(ACCOUNT, state),
    )
    compute.may = control.gateway.policies.may
    compute.shown = control.gateway.lag.shows
    return control.gateway
