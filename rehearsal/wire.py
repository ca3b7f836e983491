"""Parses a request into the structure that a service's model describes. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from botocore.model import Shape, StructureShape

# Parameters of the protocol itself. A signature in the query string adds others, with the prefix X-Amz-.
PROTOCOL = frozenset({"Action", "Version"})

Kind = Literal["unknown", "missing", "type", "enum", "value"]


@dataclass(frozen=True)
class Mistake:
    """A mistake in one parameter. `name` is in the caller's notation; `why` is a sentence."""

    kind: Kind
    name: str
    why: str


def reasons(found: Iterable[Mistake]) -> str:
    """Whole sentences, with values."""
    return "; ".join(dict.fromkeys(one.why for one in found))


def names(found: Iterable[Mistake]) -> str:
    """The kinds and names, never a value."""
    return "; ".join(dict.fromkeys(f"{one.kind} {one.name}" for one in found))


def form(body: bytes, query: str) -> list[tuple[str, str]]:
    """The parameters of a call in a query protocol: from the body, or else from the query string."""
    pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    return pairs or parse_qsl(query, keep_blank_values=True)


def wire_name(shape: Shape, member: str, ec2: bool) -> str:
    """A member's name in a form, by the rules of botocore's EC2Serializer and QuerySerializer."""
    rules = shape.serialization
    if ec2:
        name: str = rules.get("queryName") or rules.get("name") or member
        return name if "queryName" in rules or "name" not in rules else name[0].upper() + name[1:]
    if shape.type_name == "list" and rules.get("flattened") and shape.member.serialization.get("name"):
        return str(shape.member.serialization["name"])
    return str(rules.get("name", member))


def wire_names(shape: StructureShape, ec2: bool) -> Iterator[tuple[str, str, Shape]]:
    """Name in the form, member and shape, for all members of a structure."""
    for member, inner in shape.members.items():
        yield wire_name(inner, member, ec2), member, inner


def from_form(pairs: Iterable[tuple[str, str]], shape: Shape | None, ec2: bool) -> tuple[dict[str, Any], list[Mistake]]:
    """The structure in the pairs of a form, and mistakes in them."""
    reader = _Form(ec2)
    root: dict[str, Any] = {}
    for name, value in pairs:
        if name not in PROTOCOL and not name.startswith("X-Amz-"):
            reader.add(root, name, value)
    return (reader.structure(shape, root, "") if shape else reader.nothing(root)), reader.mistakes


class _Form:
    """One form. Nodes of its tree are texts, or dicts by parts of names."""

    def __init__(self, ec2: bool) -> None:
        self.ec2 = ec2
        self.mistakes: list[Mistake] = []

    def add(self, root: dict[str, Any], name: str, value: str) -> None:
        node, parts = root, name.split(".")
        for part in parts[:-1]:
            node = node.setdefault(part, {}) if isinstance(node, dict) else {}
        if not isinstance(node, dict) or parts[-1] in node:
            self._unknown(name, "it is given twice")
        else:
            node[parts[-1]] = value

    def nothing(self, root: dict[str, Any]) -> dict[str, Any]:
        for name in root:
            self._unknown(name)
        return {}

    def structure(self, shape: StructureShape, node: Any, path: str) -> dict[str, Any]:
        if not isinstance(node, dict):
            self._unknown(path, "it has members of its own")
            return {}
        known = {name: (member, inner) for name, member, inner in wire_names(shape, self.ec2)}
        found: dict[str, Any] = {}
        for name, value in node.items():
            at = f"{path}.{name}" if path else name
            if name in known:
                member, inner = known[name]
                found[member] = self._value(inner, value, at)
            else:
                self._unknown(at)
        return found

    def _value(self, shape: Shape, node: Any, path: str) -> Any:
        match shape.type_name:
            case "structure":
                return self.structure(shape, node, path)
            case "list":
                return [self._value(shape.member, value, at) for at, value in self._items(shape, "member", node, path)]
            case "map":
                return dict(self._pair(shape, value, at) for at, value in self._items(shape, "entry", node, path))
        if isinstance(node, dict):
            self._unknown(f"{path}.{next(iter(node), '')}")
            return ""
        return self._scalar(shape.type_name, node, path)

    def _items(self, shape: Shape, wrapper: str, node: Any, path: str) -> list[tuple[str, Any]]:
        """The items of a list or map, numbered from 1 without a gap."""
        if not self.ec2:
            if node == "":
                return []  # The notation of these protocols for an empty list.
            if not shape.serialization.get("flattened"):
                inner = shape.member.serialization.get("name", wrapper) if shape.type_name == "list" else wrapper
                for name in node if isinstance(node, dict) else [""]:
                    if name != inner:
                        self._unknown(f"{path}.{name}", f"a list is written {path}.{inner}.1")
                node, path = (node.get(inner, {}) if isinstance(node, dict) else {}), f"{path}.{inner}"
        if not isinstance(node, dict):
            self._unknown(path, f"a list is written {path}.1")
            return []
        expected = {str(number) for number in range(1, len(node) + 1)}
        for name in node.keys() - expected:
            self._unknown(f"{path}.{name}", f"a list is written {path}.1, {path}.2 and so on")
        return [(f"{path}.{name}", node[name]) for name in sorted(node.keys() & expected, key=int)]

    def _pair(self, shape: Any, node: Any, path: str) -> tuple[str, Any]:
        node = node if isinstance(node, dict) else {}
        key = shape.key.serialization.get("name", "key")
        value = shape.value.serialization.get("name", "value")
        for name in node.keys() - {key, value}:
            self._unknown(f"{path}.{name}")
        return str(node.get(key, "")), self._value(shape.value, node.get(value, ""), f"{path}.{value}")

    def _scalar(self, kind: str, text: str, path: str) -> Any:
        try:
            match kind:
                case "integer" | "long":
                    return int(text)
                case "float" | "double":
                    return float(text)
                case "boolean":
                    return {"true": True, "false": False}[text]
                case "blob":
                    return base64.b64decode(text, validate=True)
        except (ValueError, KeyError, binascii.Error):
            self.mistakes.append(Mistake("type", path, f"Value ({text}) is no {kind}"))
            return {"integer": 1, "long": 1, "float": 1.0, "double": 1.0, "boolean": False, "blob": b""}[kind]
        return text

    def _unknown(self, name: str, why: str = "") -> None:
        self.mistakes.append(Mistake("unknown", name, f"The parameter {name} is not recognized{why and ': ' + why}"))


def from_json(body: bytes) -> tuple[dict[str, Any], list[Mistake]]:
    """The structure of a call with a JSON body. A null counts as a missing member."""
    try:
        value = json.loads(body or b"{}")
        if not isinstance(value, dict):
            raise TypeError("it is not an object")
    except (ValueError, TypeError) as error:
        return {}, [Mistake("type", "body", f"The body cannot be read: {error}")]
    return without_nulls(value), []


def without_nulls(value: Any) -> Any:
    """JSON without nulls."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def without_empty(value: Any) -> Any:
    """JSON without empty lists."""
    if isinstance(value, dict):
        return {name: without_empty(one) for name, one in value.items() if one != []}
    return [without_empty(one) for one in value] if isinstance(value, list) else value
