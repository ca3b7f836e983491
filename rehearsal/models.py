"""Reads calls by botocore's service models, and returns AWS's answers to invalid ones."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationNotFoundError

from . import answers
from .refusals import JSON_SERVICES, Refusal
from .request import Request
from .validation import mistakes
from .wire import Mistake, form, from_form, from_json, names, reasons

# botocore's name of a service, if it differs from the name in signatures.
NAMES = {"servicequotas": "service-quotas"}


@cache
def service(name: str) -> Any:
    """A service's model, by its name in signatures. Cached, since reading EC2's takes a second."""
    return botocore.session.get_session().get_service_model(NAMES.get(name, name))


class Models:
    """Reads and checks requests and answers."""

    def parse(self, request: Request, body: bytes, query: str) -> tuple[dict[str, Any], Refusal | None]:
        """A call's parameters with the model's names, and AWS's refusal if they do not fit the model."""
        model, json, ec2 = service(request.service), request.service in JSON_SERVICES, request.service == "ec2"
        try:
            operation = model.operation_model(request.action)
        except OperationNotFoundError:
            return {}, unknown_action(request, json)
        pairs = [] if json else form(body, query)
        version = dict(pairs).get("Version", model.api_version)
        if version != model.api_version:
            why = f"The requested version ({version}) of service {request.service} does not exist"
            return {}, Refusal(400, "NoSuchVersion", why)
        shape = operation.input_shape
        parameters, found = from_json(body) if json else from_form(pairs, shape, ec2)
        found = found or mistakes(parameters, shape, None if json else ec2)
        return parameters, refusal(request.service, found) if found else None

    def trouble(self, request: Request, body: bytes) -> list[Mistake]:
        """Differences between a successful answer and the service's model."""
        try:
            operation = service(request.service).operation_model(request.action)
        except OperationNotFoundError:
            return [Mistake("unknown", request.action, "there is no such action")]
        return answers.trouble(request.service, operation, body)


def unknown_action(request: Request, json: bool) -> Refusal:
    if json:
        return Refusal(400, "UnknownOperationException", f"The action {request.action} does not exist")
    return Refusal(400, "InvalidAction", f"The action {request.action} is not valid for this web service.")


# EC2's codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
EC2 = {
    "unknown": "UnknownParameter",
    "missing": "MissingParameter",
    "type": "InvalidParameterValue",
    "enum": "InvalidParameterValue",
    "value": "InvalidParameterValue",
}


def refusal(service: str, found: list[Mistake]) -> Refusal:
    """AWS's answer to a call with these mistakes: EC2 names one, other services all."""
    if service == "ec2":
        first = min(found, key=lambda one: list(EC2).index(one.kind))
        return Refusal(400, EC2[first.kind], first.why, names(found))
    message = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: {reasons(found)}"
    if service not in JSON_SERVICES:
        return Refusal(400, "ValidationError", message, names(found))
    types = all(one.kind == "type" for one in found)
    return Refusal(400, "SerializationException" if types else "ValidationException", message, names(found))
