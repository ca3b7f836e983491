"""Checks that kubelet runs the image's credential provider for Amazon's registry."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import userdata
from results import Wrong

PROVIDER = "ecr-credential-provider"
FLAGS = (Path("/etc/default/kubelet"), Path("/etc/sysconfig/kubelet"))
# Kubelet counts the runs (pkg/credentialprovider/plugin/metrics.go) and logs how one failed (plugin.go there).
RUNS = re.compile(
    rf'^kubelet_credential_provider_plugin_duration_count{{plugin_name="{PROVIDER}"}} (\d+)', re.MULTILINE
)
FAILED = re.compile(
    r"(?:error execing credential provider plugin|credential (?:provider )?plugin response|reading GVK).*"
)
# It ran, but had no role to ask with, or no registry to ask.
NO_ANSWER = re.compile(r"exit status \d+|deadline exceeded|signal: killed")


def configured(files: tuple[Path, ...] = FLAGS) -> bool:
    """Whether the image starts kubelet with a credential provider."""
    return any("--image-credential-provider-config=" in file.read_text() for file in files if file.exists())


def judge(metrics: str, log: str) -> str | None:
    """The outcome; None while kubelet has not run it. Raises Wrong if kubelet cannot run or understand it."""
    found = RUNS.search(metrics)
    if not found or int(found[1]) == 0:
        return None
    said = [match[0] for match in FAILED.finditer(log)]
    bad = [line for line in said if not NO_ANSWER.search(line)]
    if bad:
        raise Wrong(f"kubelet cannot use {PROVIDER}: {bad[-1][:300]}", "\n".join(bad[-5:]))
    return f"kubelet ran {PROVIDER}" + ("; it has no role here, or no registry" if said else "")


def check(ask: Callable[[str], str], limit: float, expected: bool = False, files: tuple[Path, ...] = FLAGS) -> str:
    """Waits until kubelet has run it for the pod with an image in such a registry. `ask` returns kubelet's answers."""
    if not configured(files):
        if expected:
            shown = " or ".join(str(file) for file in files)
            raise Wrong(f"the image was built with {PROVIDER}, and {shown} does not make kubelet use it")
        return "the image has none"
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        told = judge(ask("/metrics"), userdata.LOG.read_text(errors="replace"))
        if told:
            return told
        time.sleep(1)
    raise Wrong(f"kubelet did not run {PROVIDER} within {limit:.0f} s for an image of such a registry")
