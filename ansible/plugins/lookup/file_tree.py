"""Lookup `file_tree`: directories of files as one JSON document, which roles/base/files/lay_out.py writes on the node.

Thirty tasks for thirty files would cost half a second each; this needs one task.
Files named `*.j2` are templates and lose that suffix; those that render to nothing are left out. Symbolic links stay
links, and `*.symlink.j2` renders to the target of a link. No other name makes a link: networkd's files end in `.link`.
The executable bit decides between modes 0755 and 0644; root owns everything. A user's file that only its owner can
read stays so. Content that is not UTF-8 is carried as base64.
"""

from __future__ import annotations

import base64
import json
import os
import stat
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.loader import lookup_loader

from ansible.plugins.lookup import LookupBase

DOCUMENTATION = """
name: file_tree
short_description: a directory of files and templates as one JSON document
description:
  - Reads every file below a directory of the controller; C(*.j2) are rendered.
options:
  _terms:
    description: Directories, each standing for the node's root directory, or maps from path to content. Later ones win.
    required: true
"""

# Their modes may come from the umask of a checkout, so they say nothing.
OWN = Path(__file__).resolve().parents[2]


def mode_of(path: Path) -> str:
    mode = 0o755 if os.access(path, os.X_OK) else 0o644
    private = not path.resolve().is_relative_to(OWN) and not stat.S_IMODE(path.stat().st_mode) & 0o077
    return f"{mode & 0o700 if private else mode:04o}"


def content_of(path: Path) -> dict[str, str]:
    data = path.read_bytes()
    try:
        return {"content": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


class LookupModule(LookupBase):
    """One JSON object: node path -> {"content" or "base64", "mode"} or {"link"}."""

    def run(
        self, terms: list[str | dict[str, str]], variables: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        tree: dict[str, dict[str, str]] = {}
        for term in terms:
            if isinstance(term, dict):
                tree |= {path: {"content": content, "mode": "0644"} for path, content in term.items()}
            else:
                tree |= self._tree(Path(term), variables)
        return [json.dumps(tree, sort_keys=True)]

    def _tree(self, root: Path, variables: dict[str, Any] | None) -> dict[str, dict[str, str]]:
        if not root.is_dir():
            raise AnsibleLookupError(f"file_tree: {root} is not a directory")
        template = lookup_loader.get("ansible.builtin.template", loader=self._loader, templar=self._templar)
        tree: dict[str, dict[str, str]] = {}
        for path in sorted(root.rglob("*")):
            target = "/" + str(path.relative_to(root))
            if path.is_symlink():
                tree[target] = {"link": os.readlink(path)}
            elif path.is_file():
                content = content_of(path)
                if path.suffix == ".j2":
                    target = target.removesuffix(".j2")
                    if "content" not in content:
                        raise AnsibleLookupError(f"file_tree: {path} is a template, and these must be UTF-8")
                    rendered = template.run([str(path)], variables)[0]
                    # ansible-core 2.19 renders an empty template to None.
                    text = "" if rendered is None else str(rendered)
                    if not text.strip():
                        continue
                    if path.name.endswith(".symlink.j2"):
                        tree[target.removesuffix(".symlink")] = {"link": text.strip()}
                        continue
                    content = {"content": text}
                tree[target] = {**content, "mode": mode_of(path)}
        return tree
