"""Lookup `file_tree`: a directory of files as one JSON text, for `files/lay_out.py` to write on the node.

Copying thirty files with thirty tasks costs half a second each; this makes it one task.
Files named `*.j2` are templates and lose that suffix. Symbolic links stay links.
The executable bit decides between modes 0755 and 0644; everything belongs to root.
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
short_description: a directory of files and templates as one JSON text
description:
  - Reads every file below a directory of the controller; C(*.j2) are rendered.
options:
  _terms:
    description: Directories; each stands for the root directory of the node.
    required: true
"""


class LookupModule(LookupBase):
    """One JSON object for each directory: node path -> {"content", "mode"} or {"link"}."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        return [json.dumps(self._tree(Path(term), variables), sort_keys=True) for term in terms]

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
                    content = str(template.run([str(path)], variables)[0])
                mode = "0755" if os.access(path, os.X_OK) else "0644"
                # A template that renders to nothing stands for a file that is not wanted.
                if content.strip() or path.suffix != ".j2":
                    tree[target] = {"content": content, "mode": mode}
        return tree
