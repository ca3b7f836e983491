"""Level conformance: the release's own node tests. Each spec is a check."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boot
import node
import results
import supplies
from results import Wrong, output, run

WORK = Path("/var/tmp/k8s-gate")
REPORT = WORK / "report"
PROGRAMS = ("ginkgo", "e2e_node.test")
DELIMITER = "-" * 30
# ginkgo's header of a spec, above its output (or below, without parallel processes).
HEADER = re.compile(
    r"^(?P<mark>\S|\[[A-Za-z]+\])(?: PASSED| \[(?P<word>[A-Z !]+)[^\]]*\])?"
    r"(?: DURING REPETITION #\d+)? \[(?P<seconds>\d+\.\d+) seconds\]$"
)
# A place in the suite's source, which ginkgo writes below a name.
PLACE = re.compile(r"^\s*(?:k8s\.io|/|_output|test/|[\w.-]+/)\S*\.go:\d+$")
SELECTED = re.compile(r"^Will run (\d+) of \d+ specs")
ENDING = re.compile(r"^Ran (\d+) of (\d+) Specs in ")
# Number of a spec's last lines to keep.
EVIDENCE_LINES = 60


@dataclass(frozen=True)
class Spec:
    """The result of one spec, or of the suite's own setup."""

    name: str
    state: str
    seconds: float
    lines: tuple[str, ...]
    # True for the suite's own setup.
    suite: bool = False

    @property
    def passed(self) -> bool:
        return self.state in ("passed", "flaky")

    @property
    def skipped(self) -> bool:
        """Whether the spec found that it does not apply here."""
        return self.state == "skipped"


def blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Blocks of lines between ginkgo's delimiters, each as soon as the next begins."""
    block: list[str] = []
    for line in lines:
        if line.strip() == DELIMITER:
            yield block
            block = []
        else:
            block.append(line.rstrip("\n"))
    yield block


def parse_block(block: list[str]) -> Spec | None:
    """The spec that a block of `ginkgo -v --no-color` is about; None for a block of another kind."""
    at = next((number for number, line in enumerate(block) if HEADER.match(line.strip())), None)
    if at is None:
        return None
    header = HEADER.match(block[at].strip())
    assert header
    mark, word = header["mark"], (header["word"] or "").strip()
    rest = [line for number, line in enumerate(block) if number != at]
    name = next((line.strip() for line in rest if line.strip() and not PLACE.match(line)), "")
    # The labels after the name only repeat it.
    name = re.sub(r" \[[^\]]*, [^\]]*\]$", "", name)
    suite = mark.startswith("[")
    if mark == "S":
        state = "skipped"
    elif word.startswith("FLAKEY"):
        state = "flaky"
    else:
        state = word.lower() or "passed"
    return Spec(mark.strip("[]") if suite else name, state, float(header["seconds"]), tuple(rest), suite)


def why(spec: Spec) -> str:
    """The line in which a failed spec reports its error."""
    for line in spec.lines:
        found = re.match(r"^\s*\[(?:FAILED|TIMEDOUT|PANICKED|INTERRUPTED|ABORTED)!?\] (.+)", line)
        if found and not found[1].startswith("["):
            return found[1].strip()[:400]
    return spec.state


def command(expected: dict[str, Any]) -> list[str]:
    """ginkgo's command line: the selection, and as many specs at once as `expected["procs"]` says."""
    suite = [f"--container-runtime-endpoint=unix://{node.SOCKET}", f"--report-dir={REPORT}"]
    # With a mirror, all its images have been pulled by digest, and no others can be pulled.
    if expected["mirror"]:
        suite.append("--prepull-images=false")
    return [
        str(WORK / "ginkgo"), "run", "-v", "--no-color", f"--procs={expected['procs']}", "--flake-attempts=2",
        "--timeout=24h", f"--focus={expected['focus']}", f"--skip={expected['skip']}",
        str(WORK / "e2e_node.test"), "--", *suite,
    ]  # fmt: skip


def processes(text: str, count: int) -> int:
    """How many specs run at once: eight, as upstream; on an emulated processor, one per processor."""
    return max(1, min(8, count)) if "TCG" in text else 8


def prepare(expected: dict[str, Any], limit: float) -> str:
    """Fetches the suite, puts kubelet beside it for it to start, and pulls the mirror's images for it."""
    WORK.mkdir(parents=True, exist_ok=True)
    told = supplies.fetch_suite(expected, PROGRAMS, WORK, limit)
    REPORT.mkdir(exist_ok=True)
    (WORK / "kubelet").symlink_to(boot.place(expected["family"], "kubelet"))
    # The suite must not meet leftovers of kubelet's unit.
    shutil.rmtree(node.DROP_IN, ignore_errors=True)
    node.write_network()
    images = sorted(image for image in expected["images"] if "/e2e-test-images/" in image)
    supplies.wait_for_containerd(limit)
    supplies.pull_all(images, expected, limit)
    return f"{told}{f'; {len(images)} images' if images else ''}"


def kubelet_ended() -> str | None:
    """The state of the suite's kubelet if it has ended; None while it runs."""
    listed = output(
        "systemctl", "list-units", "--all", "--plain", "--no-legend", "--no-pager", "--full", "kubelet-*.service"
    )
    for line in listed.splitlines():
        unit, _, active, sub = [*line.split(), "", "", "", ""][:4]
        if active == "failed" or sub in ("exited", "failed"):
            return f"{unit} {sub}"
    return None


def stop(process: subprocess.Popen[str]) -> None:
    """Ends ginkgo and everything that it started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        pass
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def tell_spec(spec: Spec, number: int, selected: int) -> bool:
    """Prints one line when a spec has ended: its result, and how many of those selected have ended."""
    of = f" ({number} of {selected})" if selected else ""
    if spec.skipped:
        results.tell(note=f"conformance/{spec.name}: skipped{of}")
        return True
    message = f"{spec.state if spec.passed else why(spec)}{of}"
    evidence = "" if spec.passed else "\n".join(spec.lines[-EVIDENCE_LINES:])
    results.report("conformance", spec.name, spec.passed, spec.seconds, message, evidence)
    return spec.passed


def run_suite(expected: dict[str, Any], limit: float) -> bool:
    """Runs the specs and prints each result as it comes. The last check is of the suite as a whole."""
    begun = threading.Event()
    specs: list[Spec] = []
    selected = 0
    said: list[str] = []
    fatal: list[Wrong] = []

    def suite() -> str:
        process = subprocess.Popen(
            command(expected),
            cwd=WORK,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            env={**os.environ, "HOME": "/root"},
        )
        assert process.stdout

        def watch() -> None:
            # If kubelet ends before the first spec, no spec will ever begin.
            deadline = time.monotonic() + 2 * limit
            while not begun.wait(3) and process.poll() is None:
                ended = kubelet_ended()
                late = time.monotonic() > deadline
                if ended or late:
                    lines = node.complaints(REPORT / "kubelet.log", ended=True)
                    what = ended or f"no spec began within {2 * limit:.0f} s"
                    fatal.append(Wrong(f"{what}: {node.cause(lines)}", lines))
                    stop(process)

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()

        def heard() -> Iterator[str]:
            nonlocal selected
            assert process.stdout
            for line in process.stdout:
                said.append(line.rstrip("\n"))
                del said[:-400]
                if found := SELECTED.match(line.strip()):
                    selected = int(found[1])
                yield line

        for block in blocks(heard()):
            spec = parse_block(block)
            if spec is None or (spec.suite and spec.passed):
                if spec is not None and "BeforeSuite" in spec.name:
                    begun.set()
                continue
            if spec.suite:
                fatal.append(Wrong(f"{spec.name}: {why(spec)}", "\n".join(spec.lines[-EVIDENCE_LINES:])))
                continue
            begun.set()
            specs.append(spec)
            tell_spec(spec, len(specs), selected)
        code = process.wait()
        watching.join()
        if fatal:
            raise fatal[0]
        ran = next((found for line in reversed(said) if (found := ENDING.match(line.strip()))), None)
        if ran is None:
            raise Wrong(f"the suite ended early, with exit code {code}: {said[-1] if said else ''}", "\n".join(said))
        failed = [spec for spec in specs if not spec.passed and not spec.skipped]
        if code and not failed:
            raise Wrong(f"the suite ended with exit code {code}", "\n".join(said[-EVIDENCE_LINES:]))
        if int(ran[1]) == 0:
            raise Wrong("no spec was selected: test-focus and test-skip leave none", "\n".join(said[-15:]))
        return f"{sum(spec.passed for spec in specs)} of {ran[1]} specs passed, of {ran[2]} that there are"

    passed = results.check("conformance", "suite", suite)
    return passed and all(spec.passed or spec.skipped for spec in specs)


def run_all(expected: dict[str, Any], limit: float) -> bool:
    """Fetches the suite and runs it."""
    expected = {**expected, "procs": processes(Path("/proc/cpuinfo").read_text(), os.cpu_count() or 1)}
    if not results.check("conformance", "prepared", lambda: prepare(expected, limit)):
        return False
    try:
        return run_suite(expected, limit)
    finally:
        run("sh", "-c", "systemctl stop 'kubelet-*.service'")
