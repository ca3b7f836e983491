"""The user data of packer/gate/user-data.pkr.hcl, and whether the instance has run it."""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.request
from pathlib import Path

from results import Wrong, journal, run

# The gate writes only here and in /run/systemd, and a CNI network where the image has none.
WORK = Path("/run/k8s-gate")
LOG = WORK / "kubelet.log"
METADATA = "http://169.254.169.254/latest"
NAME = re.compile(r"\{\{ *ds\.meta_data\.local_hostname *\}\}")


def own_name(metadata: str = METADATA, limit: float = 30) -> str:
    """The instance's name in its metadata, by which cloud providers know it.

    Tries again, since metadata is out of reach while the network restarts.
    """
    deadline = time.monotonic() + limit
    while True:
        try:
            return ask_name(metadata)
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() > deadline:
                raise Wrong(f"the instance's metadata did not answer within {limit:.0f} s: {error}") from error
        time.sleep(0.5)


def ask_name(metadata: str) -> str:
    lifetime = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    asked = urllib.request.Request(f"{metadata}/api/token", headers=lifetime, method="PUT")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        token = answer.read().decode()
    asked = urllib.request.Request(f"{metadata}/meta-data/local-hostname", headers={"X-aws-ec2-metadata-token": token})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        name: str = answer.read().decode().strip()
    return name


def write(user_data: str, name: str, root: Path = Path("/")) -> Path:
    """Writes the files of a cloud-config in JSON, and returns its runcmd as a script."""
    told = json.loads(NAME.sub(name, user_data))
    script = {"path": str(WORK / "runcmd"), "content": "\n".join([*told["runcmd"], ""])}
    for file in [*told.get("write_files", []), script]:
        path = root / file["path"].lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["content"])
    return root / script["path"].lstrip("/")


def hand_in(user_data: str) -> str:
    """Runs the user data on Flatcar, in a unit with systemd's own PATH, as Cluster API's Ignition does."""
    script = write(user_data, own_name())
    code, told = run("systemd-run", "--quiet", "--unit=k8s-gate-runcmd", "/bin/sh", str(script))
    if code:
        raise Wrong(f"systemd did not start the user data: {told.strip()[-300:]}", told)
    return "started"


def started(limit: float) -> None:
    """Waits until the user data has started kubelet, in the last stage of cloud-init."""
    deadline = time.monotonic() + limit
    while not LOG.exists():
        if Path("/run/cloud-init/result.json").exists() and time.monotonic() + limit - deadline > 30:
            raise Wrong("cloud-init is done, and its user data did not start kubelet", journal("cloud-*", 40))
        if time.monotonic() > deadline:
            raise Wrong(f"the user data did not start kubelet within {limit:.0f} s", journal("cloud-*", 40))
        time.sleep(0.3)
