"""Adds up what the suites of script/test left: `python3 script/tally.py DIRECTORY SUITE...`.

A suite without a result file, with an unreadable one, or without a single test counts as one failure; a skipped test is
a failure too, since nothing here may pass by not running. The last line is plain: `N passed, N failed`.
"""

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def count(path: Path) -> tuple[int, int]:
    """Passed and failed in one result file: jest's JSON, JUnit XML, or lines that start with `passed` or `failed`."""
    if path.suffix == ".json":
        result = json.loads(path.read_text())
        not_run = result["numPendingTests"] + result["numTodoTests"] + result["numRuntimeErrorTestSuites"]
        return result["numPassedTests"], result["numFailedTests"] + not_run
    if path.suffix == ".xml":
        suites = [suite.attrib for suite in ET.parse(path).getroot().iter("testsuite")]
        total = sum(int(suite["tests"]) for suite in suites)
        bad = sum(int(suite[key]) for suite in suites for key in ("failures", "errors", "skipped"))
        return total - bad, bad
    lines = path.read_text().splitlines()
    failed = sum(line.startswith("failed ") for line in lines)
    return len(lines) - failed, failed


def tally(directory: Path, suites: list[str]) -> tuple[int, int]:
    """Prints a line a suite, and returns the sums of passed and failed."""
    passed = failed = 0
    for suite in suites:
        files = sorted(directory.glob(f"{suite}.*"))
        good, bad = 0, 0
        try:
            good, bad = count(files[0])
            if good + bad == 0:
                raise ValueError("no test ran")
            print(f"{suite}: {good} passed, {bad} failed")
        except (IndexError, OSError, ValueError, KeyError, ET.ParseError) as error:
            bad = max(bad, 1)
            print(f"{suite}: could not run ({error or 'no result'})")
        passed, failed = passed + good, failed + bad
    return passed, failed


if __name__ == "__main__":
    passed, failed = tally(Path(sys.argv[1]), sys.argv[2:])
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
