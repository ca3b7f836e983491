"""The rehearsal's own view, for people and tests: what is there, what was called, which faults are due."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from .compute import Compute
from .gateway import Gateway
from .helper import HelperError
from .inventory import inventory


class Control:
    """Answers `/rehearsal/...`: status and a value for JSON."""

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
                    # A copy first: calls are recorded while it is read.
                    return 200, [asdict(call) for call in list(self.gateway.calls)]
                case "GET", ["images", ami]:
                    return self._image(ami)
                case "POST", ["images", ami, "disk"]:
                    return self._disk(ami)
                case "GET", ["metadata", instance]:
                    return 200, [
                        {"path": path, "status": status} for path, status in self._compute.metadata_requests(instance)
                    ]
                case "GET", ["faults"]:
                    return 200, [asdict(fault) for fault in self.gateway.faults]
                case "POST", ["faults"]:
                    self.gateway.set_faults(json.loads(body))
                    return 200, [asdict(fault) for fault in self.gateway.faults]
                case "DELETE", ["faults"]:
                    self.gateway.set_faults([])
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

    def _disk(self, ami: str) -> tuple[int, Any]:
        image = self._find(ami)
        return (200, self._compute.disk(image.layers)) if image else (404, {"error": f"no image {ami}"})

    def _change(
        self,
        kind: str | None = None,
        ownKind: str | None = None,
        imageSeconds: float | None = None,
        copySeconds: float | None = None,
        copiesAtOnce: int | None = None,
        denied: list[str] | None = None,
    ) -> tuple[int, Any]:
        """What is named is changed; all is answered (rehearsal/README.md)."""
        compute, gateway = self._compute, self.gateway
        if not {kind, ownKind} <= {"namespace", "machine", None}:
            raise ValueError("kind and ownKind are namespace or machine")
        if any(":" not in action for action in denied or []):
            raise ValueError("denied is a list of actions such as ec2:CopyImage")
        compute.kind = kind or compute.kind
        compute.own_kind = ownKind or compute.own_kind
        compute.image_seconds = compute.image_seconds if imageSeconds is None else float(imageSeconds)
        compute.copy_seconds = compute.copy_seconds if copySeconds is None else float(copySeconds)
        compute.copies_at_once = compute.copies_at_once if copiesAtOnce is None else int(copiesAtOnce)
        gateway.denied = gateway.denied if denied is None else frozenset(denied)
        return 200, {
            "kind": compute.kind,
            "ownKind": compute.own_kind or compute.kind,
            "imageSeconds": compute.image_seconds,
            "copySeconds": compute.copy_seconds,
            "copiesAtOnce": compute.copies_at_once,
            "denied": sorted(gateway.denied),
        }
