"""The rehearsal's own API for people and tests: resources, recorded calls, settings and faults."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from .compute import Compute
from .gateway import Gateway
from .helper import HelperError
from .inventory import inventory
from .policies import KINDS


class Control:
    """Answers `/rehearsal/...` with a status and a value for JSON."""

    def __init__(self, compute: Compute) -> None:
        self._compute = compute
        self.gateway: Gateway

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        try:
            match method, path.strip("/").split("/"):
                case "GET", ["inventory"]:
                    with self._compute.lock:
                        return 200, inventory(self._compute)
                case "GET", ["calls"]:
                    # A copy, since calls are recorded meanwhile.
                    return 200, [asdict(call) for call in list(self.gateway.calls)]
                case "GET", ["images", ami]:
                    return self._image(ami)
                case "POST", ["images"]:
                    return self._offer(**json.loads(body))
                case "PUT", ["images", ami]:
                    return self._date(ami, **json.loads(body))
                case "POST", ["images", ami, "disk"]:
                    return self._disk(ami)
                case "GET", ["metadata", instance]:
                    return 200, [
                        {"path": path, "status": status} for path, status in self._compute.metadata_requests(instance)
                    ]
                case "GET", ["faults"]:
                    return 200, [asdict(fault) for fault in self.gateway.faults.all]
                case "POST", ["faults"]:
                    self.gateway.faults.replace(json.loads(body))
                    return 200, [asdict(fault) for fault in self.gateway.faults.all]
                case "DELETE", ["faults"]:
                    self.gateway.faults.replace([])
                    return 200, []
                case "PUT", ["settings"]:
                    return self._change(**json.loads(body))
        except (TypeError, ValueError) as error:
            return 400, {"error": f"{method} {path}: {error}"}
        except HelperError as error:
            return 500, {"error": f"{method} {path}: {error}"}
        return 404, {"error": f"{method} /rehearsal/{path}: no such thing"}

    def _find(self, ami: str) -> Any:
        with self._compute.lock:
            return next((backend.amis[ami] for backend in self._compute.backends() if ami in backend.amis), None)

    def _image(self, ami: str) -> tuple[int, Any]:
        image = self._find(ami)
        return (200, self._compute.describe_image(image)) if image else (404, {"error": f"no image {ami}"})

    def _offer(self, region: str, owner: str, name: str) -> tuple[int, Any]:
        """Adds a public AMI of another publisher, with the content of the first system (rehearsal/README.md)."""
        if region not in self._compute.regions or not owner.isdigit() or not name:
            raise ValueError("region must be one of the account's, owner an account number, and name not empty")
        with self._compute.lock:
            system = replace(self._compute.systems[0], owner=owner, ami_name=name)
            return 200, {"id": self._compute.backend(region).offer(system).id}

    def _date(self, ami: str, deprecationTime: str) -> tuple[int, Any]:
        """Sets a deprecation date, also in the past; on EC2, that date has to pass first."""
        image = self._find(ami)
        if image is None:
            return 404, {"error": f"no image {ami}"}
        image.deprecation_time = datetime.fromisoformat(deprecationTime).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return 200, {"deprecationTime": image.deprecation_time}

    def _disk(self, ami: str) -> tuple[int, Any]:
        image = self._find(ami)
        return (200, self._compute.disk(image.layers)) if image else (404, {"error": f"no image {ami}"})

    def _rebase(self, name: str, value: Any) -> None:
        """Also changes existing base AMIs."""
        self._compute.behaviours.change(name, value)
        with self._compute.lock:
            for backend in self._compute.backends():
                for image in backend.amis.values():
                    if image.owner_id != backend.account_id:
                        image.follow(self._compute.behaviours)

    def _change(self, **wishes: Any) -> tuple[int, Any]:
        """Changes the given settings, and answers with all of them (rehearsal/README.md)."""
        compute, gateway, pace = self._compute, self.gateway, self._compute.pace
        seconds = {
            "imageSeconds": "image_seconds",
            "copySeconds": "copy_seconds",
            "launchSeconds": "launch_seconds",
            "terminateSeconds": "terminate_seconds",
            "stopSeconds": "stop_seconds",
            "sshSeconds": "ssh_seconds",
        }
        for name, value in wishes.items():
            match name:
                case "kind" if value in ("namespace", "machine"):
                    compute.kind = value
                case "ownKind" if value in ("namespace", "machine"):
                    compute.own_kind = value
                case "copySeconds" if isinstance(value, dict):
                    pace.copy_seconds_in = {region: float(one) for region, one in value.items()}
                case _ if name in seconds:
                    setattr(pace, seconds[name], float(value))
                case "copiesAtOnce":
                    pace.copies_at_once = int(value)
                case _ if name in KINDS:
                    gateway.policies.attach(name, value)
                case "rates":
                    gateway.rates.set(value)
                case "lagSeconds":
                    gateway.lag.seconds = float(value)
                case "publicSubnets":
                    compute.behaviours.change(name, value)
                    for backend in compute.backends():
                        for subnet in backend.get_default_subnets().values():
                            subnet.map_public_ip_on_launch = value
                case "baseGib" | "baseRhel":
                    self._rebase(name, value)
                case _ if not compute.behaviours.change(name, value):
                    raise ValueError(f"{name} cannot be {value!r}")
        return 200, {
            "kind": compute.kind,
            "ownKind": compute.own_kind or compute.kind,
            **{name: getattr(pace, attribute) for name, attribute in seconds.items()},
            "copySecondsIn": pace.copy_seconds_in,
            "copiesAtOnce": pace.copies_at_once,
            **{kind: gateway.policies.documents.get(kind) for kind in KINDS},
            "rates": [asdict(rate) for rate in gateway.rates.rates],
            "lagSeconds": gateway.lag.seconds,
            **asdict(compute.behaviours),
        }
