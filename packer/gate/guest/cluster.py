"""Level cluster: kubeadm makes this node a cluster, a pod is scheduled on it, and kubeadm resets it."""

from __future__ import annotations

import base64
import http.client
import itertools
import json
import re
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import node
import results
import supplies
import userdata
from moments import matching, text
from results import Wrong, properties, run

WORK = userdata.WORK
LOG = WORK / "cluster-kubelet.log"
# As Cluster API has them (packer/gate/user-data.pkr.hcl).
CONFIG = Path("/run/kubeadm/kubeadm.yaml")
SENTINEL = Path("/run/cluster-api/bootstrap-success.complete")
SAID, ENDED = WORK / "kubeadm-init.log", WORK / "kubeadm-ended"
ADMIN = Path("/etc/kubernetes/admin.conf")
# Its user may do everything from the start; the other one gets its role later.
SUPER_ADMIN = Path("/etc/kubernetes/super-admin.conf")
PLACE = "/api/v1/namespaces/default/pods"
PODS = Path("/var/log/pods")
FIRST = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
# kubeadm's addon -> the last part of its image's name.
ADDONS = {"addon/kube-proxy": "kube-proxy", "addon/coredns": "coredns"}


def split(listed: list[str], expected: dict[str, Any]) -> list[str]:
    """The images to pull. Raises Wrong if the mirror lacks one whose addon is not skipped."""
    if not expected["mirror"]:
        return listed
    out = {ADDONS[phase] for phase in expected["skipped"]}
    wanted = [image for image in listed if image.rpartition(":")[0].rpartition("/")[2] not in out]
    lacking = sorted(image for image in wanted if image not in expected["images"])
    if lacking:
        raise Wrong(f"the mirror lacks {', '.join(lacking)}")
    return wanted


def bring(expected: dict[str, Any], limit: float) -> str:
    """Pulls the images that kubeadm needs. Runs beside the other levels, since it takes longest."""
    WORK.mkdir(exist_ok=True)
    supplies.wait_for_containerd(limit)
    with ThreadPoolExecutor(1) as pool:
        # Pulls the largest already; only kubeadm knows the others.
        first = [f"{supplies.REGISTRY}/{name}:v{expected['kubernetes_version']}" for name in FIRST]
        known = [image for image in first if image in expected["images"]]
        pulling = pool.submit(supplies.pull_all, known, expected, limit)
        code, said = run("kubeadm", "config", "images", "list", f"--config={CONFIG}", timeout=limit)
        pulling.result()
    listed = re.findall(r"^[a-z0-9.-]+(?::\d+)?/\S+:\S+$", said, re.MULTILINE)
    if code or not listed:
        raise Wrong(f"kubeadm does not say what it needs: {said.strip()[-300:]}", said)
    # Every node has this image already.
    images = split([image for image in listed if image != expected["sandbox_image"]], expected)
    supplies.pull_all([image for image in images if image not in known], expected, limit)
    skipped = expected["skipped"]
    without = f"; the mirror lacks those of {' and '.join(skipped)}" if skipped else ""
    return f"{len(images)} images{without}"


def crashing() -> tuple[str, str] | None:
    """The container that keeps ending, and its last log. A log's number counts restarts.

    Only etcd waits for nothing: on a slow machine the others end while they wait for it, or for the API server's roles.
    """
    for path in matching(PODS, f"kube-system_etcd-*/*/{node.RESTARTS}.log"):
        before = path.with_name(f"{node.RESTARTS - 1}.log")
        # Kubelet removes old logs.
        said = (text(before) or text(path)).splitlines() or ["it said nothing"]
        return path.parent.name, "\n".join(re.sub(r"^\S+ (?:stdout|stderr) [FP] ", "", line) for line in said[-15:])
    return None


def last_words() -> str:
    """The last log lines of each container of the control plane."""
    ends = []
    for path in matching(PODS, "kube-system_*/*/*.log"):
        ends += [f"{path.parent.name} ({path.stem}): {line[:300]}" for line in text(path).splitlines()[-2:]]
    return "\n".join(ends)


def why(told: str) -> str:
    """The errors that kubeadm itself reports."""
    lines = re.findall(r"^(?:error(?: execution phase [^:]*)?|\s*\[ERROR [^\]]*\]): .*", told, re.MULTILINE)
    return "; ".join(line.strip() for line in lines)[:600] or (told.strip().splitlines() or ["it said nothing"])[-1]


def release(go: bool) -> None:
    """Lets the waiting user data go on with kubeadm, or skip it."""
    WORK.mkdir(exist_ok=True)
    (WORK / ("go" if go else "stop")).touch()


def init(expected: dict[str, Any], limit: float) -> str:
    """Lets cloud-init run kubeadm, and ends that as soon as it is clear that its node will not come up."""
    release(go=True)
    deadline = time.monotonic() + 2 * limit
    placed = False
    try:
        for turn in itertools.count(1):
            time.sleep(1)
            if ENDED.exists():
                break
            placed = placed or place_pod(expected)
            # Each look starts a process, which slows an emulated processor down.
            if turn % 5:
                continue
            state = properties("kubelet", "NRestarts")
            if int(state.get("NRestarts") or 0) >= node.RESTARTS:
                lines = node.complaints(LOG, ended=True)
                raise Wrong(f"kubelet ended {node.RESTARTS} times: {node.cause(lines)}", lines)
            if found := crashing():
                raise Wrong(f"{found[0]} ended {node.RESTARTS} times: {found[1].splitlines()[-1][:400]}", found[1])
            if time.monotonic() > deadline:
                raise Wrong(f"kubeadm init did not end within {2 * limit:.0f} s", said())
    finally:
        # cloud-init waits for it, and the boot checks wait for cloud-init.
        if not ENDED.exists():
            run("pkill", "--exact", "kubeadm")
    if not SENTINEL.exists():
        raise Wrong(f"kubeadm init failed: {why(said())}", f"{said()}\n{node.complaints(LOG)}\n{last_words()}")
    return f"by the user data, with its sentinel{''.join(f', without {phase}' for phase in expected['skipped'])}"


def said() -> str:
    """The output of kubeadm."""
    return SAID.read_text(errors="replace") if SAID.exists() else "it was not started"


def connect(config: Path = ADMIN) -> http.client.HTTPSConnection:
    """A connection to the API server, as the user of a kubeconfig that kubeadm wrote."""
    text = config.read_text()

    def value(name: str) -> str:
        found = re.search(rf"^\s*{name}: (\S+)$", text, re.MULTILINE)
        if not found:
            raise Wrong(f"{config} has no {name}")
        return found[1]

    pair = WORK / "admin.pem"
    pair.touch(0o600)
    pair.write_bytes(b"".join(base64.b64decode(value(f"client-{name}-data")) for name in ("certificate", "key")))
    context = ssl.create_default_context(cadata=base64.b64decode(value("certificate-authority-data")).decode())
    context.load_cert_chain(pair)
    pair.unlink()
    return http.client.HTTPSConnection(urlsplit(value("server")).netloc, timeout=30, context=context)


def ask(connection: http.client.HTTPSConnection, path: str, body: object = None) -> dict[str, Any]:
    """One answer of the API server, as JSON; `{}` if there was none."""
    try:
        method, content = ("GET", None) if body is None else ("POST", json.dumps(body))
        connection.request(method, path, content, {"Content-Type": "application/json"})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer
    except (OSError, http.client.HTTPException, ValueError):
        connection.close()
        return {}


def condition(thing: dict[str, Any], kind: str) -> dict[str, Any]:
    found = [each for each in thing.get("status", {}).get("conditions") or [] if each["type"] == kind]
    return found[0] if found else {}


def node_ready(connection: http.client.HTTPSConnection, limit: float) -> str:
    deadline = time.monotonic() + limit
    while True:
        nodes = ask(connection, "/api/v1/nodes").get("items") or [{}]
        ready = condition(nodes[0], "Ready")
        if ready.get("status") == "True":
            node.node_name(nodes[0]["metadata"]["name"], userdata.own_name())
            return f"{nodes[0]['metadata']['name']}, {nodes[0]['status']['nodeInfo']['kubeletVersion']}"
        if time.monotonic() > deadline:
            raise Wrong(f"after {limit:.0f} s: {ready.get('message', 'no node')}", node.complaints(LOG))
        time.sleep(0.5)


def place_pod(expected: dict[str, Any]) -> bool:
    """Creates a pod as soon as the API server accepts one, while kubeadm is still busy."""
    if not SUPER_ADMIN.exists():
        return False
    try:
        connection = connect(SUPER_ADMIN)
    except (Wrong, OSError):
        return False  # Half written.
    account, pod = manifests(expected)
    ask(connection, "/api/v1/namespaces/default/serviceaccounts", account)
    made = ask(connection, PLACE, pod)
    connection.close()
    return made.get("kind") == "Pod" or made.get("reason") == "AlreadyExists"


def manifests(expected: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A service account and a pod, so set up that it need not wait for controllers to create or remove objects."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "gate"}}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "gate-scheduled"},
        "spec": {
            "serviceAccountName": "gate",
            "automountServiceAccountToken": False,
            "tolerations": [{"operator": "Exists"}],
            "terminationGracePeriodSeconds": 0,
            "containers": [{"name": "pause", "image": expected["sandbox_image"], "imagePullPolicy": "IfNotPresent"}],
        },
    }
    return account, pod


def pod_ready(connection: http.client.HTTPSConnection, expected: dict[str, Any], limit: float) -> str:
    deadline = time.monotonic() + limit
    while not place_pod(expected):
        if time.monotonic() > deadline:
            raise Wrong("the API server accepts no pod", last_words())
        time.sleep(0.5)
    while True:
        found = ask(connection, f"{PLACE}/gate-scheduled")
        status = found.get("status", {})
        if condition(found, "Ready").get("status") == "True":
            return f"{status['podIP']}, scheduled on {found['spec']['nodeName']}"
        waiting = ((status.get("containerStatuses") or [{}])[0].get("state") or {}).get("waiting") or {}
        reason = f"{waiting.get('reason', status.get('phase', 'no answer'))} {waiting.get('message', '')}".strip()
        if waiting.get("reason") in node.HOPELESS:
            raise Wrong(f"the pod does not start: {reason}", node.complaints(LOG))
        if time.monotonic() > deadline:
            scheduled = condition(found, "PodScheduled").get("message", "")
            raise Wrong(f"the pod is not ready after {limit:.0f} s: {scheduled or reason}", node.complaints(LOG))
        time.sleep(0.5)


def reset(limit: float) -> str:
    for _ in range(3):
        code, told = run("kubeadm", "reset", "--force", f"--cri-socket=unix://{node.SOCKET}", timeout=limit)
        # It gives containerd two seconds to stop a pod (cmd/kubeadm/app/util/runtime), which can be too short.
        if "DeadlineExceeded" not in told:
            break
    if code:
        raise Wrong(f"kubeadm reset failed: {why(told)}", told)
    left = [str(path) for path in Path("/etc/kubernetes/manifests").glob("*.yaml")]
    left += [f"the container {name}" for name in supplies.ctr("tasks", "ls", "--quiet", limit=limit).split()]
    if properties("kubelet", "ActiveState").get("ActiveState") == "active":
        left.append("kubelet, which still runs")
    if left:
        raise Wrong(f"kubeadm reset left {', '.join(left)}", told)
    return "nothing of the cluster is left"


def run_all(expected: dict[str, Any], limit: float) -> bool:
    """The checks in order; each needs the one before it."""
    connection: list[http.client.HTTPSConnection] = []

    def ready() -> str:
        connection.append(connect())
        return node_ready(connection[0], limit)

    return (
        results.check("cluster", "init", lambda: init(expected, limit))
        and results.check("cluster", "node-ready", ready)
        and results.check("cluster", "pod-ready", lambda: pod_ready(connection[0], expected, limit))
        and results.check("cluster", "reset", lambda: reset(limit))
    )
