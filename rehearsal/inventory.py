"""All resources of the rehearsed account, from the state behind the API: tagged or not, finished or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .compute import Compute

Resource = dict[str, Any]


def inventory(compute: Compute) -> list[Resource]:
    """Every created resource in every region."""
    return [
        {"type": kind, "region": backend.region_name, "id": id, "tags": tags, **more}
        # Not `backends()`: EC2 may not have been called where another service has a resource.
        for backend in (compute.backend(region) for region in sorted(compute.regions))
        for parts in (instances, images, network, others)
        for kind, id, tags, more in parts(backend)
    ]


Found = Iterator[tuple[str, str, dict[str, str], dict[str, Any]]]


def tags(resource: Any) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in resource.get_tags()}


def instances(backend: Any) -> Found:
    for reservation in backend.reservations.values():
        for one in reservation.instances:
            if one.state != "terminated":
                yield (
                    "instance",
                    one.id,
                    tags(one),
                    {"state": one.state, "image": one.image_id, "address": one.public_ip or one.private_ip},
                )
    for template in backend.launch_templates.values():
        more = {"name": template.name, "images": [version.data.get("ImageId") for version in template.versions]}
        yield "launch-template", template.id, tags(template), more


def images(backend: Any) -> Found:
    for volume in backend.volumes.values():
        yield "volume", volume.id, tags(volume), {"state": volume.status}
    for image in backend.amis.values():
        if image.owner_id == backend.account_id:
            more = {
                "state": image.state,
                "name": image.name,
                "snapshot": image.ebs_snapshot.id,
                "launchPermissions": image.launch_permissions,
                "deprecationTime": image.deprecation_time,
                "deregistrationProtection": image.deregistration_protection,
            }
            yield "image", image.id, tags(image), more
    for snapshot in backend.snapshots.values():
        if snapshot.owner_id == backend.account_id:
            more = {
                "state": snapshot.status,
                "key": snapshot.kms_key_id,
                "users": sorted(snapshot.create_volume_permission_userids),
                "groups": sorted(snapshot.create_volume_permission_groups),
            }
            yield "snapshot", snapshot.id, tags(snapshot), more


def network(backend: Any) -> Found:
    for pair in backend.key_pairs.values():
        yield "key-pair", pair.id, tags(pair), {"name": pair.key_name}
    for groups in backend.groups.values():
        for group in groups.values():
            if group.name != "default":
                yield "security-group", group.id, tags(group), {"name": group.name}
    for interface in backend.enis.values():
        yield "network-interface", interface.id, tags(interface), {"state": interface.status}


def others(backend: Any) -> Found:
    """Resources of the other services, without initial ones and AWS's own keys."""
    from moto.autoscaling.models import autoscaling_backends
    from moto.kms.models import kms_backends
    from moto.ssm.models import ssm_backends

    account, region = backend.account_id, backend.region_name
    parameters = ssm_backends[account][region]._parameters
    for newest in [versions[-1] for versions in parameters.values() if versions]:
        if not newest.name.startswith("/aws/"):
            yield "parameter", newest.name, {}, {"value": newest.value, "version": newest.version}
    scaling = autoscaling_backends[account][region]
    for group in scaling.autoscaling_groups.values():
        yield "auto-scaling-group", group.name, {tag["Key"]: tag["Value"] for tag in group.tags}, {}
    for configuration in scaling.launch_configurations.values():
        yield "launch-configuration", configuration.name, {}, {"image": configuration.image_id}
    for key in kms_backends[account][region].keys.values():
        if key.key_manager == "CUSTOMER":
            yield "kms-key", key.id, {}, {"state": key.key_state}
