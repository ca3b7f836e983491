"""What packer/gate/check.sh makes of the codes that ssh returns: with 0, Packer waits for a power-off."""

import base64
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

CHECK = Path(__file__).resolve().parent.parent / "check.sh"
# Answers with the next code of a list, and with 255 after its end.
SSH = """#!/bin/sh
cat >/dev/null
echo "$*" | tr '\\n' ' ' >>"$0.calls"
echo >>"$0.calls"
code=$(sed -n "$(wc -l <"$0.calls")p" "$0.codes")
case "$code $*" in "0 "*"echo up") echo up ;; esac
exit "${code:-255}"
"""


def check(place: Path, codes: list[int]) -> tuple[int, list[dict[str, object]], str]:
    """Exit code of check.sh, its results, and the command lines of ssh."""
    ssh = place / "ssh"
    ssh.write_text(SSH)
    ssh.chmod(0o755)
    (place / "ssh.codes").write_text("".join(f"{code}\n" for code in codes))
    results = place / "results"
    results.touch()
    words = {"HOST": "192.0.2.1", "PORT": "22", "USER": "u", "LEVEL": "boot", "LIMIT": "1", "RESULTS": str(results)}
    done = subprocess.run(
        [CHECK],
        input=base64.b64encode(b"key") + b"\n" + base64.b64encode(b"{}") + b"\n",
        env={
            **os.environ,
            "PATH": f"{place}:{os.environ['PATH']}",
            "TMPDIR": str(place),
            **{f"K8S_IMAGE_{name}": value for name, value in words.items()},
        },
        check=False,
        timeout=60,
    )
    lines = [json.loads(line) for line in results.read_text().splitlines()]
    return done.returncode, lines, (place / "ssh.calls").read_text()


def test_an_instance_that_stays_away_after_its_reboot_is_not_waited_for(tmp_path: Path) -> None:
    code, lines, _ = check(tmp_path, [10, 255])
    assert code == 2
    assert [(line["check"], line["passed"]) for line in lines] == [("reboot", False)]


@pytest.mark.parametrize(
    ("codes", "ends"),
    [([0], 0), ([3], 0), ([1], 1), ([2], 2), ([255], 255), ([10, 0, 1], 1), ([10, 0, 3], 0)],
)
def test_only_checks_that_ran_let_packer_wait_for_the_power_off(tmp_path: Path, codes: "list[int]", ends: int) -> None:
    assert check(tmp_path, codes)[0] == ends


def test_a_session_is_tried_again_and_a_look_is_not(tmp_path: Path) -> None:
    session, look, again = check(tmp_path, [10, 0, 0])[2].splitlines()
    for line in (session, again):
        assert re.findall(r"ConnectionAttempts=\d", line) == ["ConnectionAttempts=3"]
    assert re.findall(r"ConnectionAttempts=\d", look)[0] == "ConnectionAttempts=1"
