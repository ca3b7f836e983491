"""Checks that the image holds nothing of the instance that it was built on: logins, logs, names, leases."""

from __future__ import annotations

import re
from pathlib import Path

from moments import below, booted, changed, matching, size, text
from results import Wrong

# Files that each instance writes about itself. If older than the boot, they are the builder's.
OWN = (
    "etc/NetworkManager/system-connections/cloud-init-*.nmconnection",
    "etc/insights-client/machine-id",
    "etc/netplan/50-cloud-init.yaml*",
    "etc/nvme/hostid",
    "etc/nvme/hostnqn",
    "etc/pki/consumer/*",
    "etc/pki/entitlement/*",
    "etc/udev/rules.d/*-cloud-init-hook-hotplug.rules",
    "var/lib/NetworkManager/*.lease",
    "var/lib/NetworkManager/secret_key",
    "var/lib/amazon/ssm/*",
    "var/lib/dhcp/*.lease*",
    "var/lib/dhcpcd/*.lease*",
    "var/lib/rhsm/cache/*",
    "var/lib/rhsm/facts/*",
    "var/lib/systemd/credential.secret",
    "var/lib/systemd/random-seed",
)


def names(root: Path, since: float) -> list[str]:
    """Traces of the builder's host name. EC2's names contain an address."""
    found = []
    file = root / "etc/hostname"
    name = text(file).strip()
    if name and changed(file) < since:
        found.append(f"the name {name} in /etc/hostname")
    hosts = root / "etc/hosts"
    if hosts.exists() and changed(hosts) < since:
        builders = re.findall(r"\bip-[0-9]+(?:-[0-9]+){3}\S*", text(hosts))
        found += [f"the name {each} in /etc/hosts" for each in builders]
    return found


def logins(root: Path, since: float) -> list[str]:
    """Traces of logins: keys and shell histories."""
    found = []
    homes = [root / "root", *(path for path in matching(root / "home", "*") if path.is_dir())]
    blobs = set()
    for home in homes:
        file = home / ".ssh/authorized_keys"
        for line in text(file).splitlines():
            blob = re.search(r"\b(?:ssh|ecdsa|sk)-\S+ (\S+) ?(.*)", line)
            if blob and not line.startswith("#"):
                blobs.add(blob[1])
                if changed(file) < since:
                    found.append(f"a key in {file} ({blob[2] or blob[1][-12:]})")
        found += [str(path) for path in matching(home, ".*_history") if size(path)]
    if len(blobs) > 1:
        found.append(f"{len(blobs)} authorized SSH keys, although this instance was given one")
    return found


def files(root: Path, since: float) -> list[str]:
    """Logs, temporary files, and files that an instance writes about itself."""
    found = []
    for path in below(root / "var/log"):
        if changed(path) < since and path.is_file() and not path.is_symlink() and size(path):
            found.append(str(path))
    for directory in ("tmp", "var/tmp"):
        found += [str(path) for path in matching(root / directory, "*") if changed(path) < since]
    for pattern in OWN:
        found += [str(path) for path in matching(root, pattern) if changed(path) < since]
    instances = [path.name for path in matching(root / "var/lib/cloud/instances", "i-*")]
    if len(instances) > 1:
        found.append(f"cloud-init's data of {len(instances)} instances")
    return found


def leftovers(root: Path = Path("/")) -> str:
    since = booted()
    found = [*logins(root, since), *names(root, since), *files(root, since)]
    if found:
        raise Wrong(f"left from the build: {', '.join(found[:10])}", "\n".join(found))
    return "nothing"
