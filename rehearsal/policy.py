"""IAM policies and service control policies: which statements apply to a call, and their result. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

# The request's context: condition key -> one or several values. Missing keys are absent.
Context = Mapping[str, str | list[str]]

# Condition keys that a call's context can have here. A tag's key follows the slash.
KEYS = frozenset(
    [
        "aws:requestedregion",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:securetransport",
        "aws:tagkeys",
        "aws:requesttag/",
        "aws:resourcetag/",
        "ec2:resourcetag/",
        "ec2:region",
        "ec2:createaction",
        "ec2:encrypted",
        "ec2:instanceprofile",
        "ec2:instancetype",
        "ec2:metadatahttpendpoint",
        "ec2:metadatahttpputresponsehoplimit",
        "ec2:metadatahttptokens",
        "ec2:owner",
        "ec2:public",
        "ec2:rootdevicetype",
        "ec2:subnet",
        "ec2:tenancy",
        "ec2:volumesize",
        "ec2:volumetype",
        "ec2:vpc",
        "iam:passedtoservice",
        "kms:grantisforawsresource",
        "kms:viaservice",
    ]
)


class Unjudged(ValueError):
    """The policy uses something that is not supported here; an error is better than a wrong verdict."""


@dataclass(frozen=True)
class Requirement:
    """One requirement of a call: policies must allow `service:Action` on a resource."""

    action: str
    resource: str
    context: Context


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Compiles a policy's pattern, in which only `*` and `?` are special."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(letter) or re.escape(letter) for letter in text), re.DOTALL)


def like(pattern: str, value: str) -> bool:
    return _pattern(pattern).fullmatch(value) is not None


def _number(test: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda wanted, value: test(float(value), float(wanted))


# Comparisons, without the prefixes and suffixes of operator names. `Not` negates them.
OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, value: wanted == value,
    "StringEqualsIgnoreCase": lambda wanted, value: wanted.lower() == value.lower(),
    "StringLike": like,
    "ArnEquals": like,
    "ArnLike": like,
    "Bool": lambda wanted, value: wanted.lower() == value.lower(),
    "NumericEquals": _number(float.__eq__),
    "NumericLessThan": _number(float.__lt__),
    "NumericLessThanEquals": _number(float.__le__),
    "NumericGreaterThan": _number(float.__gt__),
    "NumericGreaterThanEquals": _number(float.__ge__),
}
NAME = re.compile(r"(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?")


def _operator(name: str) -> tuple[str | None, Callable[[str, str], bool], bool, bool]:
    """The set operator, the comparison, whether it is negated, and whether a missing key satisfies it."""
    found = NAME.fullmatch(name)
    bare = found[2] if found else ""
    plain = bare.replace("Not", "", 1)
    if not found or plain not in OPERATORS:
        raise Unjudged(f"the condition operator {name} is not supported here")
    return found[1], OPERATORS[plain], plain != bare, found[3] is not None


def _holds(operator: str, key: str, wanted: list[str], context: Context) -> bool:
    """Whether one line of a condition is satisfied."""
    names = {name.lower(): value for name, value in context.items()}
    value = names.get(key.lower())
    values = [] if value is None else [value] if isinstance(value, str) else value
    if operator == "Null":
        return (not values) == (wanted == ["true"])
    many, matches, turned, if_exists = _operator(operator)
    if not values:
        # ForAllValues and negated operators hold without values.
        return many == "ForAllValues" or if_exists or (turned and many is None)
    met = [any(matches(one, value) for one in wanted) != turned for value in values]
    return any(met) if many == "ForAnyValue" else all(met)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Statement:
    """`actions` and `resources`: patterns, and whether they are negated (NotAction, NotResource)."""

    allows: bool
    actions: tuple[bool, tuple[str, ...]]
    resources: tuple[bool, tuple[str, ...]]
    condition: tuple[tuple[str, str, tuple[str, ...]], ...]

    def applies(self, requirement: Requirement) -> bool:
        action, resource = requirement.action.lower(), requirement.resource
        return (
            any(like(one.lower(), action) for one in self.actions[1]) == self.actions[0]
            and any(like(one, resource) for one in self.resources[1]) == self.resources[0]
            and all(
                _holds(operator, key, list(wanted), requirement.context) for operator, key, wanted in self.condition
            )
        )


def _statement(wish: dict[str, Any]) -> Statement:
    unknown = wish.keys() - {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
    if unknown or wish.get("Effect") not in ("Allow", "Deny"):
        raise Unjudged(f"a statement may have Effect, Action, Resource and Condition, not {', '.join(sorted(unknown))}")
    if "${" in json.dumps(wish):
        raise Unjudged("policy variables are not supported here")

    def patterns(name: str) -> tuple[bool, tuple[str, ...]]:
        given = [prefix for prefix in ("", "Not") if prefix + name in wish]
        if len(given) != 1:
            raise Unjudged(f"a statement must have either {name} or Not{name}")
        return given[0] == "", tuple(map(str, _listed(wish[given[0] + name])))

    condition = []
    for operator, lines in wish.get("Condition", {}).items():
        if operator != "Null":
            _operator(operator)
        for key, wanted in lines.items():
            if re.sub("/.*", "/", key.lower()) not in KEYS:
                raise Unjudged(f"the condition key {key} is not supported here")
            values = (str(one).lower() if isinstance(one, bool) else str(one) for one in _listed(wanted))
            condition.append((operator, key, tuple(values)))
    return Statement(wish["Effect"] == "Allow", patterns("Action"), patterns("Resource"), tuple(condition))


def statements(document: Any) -> tuple[Statement, ...]:
    """Parses a policy document. Raises Unjudged if it is invalid or uses something that is not supported here."""
    if (
        not isinstance(document, dict)
        or document.keys() - {"Version", "Id", "Statement"}
        or "Statement" not in document
    ):
        raise Unjudged("a policy must have Version and Statement only")
    return tuple(_statement(one) for one in _listed(document["Statement"]))


def verdict(policy: tuple[Statement, ...], requirement: Requirement) -> str | None:
    """Why a policy does not allow a requirement, in AWS's words; None: it allows it."""
    found = {one.allows for one in policy if one.applies(requirement)}
    if False in found:
        return "with an explicit deny in"
    return None if True in found else "because nothing allows it in"
