"""Pages of describes, and resources that are hidden by default."""

from __future__ import annotations

import base64
import copy
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from . import errors

OPERATOR = {"Managed": True, "Principal": "eks.amazonaws.com", "HiddenByDefault": True}


@dataclass(frozen=True)
class Paged:
    """A describe: the member with its items, and the limits of MaxResults.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination, and each action's page.
    """

    member: str
    least: int = 5
    most: int | None = None


PAGED = {
    "DescribeImages": Paged("Images", least=1),
    "DescribeInstances": Paged("Reservations"),
    "DescribeLaunchTemplates": Paged("LaunchTemplates", least=1, most=200),
    "DescribeLaunchTemplateVersions": Paged("LaunchTemplateVersions", least=1, most=200),
    "DescribeNetworkInterfaces": Paged("NetworkInterfaces"),
    "DescribeSecurityGroups": Paged("SecurityGroups"),
    "DescribeSnapshots": Paged("Snapshots"),
    "DescribeSubnets": Paged("Subnets"),
    "DescribeVolumes": Paged("Volumes"),
    "DescribeVpcs": Paged("Vpcs"),
}
# Items of the largest page.
LARGEST = 1000


def page(
    paged: Paged, items: list[Any], most: int | None, token: str | None, empty: bool
) -> tuple[list[Any], str | None]:
    """The items of one page, and the token of the next. `empty`: the first and the last page are empty."""
    if most is not None and (most < paged.least or (paged.most and most > paged.most)):
        raise errors.invalid_page_size(most, paged.least, paged.most or LARGEST)
    if most is None and token is None:
        return items, None
    if token is None and empty:
        return [], token_for(0)
    start = 0 if token is None else offset(token)
    end = start + min(most or LARGEST, LARGEST)
    more = end < len(items) or (empty and start < len(items))
    return items[start:end], token_for(end) if more else None


def token_for(start: int) -> str:
    return base64.urlsafe_b64encode(f"page from {start}".encode()).decode()


def offset(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("page from "))
    except ValueError:
        raise errors.invalid_token(token) from None


class Describing(EC2Response):
    """Each docstring names what moto's own method lacks."""

    def _get_param(self, param_name: str, if_none: Any = None) -> Any:
        """Hides the paging parameters from moto, which pages some describes differently and truncates others."""
        if self._get_action() in PAGED and param_name in ("MaxResults", "NextToken"):
            return 10_000 if param_name == "MaxResults" else if_none
        return super()._get_param(param_name, if_none)

    def serialized(self, action_result: ActionResult) -> Any:
        paged = PAGED.get(self._get_action())
        result = action_result.result
        if paged and isinstance(result, dict) and paged.member in result:
            most, token = super()._get_param("MaxResults"), super()._get_param("NextToken")
            empty = self.ec2_backend.compute.behaviours.emptyPages
            try:
                shown, after = page(paged, list(result[paged.member]), most, token, empty)
            except EC2ClientError as error:
                return super().serialized(ActionResult(error))
            action_result = ActionResult({**result, paged.member: shown, "NextToken": after})
        return super().serialized(action_result)

    def describe_images(self) -> ActionResult:
        """IncludeDisabled, IncludeDeprecated."""
        result: Any = super().describe_images().result
        if not self._get_param("IncludeDisabled", False):
            result["Images"] = [image for image in result["Images"] if image.state != "disabled"]
        if not (self._get_param("IncludeDeprecated", False) or self._get_param("ImageIds", [])):
            own = self.current_account
            result["Images"] = [one for one in result["Images"] if one.owner_id == own or not one.is_deprecated]
        return ActionResult(result)

    def _managed(self, name: str) -> bool:
        return name in self.ec2_backend.compute.behaviours.managed

    def describe_instances(self) -> ActionResult:
        """IncludeManagedResources."""
        result: Any = super().describe_instances().result
        every, shown = self._get_param("IncludeManagedResources", False), []
        for reservation in result["Reservations"]:
            visible = copy.copy(reservation)
            visible.instances = [one for one in reservation.instances if every or not self._managed(one.id)]
            for one in visible.instances:
                one.operator = OPERATOR if self._managed(one.id) else None
            if visible.instances:
                shown.append(visible)
        return ActionResult({**result, "Reservations": shown})

    def _with_managed(self, result: Any, member: str) -> ActionResult:
        every = self._get_param("IncludeManagedResources", False)
        managed = [self._managed(one["LaunchTemplateId"]) for one in result[member]]
        shown = [
            {**one, "Operator": OPERATOR} if hidden else one
            for one, hidden in zip(result[member], managed, strict=True)
            if every or not hidden
        ]
        return ActionResult({**result, member: shown})

    def describe_launch_templates(self) -> ActionResult:
        """IncludeManagedResources."""
        return self._with_managed(super().describe_launch_templates().result, "LaunchTemplates")

    def describe_launch_template_versions(self) -> ActionResult:
        """IncludeManagedResources."""
        return self._with_managed(super().describe_launch_template_versions().result, "LaunchTemplateVersions")
