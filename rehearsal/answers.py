"""Checks an answer against the service's model: botocore's parser for the operation must read it."""

from __future__ import annotations

import json
from typing import Any

from botocore.model import Shape
from botocore.parsers import EC2QueryParser, QueryParser, ResponseParserError

from .refusals import JSON_SERVICES
from .validation import mistakes
from .wire import Kind, Mistake, without_nulls

# Elements around the modelled output; `return` is the whole answer of an action without output.
AROUND = frozenset({"requestId", "ResponseMetadata", "return"})


class _Strict(QueryParser):
    """botocore's parser, which records what it ignores."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Mistake] = []
        self.root: Any = None

    def _report(self, kind: Kind, name: str, why: str) -> None:
        self.found.append(Mistake(kind, name, why))

    def read(self, body: bytes, action: str, shape: Any) -> None:
        """Raises the same errors as botocore's parser."""
        self.root = root = self._parse_xml_string_to_dom(body)
        if self._node_tag(root) != f"{action}Response":
            self._report("unknown", self._node_tag(root), f"it is a {self._node_tag(root)}")
        elif shape is None:
            self._refuse_others(root, frozenset(), "it")
        else:
            wrapper = shape.serialization.get("resultWrapper")
            self._parse_shape(shape, self._find_result_wrapped_shape(wrapper, root) if wrapper else root)

    def _node_tag(self, node: Any) -> str:
        """Faster than botocore's; called for every element."""
        tag: str = node.tag
        return tag.rpartition("}")[2]

    def _refuse_others(self, node: Any, known: frozenset[str], name: str) -> None:
        for child in node:
            tag = self._node_tag(child)
            if tag not in known and not (node is self.root and tag in AROUND):
                self._report("unknown", f"{name}.{tag}", f"there is no {tag} in {name}")

    def _handle_structure(self, shape: Any, node: Any) -> Any:
        if isinstance(node, list):
            tag = self._node_tag(node[0])
            self._report("type", tag, f"{tag} is there {len(node)} times")
        else:
            known = shape.__dict__.get("known_elements")
            if known is None:
                names = (self._member_key_name(inner, name) for name, inner in shape.members.items())
                known = shape.__dict__["known_elements"] = frozenset(names)
            self._refuse_others(node, known, shape.name)
        return super()._handle_structure(shape, node)

    def _handle_list(self, shape: Any, node: Any) -> Any:
        if not shape.serialization.get("flattened"):
            self._refuse_others(node, frozenset({shape.member.serialization.get("name", "member")}), shape.name)
        return super()._handle_list(shape, node)

    def _handle_boolean(self, shape: Shape, node: Any) -> Any:
        if node.text not in ("true", "false"):
            tag = self._node_tag(node)
            self._report("type", tag, f"{tag} is no boolean: {node.text}")
        return super()._handle_boolean(shape, node)

    def _handle_string(self, shape: Any, node: Any) -> Any:
        tag = self._node_tag(node)
        if len(node):
            self._report("type", tag, f"{tag} is a text and has elements")
        elif node.text and shape.enum and node.text not in shape.enum:
            self._report("enum", tag, f"{tag} is never {node.text}")
        return super()._handle_string(shape, node)


class _StrictEC2(_Strict, EC2QueryParser):
    pass


def trouble(service: str, operation: Any, body: bytes) -> list[Mistake]:
    """What is wrong with the body of an answer with status 200."""
    shape = operation.output_shape
    try:
        if service in JSON_SERVICES:
            # moto writes null where AWS omits a member; SDKs read both alike.
            answer = without_nulls(json.loads(body or b"{}")) or {}
            # AWS's own answers break lengths and patterns of the model: GetParameters has an empty InvalidParameters.
            return [one for one in mistakes(answer, shape, None) if one.kind != "value"]
        parser = _StrictEC2() if service == "ec2" else _Strict()
        parser.read(body, operation.name, shape)
    except (ResponseParserError, ValueError, KeyError, TypeError) as error:
        return [Mistake("type", type(error).__name__, f"{type(error).__name__}: {error}")]
    return parser.found
