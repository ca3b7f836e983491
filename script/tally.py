"""Adds up what the suites of script/test left: `python3 script/tally.py DIRECTORY SUITE...`.

A suite without a result file, with an unreadable one, or without a single test counts as one failure; a skipped test is
a failure too, since nothing here may pass by not running. What failed is named with its first line. The last line is
plain: `N passed, N failed`.
"""

import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

# Colours of a terminal, which jest puts into its messages.
PAINT = re.compile(r"\x1b\[[0-9;]*m")


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


def failures(path: Path) -> list[str]:
    """Name and first line of each test that failed in one result file, in the file's order."""
    if path.suffix == ".json":
        found = []
        for file in json.loads(path.read_text()).get("testResults", []):
            tests = [test for test in file["assertionResults"] if test["status"] != "passed"]
            found += [(test["fullName"], "".join(test["failureMessages"][:1]) or test["status"]) for test in tests]
            if file["status"] == "failed" and not tests:
                found.append((Path(file["name"]).name, file["message"]))
    elif path.suffix == ".xml":
        cases = [(case, bad) for case in ET.parse(path).getroot().iter("testcase") for bad in case]
        kinds = ("failure", "error", "skipped")
        found = [(case.attrib["name"], bad.get("message") or bad.tag) for case, bad in cases if bad.tag in kinds]
    else:
        found = [(line, "") for line in path.read_text().splitlines() if line.startswith("failed ")]
    return [f"{name}: {PAINT.sub('', text).strip().splitlines()[0]}" if text.strip() else name for name, text in found]


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
            for line in failures(files[0]):
                print(f"  {line}")
        except (IndexError, OSError, ValueError, KeyError, ET.ParseError) as error:
            bad = max(bad, 1)
            print(f"{suite}: could not run ({error or 'no result'})")
        passed, failed = passed + good, failed + bad
    return passed, failed


if __name__ == "__main__":
    passed, failed = tally(Path(sys.argv[1]), sys.argv[2:])
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
