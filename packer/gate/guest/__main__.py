"""Checks the instance that it runs on, as root: `python3 gate.pyz LEVEL SECONDS`; packer/gate/check.sh packs it.

Prints a line of JSON a check and, last, one that says how it ended. When something failed, the journal comes before it.
The exit code is 0 when all passed, 1 when something did not.
"""

from __future__ import annotations

import json
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import boot
import node
from results import output, tell

JOURNAL_LINES = 2000


def main(level: str, limit: float) -> int:
    expected = json.loads(zipfile.ZipFile(sys.argv[0]).read("expected.json"))
    with ThreadPoolExecutor(2) as pool:
        parts = [pool.submit(boot.run, expected, limit)]
        if level == "node":
            parts.append(pool.submit(node.run_all, expected, limit))
        passed = [part.result() for part in parts]
    if not all(passed):
        lines = output("journalctl", "--no-pager", "--boot", "--output=short-iso", f"--lines={JOURNAL_LINES}")
        tell(journal=lines)
    tell(end=True, passed=all(passed))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
