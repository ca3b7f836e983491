"""The files of catalog/, which the action and the template read, too."""

import json
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).resolve().parent.parent / "catalog"


def catalogue(name: str) -> Any:
    """The content of catalog/NAME.json."""
    return json.loads((DIRECTORY / f"{name}.json").read_text())


def upstream_key(name: str) -> str:
    """The fingerprint of an upstream's key."""
    return str(catalogue("keys")[name]["fingerprint"])


def addresses(part: str, version: str, arch: str) -> tuple[str, str]:
    """Paths below a mirror's root: of a download, and of its file of sums."""

    def path(text: str) -> str:
        return text.replace("{version}", version).replace("{arch}", arch).removeprefix("https://")

    download = catalogue("downloads")[part]
    url = path(download["url"])
    return url, path(download["sums"]).replace("{url}", url)
