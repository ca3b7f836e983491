"""What kubelet's log is taken to say."""

from pathlib import Path

import node
import pytest
from results import Wrong

START = 'I1125 11:00:00.1 10 server.go:525] "Kubelet version" kubeletVersion="v1.37.2"'
NOISE = 'E1125 11:00:01.1 10 kubelet.go:1462] "Image garbage collection failed once" err="invalid capacity 0"'
FATAL = 'E1125 11:00:02.1 10 kubelet.go:1689] "Failed to start ContainerManager" err="invalid kernel flag: vm/x"'
REST = 'I1125 11:00:02.2 10 a.go:1] "Bye"'


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([START, NOISE, FATAL, REST, START, NOISE, FATAL, START, NOISE], "invalid kernel flag: vm/x"),
        ([START, NOISE, FATAL, START, NOISE, FATAL, START], "invalid kernel flag: vm/x"),
        ([START, NOISE, FATAL], "invalid kernel flag: vm/x"),
        (["Error: unknown flag: --x"], "Error: unknown flag: --x"),
        ([], "it said nothing"),
    ],
)
def test_the_cause_is_that_of_a_run_that_ended(tmp_path: Path, lines: list[str], says: str) -> None:
    log = tmp_path / "kubelet.log"
    log.write_text("\n".join(lines))
    assert node.cause(node.complaints(log, ended=True)) == says


SANDBOX = (
    'E1125 11:00:03.1 10 pod_workers.go:1338] "Error syncing pod, skipping" err="failed to \\"CreatePodSandbox\\" for'
    ' \\"gate\\" with CreatePodSandboxError: \\"Failed to create sandbox for pod \\\\\\"gate\\\\\\": rpc error:'
    ' code = Unknown desc = failed to setup network for sandbox \\\\\\"12dd\\\\\\": failed to find plugin'
    ' \\\\\\"bridge\\\\\\" in path [/opt/cni/bin]\\"" pod="default/gate"'
)
LATE = 'E1125 11:00:03.2 10 kubelet.go:2860] "Housekeeping took longer than expected" err="housekeeping took too long"'


def test_the_cause_is_the_innermost_error() -> None:
    said = 'failed to setup network for sandbox "12dd": failed to find plugin "bridge" in path [/opt/cni/bin]'
    assert node.cause(SANDBOX) == said


def test_tries_for_a_sandbox_are_counted_whatever_else_is_logged(tmp_path: Path) -> None:
    log = tmp_path / "kubelet.log"
    assert node.sandbox_errors(log) == []
    log.write_text("\n".join([START, SANDBOX, *[LATE] * 20, SANDBOX, LATE, REST, SANDBOX, LATE]))
    assert node.sandbox_errors(log) == [SANDBOX] * node.RESTARTS


def test_the_last_words_are_those_of_the_program_itself() -> None:
    lines = (
        "[ 9.1] ip-127-1-2-4 containerd[712]: containerd: failed to load TOML: toml: expected character =\n"
        "[ 9.2] ip-127-1-2-4 systemd[1]: containerd.service: Main process exited, code=exited, status=1/FAILURE\n"
    )
    assert node.last_words(lines) == "containerd: failed to load TOML: toml: expected character ="
    assert node.last_words("") == "it said nothing"


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        ("", "active", "^kubelet runs, and its read-only port 10255, which the test needs, is closed after 0 s"),
        ("", "activating", r"^the pod does not run after 0 s \(kubelet did not answer\)"),
        ('{"items": null}', "active", r"^the pod does not run after 0 s \(kubelet does not know the pod\)"),
        ("Unauthorized", "active", r"^the pod does not run after 0 s \(kubelet does not know the pod\)"),
    ],
)
def test_a_kubelet_that_shows_no_pod(monkeypatch: pytest.MonkeyPatch, answer: str, state: str, says: str) -> None:
    monkeypatch.setattr(node, "kubelet_says", lambda _: answer)
    monkeypatch.setattr(node, "properties", lambda *_: {"ActiveState": state})
    with pytest.raises(Wrong, match=says):
        node.wait_for_pod(0)
