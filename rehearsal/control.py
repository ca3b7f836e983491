"""The rehearsal's own view, for people and tests: what is there, what was called, which faults are due."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from .compute import Compute
from .gateway import Gateway
from .helper import HelperError


def tags(resource: Any) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in resource.get_tags()}


def inventory(compute: Compute, parameters: Any) -> list[dict[str, Any]]:
    """Every resource of every region that somebody made: tagged or not, finished or not."""
    found: list[dict[str, Any]] = []
    for backend in compute.backends():
        account, region = backend.account_id, backend.region_name

        def add(kind: str, id: str, resource: Any = None, region: str = region, **more: Any) -> None:
            found.append({"type": kind, "region": region, "id": id, "tags": tags(resource) if resource else {}, **more})

        for reservation in backend.reservations.values():
            for one in reservation.instances:
                if one.state != "terminated":
                    add("instance", one.id, one, state=one.state, image=one.image_id, address=one.private_ip)
        for volume in backend.volumes.values():
            add("volume", volume.id, volume, state=volume.status)
        for image in backend.amis.values():
            if image.owner_id == account:
                add("image", image.id, image, state=image.state, name=image.name, snapshot=image.ebs_snapshot.id)
        for snapshot in backend.snapshots.values():
            if snapshot.owner_id == account:
                add("snapshot", snapshot.id, snapshot, state=snapshot.status)
        for pair in backend.key_pairs.values():
            add("key-pair", pair.id, pair, name=pair.key_name)
        for groups in backend.groups.values():
            for group in groups.values():
                if group.name != "default":
                    add("security-group", group.id, group, name=group.name)
        for interface in backend.enis.values():
            add("network-interface", interface.id, interface, state=interface.status)
        for template in backend.launch_templates.values():
            add("launch-template", template.id, template, name=template.name)
        for name in parameters(region):
            add("parameter", name)
    return found


class Control:
    """Answers `/rehearsal/...`: status and a value for JSON."""

    def __init__(self, compute: Compute, parameters: Any) -> None:
        self._compute, self._parameters = compute, parameters
        self.gateway: Gateway

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        try:
            match method, path.strip("/").split("/"):
                case "GET", ["inventory"]:
                    with self._compute.lock:
                        return 200, inventory(self._compute, self._parameters)
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
        self, kind: str | None = None, imageSeconds: float | None = None, copySeconds: float | None = None
    ) -> tuple[int, Any]:
        """Of which kind instances are from now on; how long AMIs stay pending once they are made or copied."""
        compute = self._compute
        if kind not in ("namespace", "machine", None):
            raise ValueError("kind is namespace or machine")
        compute.kind = kind or compute.kind
        compute.image_seconds = compute.image_seconds if imageSeconds is None else float(imageSeconds)
        compute.copy_seconds = compute.copy_seconds if copySeconds is None else float(copySeconds)
        return 200, {"kind": compute.kind, "imageSeconds": compute.image_seconds, "copySeconds": compute.copy_seconds}
