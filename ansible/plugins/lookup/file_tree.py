"""Lookup `file_tree`: directories of files as one JSON document, which roles/base/files/lay_out.py writes on the node.

Thirty tasks for thirty files would cost half a second each; this needs one task.
Files named `*.j2` are templates and lose that suffix; those that render to nothing are left out. Symbolic links stay
links, and `*.symlink.j2` renders to the target of a link. No other name makes a link: networkd's files end in `.link`.
The executable bit decides between modes 0755 and 0644; root owns everything.
"""

from __future__ import annotations

import json
import os
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


class LookupModule(LookupBase):
    """One JSON object: node path -> {"content", "mode"} or {"link"}."""

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
                content = path.read_text()
                if path.suffix == ".j2":
                    target = target.removesuffix(".j2")
                    rendered = template.run([str(path)], variables)[0]
                    # ansible-core 2.19 renders an empty template to None.
                    content = "" if rendered is None else str(rendered)
                    if not content.strip():
                        continue
                if path.name.endswith(".symlink.j2"):
                    tree[target.removesuffix(".symlink")] = {"link": content.strip()}
                else:
                    tree[target] = {"content": content, "mode": "0755" if os.access(path, os.X_OK) else "0644"}
        return tree
