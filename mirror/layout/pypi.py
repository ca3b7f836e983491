"""pypi.org/simple (PEP 503 pages and PEP 691 JSON) over files laid out as files.pythonhosted.org has them.

Links are relative, so they stay inside the mirror wherever it is served.
"""

import hashlib
import html
import json
import os
import re
import shutil
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

from mirror.sums import sha256

INDEX, FILES = "pypi.org/simple", "files.pythonhosted.org/packages"
JSON_NAME = "index.v1.json"


def normalized(name: str) -> str:
    """A project's name as PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def project_of(filename: str) -> str:
    """The normalized project name of a wheel or source archive."""
    stem = filename.removesuffix(".tar.gz").removesuffix(".zip")
    return normalized(filename.split("-")[0] if filename.endswith(".whl") else stem.rsplit("-", 1)[0])


def write_simple(tree: Path, downloads: Path) -> None:
    """Puts every file of `downloads` into the mirror and writes the index over them."""
    projects: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for source in sorted(downloads.iterdir()):
        # PyPI's own paths are made of the file's BLAKE2b-256.
        blake = hashlib.blake2b(source.read_bytes(), digest_size=32).hexdigest()
        place = tree / FILES / blake[:2] / blake[2:4] / blake[4:] / source.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
        folder = tree / INDEX / project_of(source.name)
        link = quote(os.path.relpath(place, folder))
        projects[folder.name].append((source.name, link, sha256(place)))
    for project, files in projects.items():
        _write_project(tree / INDEX / project, project, files)
    _write_root(tree / INDEX, sorted(projects))


def _write_project(folder: Path, project: str, files: list[tuple[str, str, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    links = [f'<a href="{html.escape(link)}#sha256={sha}">{html.escape(name)}</a><br/>' for name, link, sha in files]
    (folder / "index.html").write_text(_page(f"Links for {project}", links))
    described = [{"filename": name, "url": link, "hashes": {"sha256": sha}} for name, link, sha in files]
    value = {"meta": {"api-version": "1.0"}, "name": project, "files": described}
    (folder / JSON_NAME).write_text(json.dumps(value, indent=1) + "\n")


def _write_root(folder: Path, projects: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    links = [f'<a href="{name}/">{name}</a><br/>' for name in projects]
    (folder / "index.html").write_text(_page("Simple index", links))
    value = {"meta": {"api-version": "1.0"}, "projects": [{"name": name} for name in projects]}
    (folder / JSON_NAME).write_text(json.dumps(value, indent=1) + "\n")


def _page(title: str, lines: list[str]) -> str:
    body = "\n".join(lines)
    head = f'<meta name="pypi:repository-version" content="1.0"><title>{title}</title>'
    return f"<!DOCTYPE html>\n<html><head>{head}</head>\n<body>\n{body}\n</body></html>\n"
