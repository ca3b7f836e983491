"""Checks what Cluster API Provider AWS needs: AWS CLI version 2, and the datasource that fetches its user data."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from results import Wrong, journal, output

# systemd's PATH for units, and so cloud-init's: systemd.exec(5).
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
DATASOURCE = "DataSourceEc2ClusterApi"


def check(result: Path = Path("/run/cloud-init/result.json"), path: str = PATH) -> str:
    """Must run after the check that waits for cloud-init's end."""
    program = shutil.which("aws", path=path)
    if not program:
        raise Wrong("there is no AWS CLI, so no user data can be fetched from a secret")
    told = output(program, "--version")
    version = re.match(r"aws-cli/(2[0-9.]+)", told)
    if not version:
        raise Wrong(f"the AWS CLI says {(told.splitlines() or ['nothing'])[0]}, not a version 2", told)
    source = json.loads(result.read_text())["v1"]["datasource"] or "none"
    if not source.startswith(DATASOURCE):
        raise Wrong(f"cloud-init used {source}, not {DATASOURCE}", journal("cloud-*", 40))
    return f"AWS CLI {version[1]}, {source}"
