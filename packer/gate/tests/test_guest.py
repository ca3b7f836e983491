"""What the gate's own program decides without an instance: what to pull and to skip, and what a suite means."""

import gzip
import hashlib
import io
import tarfile

import cluster
import conformance
import pytest
import supplies
from conformance import Spec, blocks, parse_block, processes, why
from results import Wrong

API = "registry.k8s.io/kube-apiserver:v1.37.2"
SCHEDULER = "registry.k8s.io/kube-scheduler:v1.37.2"
PROXY = "registry.k8s.io/kube-proxy:v1.37.2"
DNS = "registry.k8s.io/coredns/coredns:v1.14.6"
ETCD = "registry.k8s.io/etcd:3.7.0-0"
A, B = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


def expected(**changes):
    return {
        "kubernetes_version": "1.37.2",
        "sandbox_image": "registry.k8s.io/pause:3.10.2",
        "mirror": "",
        "proxy": {"address": "", "none": []},
        "images": {},
        "skipped": [],
        "suite": None,
        "focus": "x",
        "skip": "y",
        "procs": 2,
    } | changes


@pytest.mark.parametrize(("failures", "passes"), [(0, True), (2, True), (3, False)])
def test_a_pull_is_tried_three_times(monkeypatch, failures, passes):
    pulls: list[str] = []

    def ctr(*arguments, limit):
        pulls.append(arguments[1])
        if len(pulls) <= failures:
            raise Wrong("server misbehaving")
        return ""

    monkeypatch.setattr(supplies, "ctr", ctr)
    monkeypatch.setattr(supplies, "PAUSE", 0)
    if passes:
        supplies.pull("registry.k8s.io/pause:3.10", ["registry.k8s.io/pause:3.10"], "", 60)
    else:
        with pytest.raises(Wrong, match="server misbehaving"):
            supplies.pull("registry.k8s.io/pause:3.10", ["registry.k8s.io/pause:3.10"], "", 60)
    assert len(pulls) == min(failures + 1, 3)


def test_one_pull_for_all_names_of_one_digest():
    assert supplies.grouped([API, SCHEDULER, ETCD, PROXY], {API: A, SCHEDULER: A, ETCD: B}) == [
        (f"registry.k8s.io/kube-apiserver@{A}", [API, SCHEDULER]),
        (f"registry.k8s.io/etcd@{B}", [ETCD]),
        (PROXY, [PROXY]),
    ]


def test_a_registry_with_a_port_keeps_it():
    assert supplies.grouped(["r:5000/a:1"], {"r:5000/a:1": A}) == [(f"r:5000/a@{A}", ["r:5000/a:1"])]


def test_the_registry_is_fetched_from_the_mirror():
    text = supplies.hosts_file("http://127.0.0.1:8000/k8s/")
    assert '[host."http://127.0.0.1:8000/k8s/registry.k8s.io/v2"]' in text
    assert "override_path = true" in text


@pytest.mark.parametrize(
    ("mirror", "address"),
    [("", "https://dl.k8s.io/x"), ("http://m/k8s", "http://m/k8s/dl.k8s.io/x"), ("http://m/", "http://m/dl.k8s.io/x")],
)
def test_an_address_by_the_mirror_rule(mirror, address):
    assert supplies.mirrored("https://dl.k8s.io/x", mirror) == address


def test_without_a_mirror_every_image_is_brought():
    assert cluster.split([API, PROXY, DNS], expected()) == [API, PROXY, DNS]


@pytest.mark.parametrize(
    ("has", "skipped"),
    [
        ([API, PROXY, DNS], []),
        ([API, DNS], ["addon/kube-proxy"]),
        ([API], ["addon/kube-proxy", "addon/coredns"]),
    ],
)
def test_addons_that_are_left_out_need_no_image(has, skipped):
    given = expected(mirror="http://m", images=dict.fromkeys(has, A), skipped=skipped)
    assert cluster.split([API, PROXY, DNS], given) == has


def test_an_image_that_every_cluster_needs_must_be_there():
    with pytest.raises(Wrong, match=r"the mirror lacks registry\.k8s\.io/etcd:3\.7\.0-0"):
        cluster.split([API, ETCD], expected(mirror="http://m", images={API: A}))


def test_the_cause_is_kubeadms_own_word():
    told = (
        "[init] Using Kubernetes version: v1.37.2\n"
        "\t[ERROR Port-10250]: Port 10250 is in use\n"
        "error execution phase wait-control-plane: the kubelet is not healthy after 4m0s\n"
        "To see the stack trace of this error execute with --v=5 or higher\n"
    )
    assert cluster.why(told) == (
        "[ERROR Port-10250]: Port 10250 is in use; "
        "error execution phase wait-control-plane: the kubelet is not healthy after 4m0s"
    )
    assert cluster.why("killed\n") == "killed"


def test_the_container_that_keeps_ending(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PODS", tmp_path)
    place = tmp_path / "kube-system_etcd-node_123" / "etcd"
    waiting = tmp_path / "kube-system_kube-apiserver-node_123" / "kube-apiserver"
    for each in (place, waiting):
        each.mkdir(parents=True)
    (place / "0.log").write_text("")
    (waiting / "3.log").write_text("2026-11-25T09:00:00Z stderr F etcd does not answer\n")
    assert cluster.crashing() is None
    (place / "2.log").write_text("2026-11-25T09:00:00Z stderr F panic: no space left\n")
    (place / "3.log").write_text("")
    assert cluster.crashing() == ("etcd", "panic: no space left")


@pytest.mark.usefixtures("vanishing")
def test_logs_that_disappear_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PODS", tmp_path)
    for name in ("vanished", "kube-system_a/vanished", "kube-system_etcd-z/etcd"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "kube-system_etcd-z/etcd/2.log").symlink_to("gone")
    (tmp_path / "kube-system_etcd-z/etcd/3.log").write_text("")
    assert cluster.crashing() == ("etcd", "it said nothing")
    (tmp_path / "kube-system_etcd-z/etcd/3.log").write_text("2026-11-25T09:00:00Z stderr F panic\n")
    assert cluster.last_words() == "etcd (3): 2026-11-25T09:00:00Z stderr F panic"


# As ginkgo 2.32 writes it, one process: the name before the spec runs, the verdict after it.
SERIAL = """Running Suite: E2eNode Suite - /var/tmp/k8s-gate
Will run 2 of 900 specs
------------------------------
[SynchronizedBeforeSuite]
k8s.io/kubernetes/test/e2e_node/e2e_node_suite_test.go:236
[SynchronizedBeforeSuite] PASSED [20.123 seconds]
------------------------------
SSSSSSS
------------------------------
[sig-node] Pods should get a host IP [NodeConformance] [Conformance]
k8s.io/kubernetes/test/e2e/common/node/pods.go:203
  STEP: creating pod @ 11/25/26 09:00:00
• [4.123 seconds]
------------------------------
[sig-node] Pods should be updated [NodeConformance] [sig-node, NodeConformance]
k8s.io/kubernetes/test/e2e/common/node/pods.go:342
  STEP: creating the pod @ 11/25/26 09:00:00
  [FAILED] Timed out after 300.001s.
  In [It] at: k8s.io/kubernetes/test/e2e/common/node/pods.go:350 @ 11/25/26 09:05:00
• [FAILED] [301.250 seconds]
[sig-node] Pods [It] should be updated [NodeConformance]
k8s.io/kubernetes/test/e2e/common/node/pods.go:342

  [FAILED] Timed out after 300.001s.
------------------------------
[sig-node] Sysctls [LinuxOnly] should reject
k8s.io/kubernetes/test/e2e/common/node/sysctl.go:77
S [SKIPPED] [0.001 seconds]
------------------------------
Ran 2 of 900 Specs in 330.000 seconds
FAIL! -- 1 Passed | 1 Failed | 0 Pending | 898 Skipped
"""
# With several: verdict and name together, when it has ended.
PARALLEL = """------------------------------
• [4.123 seconds]
[sig-node] Pods should get a host IP [NodeConformance] [Conformance]
k8s.io/kubernetes/test/e2e/common/node/pods.go:203

  Timeline >>
  STEP: creating pod @ 11/25/26 09:00:00
  << Timeline
------------------------------
↺ [FLAKEY TEST - TOOK 2 ATTEMPTS TO PASS] [9.000 seconds]
[sig-node] Pods should start
k8s.io/kubernetes/test/e2e/common/node/pods.go:204
------------------------------
"""


def specs(text):
    return [spec for block in blocks(text.splitlines()) if (spec := parse_block(block))]


def test_specs_of_one_process():
    before, host, updated, sysctls = specs(SERIAL)
    assert (before.name, before.suite, before.passed) == ("SynchronizedBeforeSuite", True, True)
    assert (host.name, host.state, host.seconds) == (
        "[sig-node] Pods should get a host IP [NodeConformance] [Conformance]",
        "passed",
        4.123,
    )
    assert (updated.name, updated.passed, updated.seconds) == (
        "[sig-node] Pods should be updated [NodeConformance]",
        False,
        301.25,
    )
    assert why(updated) == "Timed out after 300.001s."
    assert (sysctls.skipped, sysctls.passed) == (True, False)


def test_specs_of_several_processes():
    host, flaky = specs(PARALLEL)
    assert host.name == "[sig-node] Pods should get a host IP [NodeConformance] [Conformance]"
    assert (flaky.name, flaky.state, flaky.passed) == ("[sig-node] Pods should start", "flaky", True)


def test_a_suite_that_cannot_begin():
    text = "------------------------------\n[SynchronizedBeforeSuite] [FAILED] [12.000 seconds]\n"
    text += "[SynchronizedBeforeSuite]\nk8s.io/x/y.go:1\n\n  [FAILED] system validation\n"
    (spec,) = specs(text)
    assert (spec.suite, spec.passed, why(spec)) == (True, False, "system validation")


def test_a_failure_without_words_is_named_by_its_state():
    assert why(Spec("x", "timedout", 1.0, ())) == "timedout"


@pytest.mark.parametrize(
    ("cpu", "count", "wanted"),
    [("model name: Intel Xeon", 2, 8), ("model name: QEMU TCG CPU version 2.5+", 2, 2), ("TCG", 16, 8)],
)
def test_specs_at_once(cpu, count, wanted):
    assert processes(cpu, count) == wanted


def test_the_command_line():
    line = conformance.command(expected(mirror="http://m", focus=r"\[NodeConformance\]", skip="Slow"))
    assert r"--focus=\[NodeConformance\]" in line
    assert "--skip=Slow" in line
    assert "--procs=2" in line
    assert line.index("--prepull-images=false") > line.index("--")
    assert "--prepull-images=false" not in conformance.command(expected())


def archive(**files):
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb") as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"kubernetes/test/bin/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def test_an_archive_is_used_only_with_its_sum(tmp_path):
    data = archive(ginkgo=b"g" * 3_000_000, other=b"o")
    place = tmp_path / "work"
    supplies.unpack(io.BytesIO(data), hashlib.sha256(data).hexdigest(), ("ginkgo",), place)
    assert [path.name for path in place.iterdir()] == ["ginkgo"]
    with pytest.raises(Wrong, match="it is not used"):
        supplies.unpack(io.BytesIO(data), "0" * 64, ("ginkgo",), place)
    assert not place.exists()


def test_an_archive_that_lacks_a_program_is_refused(tmp_path):
    data = archive(ginkgo=b"g")
    with pytest.raises(Wrong, match=r"lacks e2e_node\.test"):
        supplies.unpack(io.BytesIO(data), hashlib.sha256(data).hexdigest(), ("ginkgo", "e2e_node.test"), tmp_path)
