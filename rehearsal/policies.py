"""The policies that are attached to the rehearsed account, and their refusals."""

from __future__ import annotations

from typing import Any

from .authorization import requirements
from .policy import Statement, statements, verdict
from .refusals import Refusal, forbid
from .request import Request
from .subjects import Resource, State

# The role's own policy, and the organisation's service control policy, which limits it.
KINDS = ("policy", "scp")


class Policies:
    """Without policies, everything is allowed. Otherwise each attached policy must allow a call."""

    def __init__(self, account: str = "", state: State = lambda region, kind, name: Resource(name)) -> None:
        self._account, self._state = account, state
        self.documents: dict[str, Any] = {}
        self._statements: dict[str, tuple[Statement, ...]] = {}

    def attach(self, kind: str, document: Any) -> None:
        """None detaches it. Raises Unjudged for a policy that is not supported here."""
        read = statements(document) if document is not None else None
        for held, value in ((self.documents, document), (self._statements, read)):
            if value is None:
                held.pop(kind, None)
            else:
                held[kind] = value

    def refuse(self, request: Request) -> Refusal | None:
        """AWS's answer to a call that is not allowed, dry run or not. It comes before any check of existence."""
        attached = list(self._statements.items())
        for requirement in requirements(request, self._account, self._state) if attached else ():
            for kind, read in attached:
                why = verdict(read, requirement)
                if why:
                    return forbid(request.service, requirement.action, requirement.resource, f"{why} the {kind}")
        return None

    def may(self, action: str, region: str, via: str = "", **parameters: Any) -> bool:
        """Whether the account is allowed `service:Action`. `via`: the AWS service that acts on the account's behalf."""
        service, name = action.split(":")
        return self.refuse(Request(service, region, name, "", "", parameters, via=via)) is None
