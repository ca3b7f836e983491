"""AWS's answers to refused calls, in the format of each service. Pure."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from . import regions
from .request import Credentials, Request

SERVICES = frozenset({"ec2", "sts", "ssm", "secretsmanager", "iam", "kms", "autoscaling"})
# Services whose requests and answers are JSON.
JSON_SERVICES = frozenset({"ssm", "secretsmanager", "kms", "servicequotas"})
# Services that need an enabled region; the others are global or answer everywhere.
REGIONAL = SERVICES - {"iam"}


@dataclass(frozen=True)
class Refusal:
    """An answer that replaces the real one."""

    status: int
    code: str
    message: str
    # Kinds and names of a request's mistakes, without values.
    mistakes: str = ""


def refuse(request: Request, credentials: Credentials, enabled: frozenset[str]) -> Refusal | None:
    """AWS's answer to unknown credentials, and to calls for a region that is not enabled. None: no refusal."""
    if not request.service:
        return Refusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    if request.service not in SERVICES:
        return Refusal(400, "UnsupportedOperation", f"the rehearsal has no {request.service}")
    if request.key != credentials.key or request.token != credentials.token:
        if request.service == "ec2":
            return Refusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        if request.service in JSON_SERVICES:
            return Refusal(400, "UnrecognizedClientException", "The security token included in the request is invalid.")
        return Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    if request.service in REGIONAL and request.region not in enabled:
        if request.region not in regions.ALL:
            return Refusal(400, "InvalidParameterValue", f"the region '{request.region}' does not exist")
        if request.service == "ec2":
            # In a region that is not enabled, the account's keys are unknown.
            return Refusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        return Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid")
    return None


def forbid(service: str, action: str, resource: str, why: str) -> Refusal:
    """AWS's answer to a call if a policy does not allow `action` on `resource`, DryRun or not."""
    user = "User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform"
    message = f"{user}: {action} on resource: {resource} {why}"
    if service == "ec2":
        return Refusal(403, "UnauthorizedOperation", f"You are not authorized to perform this operation. {message}")
    code = "AccessDeniedException" if service in JSON_SERVICES else "AccessDenied"
    return Refusal(400 if service in JSON_SERVICES else 403, code, message)


def throttle(request: Request) -> Refusal:
    """AWS's answer to too many calls."""
    if request.service == "ec2":
        return Refusal(503, "RequestLimitExceeded", "Request limit exceeded.")
    return Refusal(400, "ThrottlingException" if request.service in JSON_SERVICES else "Throttling", "Rate exceeded")


def render(service: str, refusal: Refusal) -> tuple[str, bytes]:
    """The error in the format of its service: content type and body."""
    request_id = str(uuid.uuid4())
    code, message = escape(refusal.code), escape(refusal.message)
    if service in JSON_SERVICES:
        return "application/x-amz-json-1.1", json.dumps({"__type": refusal.code, "message": refusal.message}).encode()
    if service == "ec2":
        text = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            f"<RequestID>{request_id}</RequestID></Response>"
        )
    else:
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    return "text/xml;charset=UTF-8", f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def error_code(body: bytes) -> str | None:
    """The code in an error's body, XML or JSON."""
    found = re.search(rb"<Code>([^<]+)</Code>", body) or re.search(rb'"__type"\s*:\s*"(?:[^"]*#)?([^"]+)"', body)
    return found[1].decode() if found else None
