"""Adds up the results of script/test's parts: `python3 script/tally.py [--all] [--chosen] DIRECTORY PART...`.

A part without a result file, with an unreadable one, or without a single test counts as one failure. So does a part
whose results show no failure, but whose exit code (PART.code) is not 0: it may have been killed half-way. A skipped
test is a failure, too: nothing may pass by not running. With --chosen, tests that jest did not select do not count.
Each failure has its first line and the command that runs it alone, with --all if given here. The last line is plain:
`N passed, N failed`.
"""

import argparse
import json
import re
import shlex
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Terminal colours in jest's messages.
PAINT = re.compile(r"\x1b\[[0-9;]*m")


def count(path: Path, chosen: bool) -> tuple[int, int]:
    """Passed and failed in one result file: jest's JSON, JUnit XML, or lines that start with `passed` or `failed`."""
    if path.suffix == ".json":
        result = json.loads(path.read_text())
        not_run = result["numRuntimeErrorTestSuites"]
        not_run += 0 if chosen else result["numPendingTests"] + result["numTodoTests"]
        return result["numPassedTests"], result["numFailedTests"] + not_run
    if path.suffix == ".xml":
        suites = [suite.attrib for suite in ET.parse(path).getroot().iter("testsuite")]
        total = sum(int(suite["tests"]) for suite in suites)
        bad = sum(int(suite[key]) for suite in suites for key in ("failures", "errors", "skipped"))
        return total - bad, bad
    lines = path.read_text().splitlines()
    failed = sum(line.startswith("failed ") for line in lines)
    return len(lines) - failed, failed


@dataclass(frozen=True)
class Failure:
    """A failed test: its name, the first line of its message, and script/test's arguments to run it alone."""

    name: str
    message: str
    script: str
    arguments: tuple[str, ...]


def failures(path: Path, chosen: bool) -> list[Failure]:
    """Failures in one result file, in the file's order."""
    if path.suffix == ".json":
        return [each for file in json.loads(path.read_text()).get("testResults", []) for each in jest(file, chosen)]
    if path.suffix == ".xml":
        cases = [(case.attrib, bad) for case in ET.parse(path).getroot().iter("testcase") for bad in case]
        kinds = ("failure", "error", "skipped")
        return [pytest(case, bad) for case, bad in cases if bad.tag in kinds]
    names = [line.removeprefix("failed ") for line in path.read_text().splitlines() if line.startswith("failed ")]
    return [Failure(name, "", "script/lint", (name,)) for name in names]


def jest(file: Any, chosen: bool) -> list[Failure]:
    """Failures of one test file; the file itself if it could not run."""
    path = file["name"].removeprefix(f"{Path.cwd()}/")
    good = ("passed", "pending") if chosen else ("passed",)
    tests = [test for test in file["assertionResults"] if test["status"] not in good]
    if file["status"] == "failed" and not tests:
        return [Failure(Path(path).name, file["message"], "script/test", (path,))]
    return [
        Failure(
            test["fullName"],
            "".join(test["failureMessages"][:1]) or test["status"],
            "script/test",
            (path, "-t", re.sub(r"([\\^$.*+?()\[\]{}|])", r"\\\1", test["fullName"])),
        )
        for test in tests
    ]


def pytest(case: dict[str, str], bad: ET.Element) -> Failure:
    """The failure of one JUnit case. Drops parameters, since their values may not fit into an expression."""
    path = case.get("classname", "").replace(".", "/") + ".py"
    name = case["name"]
    return Failure(name, bad.get("message") or bad.tag, "script/test", (f"{path}::{name.split('[')[0]}",))


def tally(directory: Path, parts: list[str], everything: bool, chosen: bool) -> tuple[int, int]:
    """Prints one line per part, and returns the numbers of passed and failed tests."""
    passed = failed = 0
    for part in parts:
        name = part.replace("/", ".")
        files = [path for end in (".json", ".xml", ".txt") if (path := directory / f"{name}{end}").exists()]
        good, bad = 0, 0
        try:
            good, bad = count(files[0], chosen)
            if good + bad == 0:
                raise ValueError("no test ran")
            print(f"{part}: {good} passed, {bad} failed")
            for failure in failures(files[0], chosen):
                print("\n".join(report(failure, part, everything)))
        except (IndexError, OSError, ValueError, KeyError, ET.ParseError) as error:
            bad = max(bad, 1)
            print(f"{part}: could not run ({'no result' if isinstance(error, IndexError) else error})")
            print(alone("script/test", whole(part), part, everything))
        code = directory / f"{name}.code"
        if bad == 0 and code.exists() and (ended := code.read_text().strip()) != "0":
            bad = 1
            print(f"{part}: ended with exit code {ended}, although no test failed")
            print(alone("script/test", whole(part), part, everything))
        passed, failed = passed + good, failed + bad
    return passed, failed


def report(failure: Failure, part: str, everything: bool) -> list[str]:
    """The lines of one failure."""
    lines = PAINT.sub("", failure.message).strip().splitlines()
    return [
        f"  {failure.name}: {lines[0]}" if lines else f"  {failure.name}",
        alone(failure.script, failure.arguments, part, everything),
    ]


def alone(script: str, arguments: tuple[str, ...], part: str, everything: bool) -> str:
    """The line with the command that repeats a part, or one of its tests."""
    _, _, rows = part.partition("@")
    words = [f"K8S_IMAGE_TEST_SLICE={rows}"] if rows else []
    words += [script]
    words += ["--all"] if script == "script/test" and (everything or rows) else []
    words += [shlex.quote(word) for word in arguments]
    return f"    alone: {' '.join(words)}"


def whole(part: str) -> tuple[str, ...]:
    """script/test's argument for a whole part."""
    suite, _, file = part.partition("@")[0].partition("/")
    folder = {"build": "test/rehearsal", "workflow": "test/workflow"}.get(suite)
    return (f"{folder}/{file}.test.ts",) if folder and file else (suite,)


def main() -> int:
    """Returns 0 if all passed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--chosen", action="store_true")
    parser.add_argument("directory", type=Path)
    parser.add_argument("parts", nargs="*")
    given = parser.parse_args()
    passed, failed = tally(given.directory, given.parts, given.all, given.chosen)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
