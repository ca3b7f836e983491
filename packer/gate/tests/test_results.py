"""Lines of results: the action reads each as a whole only up to 256 KiB."""

import json

import pytest
import results

MAX_LINE = 256 * 1024


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-25T09:00:00+0000 host kubelet[1]: " + "x" * 400,
        "é" * 200,
        "\U0001f600" * 100,
        "\x1b[31m" * 50,
        '\\"' * 100,
        "",
    ],
)
@pytest.mark.parametrize("count", [1, 2000, 200_000])
def test_a_journal_is_lines_that_the_action_takes(capsys: pytest.CaptureFixture[str], line: str, count: int) -> None:
    whole = "first\n" + f"{line}\n" * count + "last"
    for part in results.parts(whole):
        results.tell(journal=part)
    told = capsys.readouterr().out.splitlines()
    assert all(len(one.encode()) < MAX_LINE for one in told)
    assert "\n".join(json.loads(one)["journal"] for one in told) == whole


def test_of_a_line_that_is_too_long_its_end_is_kept() -> None:
    (kept,) = results.parts("a\n" + "é" * 100_000 + "end")
    assert kept.startswith("a\n") and kept.endswith("éend") and len(json.dumps(kept)) < results.JOURNAL
    assert results.parts("") == []


def test_a_result_is_one_line_that_the_action_takes(capsys: pytest.CaptureFixture[str]) -> None:
    results.report("boot", "x", False, 1, "\U0001f600" * 100_000, "\U0001f600" * 100_000)
    assert len(capsys.readouterr().out) < MAX_LINE
