"""Lookup `checked_options`: fails if a variable of the playbook is misspelt or has a value that no task can use.

The action makes the same checks before it launches anything (src/inputs/options.ts); this one is for people who run
Packer themselves. ansible/options.json says which values a variable may have. Returns an empty string.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.utils.vars import load_extra_vars

from ansible.plugins.lookup import LookupBase

DOCUMENTATION = """
name: checked_options
short_description: fails when a variable is misspelt or cannot be used
description:
  - Compares the variables of the command line with C(ansible/options.json).
"""

OURS = re.compile("^(base|containerd|kubernetes|cleanup|image)_")


def mistake(value: Any, shape: dict[str, Any], path: str) -> str | None:
    """The mistake in one line, if any. Templates are not checked, since Ansible has yet to fill them in."""
    if isinstance(value, str) and "{{" in value:
        return None
    kinds = [shape["type"]] if isinstance(shape["type"], str) else shape["type"]
    if kind_of(value) not in kinds:
        return f"{path} is {json.dumps(value, default=str)} instead of a {' or a '.join(kinds)}"
    if isinstance(value, str):
        if "values" in shape and value not in shape["values"]:
            return (
                f'{path} is "{value}" instead of one of {", ".join(shape["values"])}{nearest(value, shape["values"])}'
            )
        if "pattern" in shape and not re.search(shape["pattern"], value):
            return f'{path} is "{value}", which is not allowed: it looks like {shape["pattern"]}'
    if isinstance(value, list):
        return first((f"{path}[{at}]", each, shape.get("items")) for at, each in enumerate(value))
    if not isinstance(value, dict):
        return None
    fields = shape.get("fields")
    for name in value:
        if ("keys" in shape and not re.search(shape["keys"], name)) or (fields is not None and name not in fields):
            return f'{path} has "{name}", which is not allowed{nearest(name, fields or ())}'
    wrong = first((f"{path}.{name}", each, (fields or {}).get(name, shape.get("each"))) for name, each in value.items())
    missing = [name for name in fields or () if name not in value] if value and shape.get("whole") else []
    return wrong or (f"{path} has no {missing[0]}" if missing else None)


def first(parts: Iterable[tuple[str, Any, dict[str, Any] | None]]) -> str | None:
    found = (mistake(value, shape, path) for path, value, shape in parts if shape is not None)
    return next((each for each in found if each is not None), None)


def kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds = {str: "string", int: "integer", list: "list", dict: "map"}
    return next((kind for python, kind in kinds.items() if isinstance(value, python)), "null")


def nearest(word: str, words: Iterable[str]) -> str:
    found = difflib.get_close_matches(word, list(words), 1)
    return f' (did you mean "{found[0]}"?)' if found else ""


def check(variables: dict[str, Any], options: dict[str, dict[str, Any]], known: Iterable[str]) -> list[str]:
    """All mistakes, one line each. `known`: the systems of catalog/operating-systems.json."""
    os = variables.get("image_os")
    # Only users know what their own systems support.
    system = os if isinstance(os, str) and os in known else None
    names = [name for name, option in options.items() if not option.get("plan")]
    found = []
    for name, value in variables.items():
        if name in options:
            found.append(mistake(value, options[name], name))
        elif OURS.match(name):
            found.append(f'there is no variable "{name}"{nearest(name, names)}')
        found.append(elsewhere(name, value, options.get(name, {}), system))
    return [line for line in found if line is not None]


def elsewhere(name: str, value: Any, option: dict[str, Any], system: str | None) -> str | None:
    """A line if this system does not support the value."""
    systems = option.get("systems")
    if systems is None or value == option.get("default") or system is None or re.search(systems, system):
        return None
    return f"{system} cannot have {name}: {json.dumps(value)}"


class LookupModule(LookupBase):
    """Returns an empty string, or raises an error."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        ansible = Path(__file__).resolve().parents[2]
        options = json.loads((ansible / "options.json").read_text())
        known = json.loads((ansible.parent / "catalog/operating-systems.json").read_text())
        # Only variables of the command line, not those that tasks register.
        wrong = check(load_extra_vars(self._loader), options, known)
        if wrong:
            raise AnsibleLookupError("; ".join(wrong))
        return [""]
