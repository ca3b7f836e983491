"""Checks the instance that it runs on, as root: `python3 gate.pyz LEVEL SECONDS REBOOT`. packer/gate/check.sh packs it.

REBOOT is auto, true or false; or `done` for the checks after a reboot.

Prints one line of JSON per check and a last one with the overall result, after the journal if something failed.
The exit code is 0 if all passed, 3 if something failed, and 10 if all passed so far and a reboot comes next.
"""

from __future__ import annotations

import json
import sys
import traceback
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import again
import boot
import cluster
import conformance
import node
import settings
import supplies
import userdata
from results import Wrong, check, output, parts, report, tell

JOURNAL_LINES = 2000
# No program that starts the gate has the codes 3 and 10 of its own.
PASSED, FAILED, REBOOT = 0, 3, 10
# Each level includes the ones before it.
LEVELS = ("boot", "node", "cluster", "conformance")


def run_levels(level: str, expected: dict[str, Any], limit: float) -> bool:
    """Runs boot and node side by side while the further levels' downloads arrive; then runs those, one by one."""
    asked = LEVELS[: LEVELS.index(level) + 1]
    # Comes first, since containerd restarts for it.
    proxy = expected["proxy"]
    wanted = "cluster" in asked and (proxy["address"] or supplies.has_proxy())
    if wanted and not check("cluster", "proxy", lambda: supplies.give_containerd(proxy, limit)):
        return False
    if expected.get("user_data") and not check("boot", "user-data", lambda: userdata.hand_in(expected["user_data"])):
        return False
    # With these levels, cloud-init ends only after kubeadm.
    wait = 4 * limit if "cluster" in asked else limit
    with ThreadPoolExecutor(3) as pool:
        booted = pool.submit(boot.run, expected, wait, "cluster" in asked)
        noded = pool.submit(node.run_all, expected, limit) if "node" in asked else None
        if "cluster" in asked:
            brought = pool.submit(check, "cluster", "images", lambda: cluster.bring(expected, 2 * limit))
        passed = noded is None or noded.result()
        # Before kubeadm: kube-proxy gives some of them its own values, for example conntrack's.
        tuned = "cluster" not in asked or check("boot", "sysctl", settings.applied)
        # If kubelet cannot run one pod, it cannot run a cluster.
        if passed and "cluster" in asked:
            passed = brought.result() and cluster.run_all(expected, limit)
        if "cluster" in asked and not passed:
            cluster.release(go=False)
        passed = booted.result() and passed and tuned
    if passed and "conformance" in asked:
        passed = conformance.run_all(expected, limit)
    return passed


def journal() -> str:
    try:
        lines = output("journalctl", "--no-pager", "--boot", "--output=short-iso", f"--lines={JOURNAL_LINES}")
    except Wrong as wrong:
        lines = f"{wrong.evidence}\n{wrong}"
    return lines


def first_boot(expected: dict[str, Any], level: str, limit: float, reboot: str) -> int:
    if not run_levels(level, expected, limit):
        return FAILED
    wanted, why = again.wanted(reboot)
    tell(note=f"{'a reboot, and the checks of the boot again' if wanted else 'no reboot'}: {why}")
    if not wanted:
        return PASSED
    again.remember()
    return REBOOT


def main(level: str, limit: float, reboot: str) -> int:
    try:
        expected = json.loads(zipfile.ZipFile(sys.argv[0]).read("expected.json"))
        if reboot == "done":
            code = PASSED if again.run(expected, level, limit) else FAILED
        else:
            code = first_boot(expected, level, limit, reboot)
    except Exception as error:
        # Outside of any check; without a failed one, nobody would see why.
        message = f"the test itself failed: {type(error).__name__}: {error}"
        report("boot", "gate", False, 0, message, traceback.format_exc())
        code = FAILED
    if code == REBOOT:
        return code
    if code == FAILED:
        for part in parts(journal()):
            tell(journal=part)
    tell(end=True, passed=code == PASSED)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), sys.argv[3]))
