"""Level node: kubeadm accepts the instance, and kubelet, containerd, runc and a CNI plugin run a pod on it."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import credentials
import network
import pod
import results
import userdata
from results import Wrong, journal, properties, run
from userdata import LOG, WORK

SOCKET = "/run/containerd/containerd.sock"
NETWORKS = Path("/etc/cni/net.d")
DROP_IN = Path("/run/systemd/system/kubelet.service.d")
RESTARTS = 3
# Kubelet's read-only port (packer/gate/user-data.pkr.hcl).
PORT = 10255
# Seconds for the network to settle after a restart of the units that manage it.
SETTLED = 30
# Reasons that waiting does not cure.
HOPELESS = ("ErrImageNeverPull", "CreateContainerError", "RunContainerError")
# Enforced by kubelet with protectKernelDefaults (pkg/kubelet/cm, setupKernelTunables).
KERNEL = {
    "vm.overcommit_memory": "1",
    "vm.panic_on_oom": "0",
    "kernel.panic": "10",
    "kernel.panic_on_oops": "1",
    "kernel.keys.root_maxkeys": "1000000",
    "kernel.keys.root_maxbytes": "25000000",
}
# Needed by pod networks.
NETWORK = {"net.ipv4.ip_forward": "1"}
PLUGINS = ("bridge", "host-local", "loopback", "portmap")


def kernel_settings() -> str:
    wrong = []
    for name, value in {**KERNEL, **NETWORK}.items():
        found = Path("/proc/sys", name.replace(".", "/")).read_text().strip()
        if found != value:
            wrong.append(f"{name} is {found}, not {value}")
    if wrong:
        raise Wrong("; ".join(wrong))
    return "as kubelet demands with protectKernelDefaults"


def cni_plugins() -> str:
    missing = [name for name in PLUGINS if not Path("/opt/cni/bin", name).is_file()]
    if missing:
        raise Wrong(f"/opt/cni/bin lacks {', '.join(missing)}")
    return ", ".join(PLUGINS)


def last_words(lines: str, program: str = "containerd") -> str:
    """The last line that a program itself wrote to the journal; systemd's lines about it do not count."""
    said = re.findall(rf" {program}\[\d+\]: (.+)", lines)
    return said[-1][:400] if said else "it said nothing"


def containerd(limit: float) -> str:
    deadline = time.monotonic() + limit
    while True:
        state = properties("containerd", "LoadState", "UnitFileState", "ActiveState", "NRestarts")
        if state.get("LoadState") != "loaded":
            raise Wrong("there is no unit containerd.service")
        if state.get("ActiveState") == "active" and Path(SOCKET).exists():
            break
        if state.get("ActiveState") == "inactive" and state.get("UnitFileState") != "enabled":
            break  # It will not start.
        if state.get("ActiveState") == "failed" or int(state.get("NRestarts") or 0) >= RESTARTS:
            lines = journal("containerd")
            raise Wrong(f"containerd does not start ({state['NRestarts']} restarts): {last_words(lines)}", lines)
        if time.monotonic() > deadline:
            raise Wrong(f"containerd is {state.get('ActiveState')} after {limit:.0f} s", journal("containerd"))
        time.sleep(1)
    if state.get("UnitFileState") != "enabled":
        raise Wrong(f"containerd is {state.get('UnitFileState') or 'not enabled'} and does not start at boot")
    return "active, and enabled"


def kubelet_enabled() -> str:
    state = properties("kubelet", "LoadState", "UnitFileState")
    if state.get("LoadState") != "loaded":
        raise Wrong("there is no unit kubelet.service")
    if state.get("UnitFileState") != "enabled":
        raise Wrong(f"kubelet is {state.get('UnitFileState') or 'not enabled'}: kubeadm's node would not come back")
    return "enabled"


def preflight(expected: dict[str, Any], hopeless: threading.Event) -> str:
    """kubeadm's own checks. They pull no image, and ignore the instance's size, which is not the image's.

    With `hopeless` set, containerd will not come, and kubeadm is not asked again.
    """
    config = WORK / "kubeadm.json"
    init = {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "InitConfiguration",
        "nodeRegistration": {"criSocket": f"unix://{SOCKET}", "imagePullPolicy": "Never"},
    }
    cluster = {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "ClusterConfiguration",
        "kubernetesVersion": f"v{expected['kubernetes_version']}",
    }
    config.write_text("\n---\n".join(json.dumps(part) for part in (init, cluster)))
    for turn in range(3):
        code, told = run(
            "kubeadm", "init", "phase", "preflight", f"--config={config}", "--ignore-preflight-errors=NumCPU,Mem",
            timeout=240,
        )  # fmt: skip
        # It gives containerd two seconds, which can be too short right after a boot.
        if "DeadlineExceeded" not in told or hopeless.is_set():
            break
        time.sleep(5 * turn)
    if code:
        errors = re.findall(r"\[ERROR [^\]]*\]: .*", told) or told.strip().splitlines()[-1:]
        raise Wrong(f"kubeadm refuses it: {'; '.join(errors)}", told)
    return "kubeadm would take it"


def write_network() -> None:
    """Installs a CNI network, unless there is one."""
    NETWORKS.mkdir(parents=True, exist_ok=True)
    if not [*NETWORKS.glob("*.conf"), *NETWORKS.glob("*.conflist")]:
        shutil.copy(WORK / "99-gate.conflist", NETWORKS)


def pods() -> list[dict[str, Any]] | None:
    """Kubelet's pods; None while it does not answer."""
    told = kubelet_says("/pods")
    if not told:
        return None
    try:
        found: list[dict[str, Any]] = json.loads(told).get("items") or []
        return found
    except ValueError:
        return []


def kubelet_says(path: str) -> str:
    """An answer of kubelet; empty while it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def ended_runs(lines: list[str]) -> list[str]:
    """Drops the current run of a restarted kubelet, which has not failed yet."""
    starts = [number for number, line in enumerate(lines) if '"Kubelet version"' in line]
    return lines[: starts[-1]] if len(starts) > 1 else lines


def complaints(log: Path = LOG, ended: bool = False) -> str:
    """The last lines in which kubelet reports errors; with `ended`, those of the last run that ended."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    # That pod has no image, on purpose.
    lines = [line for line in lines if "gate-private" not in line]
    lines = ended_runs(lines) if ended else lines
    bad = [line for line in lines if re.match(r"[EF]\d{4} |Error|error|panic", line)]
    return "\n".join((bad or lines)[-12:])


def sandbox_errors(log: Path = LOG) -> list[str]:
    """The lines in which kubelet failed to create the pod's sandbox, one per try."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return [line for line in lines if line.startswith("E") and "CreatePodSandboxError" in line]


def cause(text: str) -> str:
    """The innermost error of a kubelet line, shortened; of containerd's error, the part after gRPC's own words."""
    found = re.findall(r'err="((?:[^"\\]|\\.)*)"', text)
    last = found[-1] if found else (text.splitlines() or ["it said nothing"])[-1]
    inner = re.sub(r'\\+"', '"', last).rpartition(" desc = ")[2]
    # The closing quote of the outer error is left over.
    return (inner.removesuffix('"') if inner.count('"') % 2 else inner)[:400]


def wait_for_pod(limit: float) -> dict[str, Any]:
    """The pod's status once it runs. Raises Wrong as soon as it is clear that it will not."""
    deadline = time.monotonic() + limit
    reason, answered = "kubelet did not answer", False
    for turn in range(10_000):
        listed = pods()
        if listed is not None and not answered:
            reason, answered = "kubelet does not know the pod", True
        for each in listed or []:
            if each["spec"]["containers"][0]["name"] != "pause":
                continue
            status: dict[str, Any] = each.get("status", {})
            containers = status.get("containerStatuses") or [{}]
            waiting = containers[0].get("state", {}).get("waiting") or {}
            reason = f"pod {status.get('phase')}, {waiting.get('reason', '')} {waiting.get('message', '')}".strip()
            if status.get("phase") == "Running" and containers[0].get("state", {}).get("running"):
                return {**status, "nodeName": each["spec"].get("nodeName")}
            if waiting.get("reason") in HOPELESS:
                raise Wrong(f"the pod does not start: {reason}", complaints())
        if turn % 3 == 2:
            state = properties("kubelet", "NRestarts", "ActiveState", "ConditionResult")
            if int(state.get("NRestarts") or 0) >= RESTARTS:
                lines = complaints(ended=True)
                raise Wrong(f"kubelet ended {RESTARTS} times: {cause(lines)}", lines)
            if state.get("ConditionResult") == "no" and state.get("ActiveState") == "inactive":
                raise Wrong("kubelet was not started: a condition of its unit is not met", journal("kubelet"))
            refused = sandbox_errors()
            if len(refused) >= RESTARTS:
                raise Wrong(f"no sandbox for the pod: {cause(refused[-1])}", complaints())
        if time.monotonic() > deadline:
            if not answered and properties("kubelet", "ActiveState").get("ActiveState") == "active":
                closed = f"kubelet runs, and its read-only port {PORT}, which the test needs, is closed"
                raise Wrong(f"{closed} after {limit:.0f} s: look for a flag such as --read-only-port", complaints())
            raise Wrong(f"the pod does not run after {limit:.0f} s ({reason}): {cause(complaints())}", complaints())
        time.sleep(1)
    raise Wrong(f"the pod does not run ({reason})", complaints())


def node_name(name: str | None, own: str) -> str:
    """Checks the node's name: cloud providers find its instance by the name in the metadata."""
    if name != own:
        raise Wrong(f"the node's name is {name or 'not known'}, and the instance's metadata calls it {own}")
    return own


def run_pod(expected: dict[str, Any], limit: float, hopeless: threading.Event) -> bool:
    """Checks kubelet as its unit starts it, and a static pod. Sets `hopeless` if containerd will not start."""
    told: dict[str, Any] = {}

    def running() -> str:
        userdata.started(limit)
        told.update(wait_for_pod(limit))
        return "Running"

    if not results.check("node", "containerd", lambda: containerd(limit)):
        hopeless.set()
        return False
    if not results.check("node", "pod", running):
        return False
    place: list[str] = []

    def named() -> str:
        return node_name(told["nodeName"], userdata.own_name())

    def below_slice() -> str:
        place.append(pod.cgroup(told))
        return place[0].removeprefix("/sys/fs/cgroup")

    passed = [
        results.check("node", "name", named),
        results.check("node", "pod-address", lambda: pod.address(told)),
        results.check("node", "pod-cgroup", below_slice),
    ]
    if place:
        of_process = {"pod-seccomp": pod.seccomp, "pod-open-files": pod.open_files, "pod-apparmor": pod.apparmor}
        passed += [results.check("node", name, partial(work, place[0])) for name, work in of_process.items()]
    wanted = bool(expected.get("credential_provider"))
    passed.append(results.check("node", "image-credentials", lambda: credentials.check(kubelet_says, limit, wanted)))
    return all(passed)


def run_all(expected: dict[str, Any], limit: float) -> bool:
    WORK.mkdir(exist_ok=True)
    settled = [
        results.check("node", "kernel-settings", kernel_settings),
        results.check("node", "cni-plugins", cni_plugins),
        results.check("node", "kubelet-enabled", kubelet_enabled),
    ]
    hopeless = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        ready = pool.submit(run_pod, expected, limit, hopeless)
        kept = pool.submit(network.run_all, min(limit, SETTLED))
        checked = pool.submit(results.check, "node", "preflight", lambda: preflight(expected, hopeless))
    return all([*settled, ready.result(), checked.result(), kept.result()])
