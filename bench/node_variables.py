"""The playbook's variables for a mirror on this machine: python3 bench/node_variables.py URL TRUST

What the action's plan would say of one image. Whoever calls this has just started that mirror, so that its sums are
taken as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def node_variables(url: str, trust: str, system: str = "debian-13", arch: str = "amd64") -> dict[str, Any]:
    """Variables of ansible/node.yml, without `image_base_ami`. `trust` is the path of a file of fingerprints."""

    def get(path: str) -> bytes:
        with urllib.request.urlopen(f"{url}/{path}", timeout=30) as answer:
            return answer.read()

    sums = {
        path: digest for digest, path in (line.split(maxsplit=1) for line in get("SHA256SUMS").decode().splitlines())
    }
    version = get("dl.k8s.io/release/stable.txt").decode().strip().removeprefix("v")
    minor = ".".join(version.split(".")[:2])
    defaults = json.loads((ROOT / "catalog/kubernetes.json").read_text())[minor]
    repository = f"pkgs.k8s.io/core:/stable:/v{minor}/deb/"
    files = {
        "containerd": "containerd/containerd/releases/download/v{0}/containerd-{0}-linux-{1}.tar.gz",
        "runc": "opencontainers/runc/releases/download/v{0}/runc.{1}",
        "cniPlugins": "containernetworking/plugins/releases/download/v{0}/cni-plugins-linux-{1}-v{0}.tgz",
    }

    def artifact(name: str) -> dict[str, str]:
        path = "github.com/" + files[name].format(defaults[name], arch)
        return {"version": defaults[name], "url": f"https://{path}", "sha256": sums[path]}

    def provider() -> dict[str, str]:
        number = defaults["ecrCredentialProvider"]
        folder = f"artifacts.k8s.io/binaries/cloud-provider-aws/v{number}/linux/{arch}"
        path = f"{folder}/ecr-credential-provider-linux-{arch}"
        return {"version": number, "url": f"https://{path}", "sha256": sums[path]}

    def packages() -> dict[str, dict[str, str]]:
        debs = [path for path in sums if path.startswith(repository) and path.endswith(f"_{arch}.deb")]
        named = {path: path.rpartition("/")[2].split("_") for path in debs}
        return {
            name: {"version": number, "url": f"https://{path}", "sha256": sums[path]}
            for path, (name, number, _) in named.items()
        }

    trusted = [line for line in Path(trust).read_text().splitlines() if re.fullmatch(r"[0-9A-F]{40}", line)]
    manifest = get(f"registry.k8s.io/v2/pause/manifests/{defaults['pause']}")
    return {
        "mirror": url,
        "image_key": f"{system}-{arch}",
        "image_os": system,
        "image_arch": arch,
        "image_digest": "",
        "kubernetes_version": version,
        "kubernetes_deb": packages()["kubelet"]["version"],
        "kubernetes_package_files": packages(),
        "kubernetes_repository": f"https://{repository}",
        "kubernetes_repository_key": get(repository + "Release.key").decode(),
        "kubernetes_repository_fingerprints": trusted,
        "containerd": artifact("containerd"),
        "runc": artifact("runc"),
        "cni_plugins": artifact("cniPlugins"),
        "ecr_credential_provider": provider(),
        "sandbox_image": f"registry.k8s.io/pause:{defaults['pause']}",
        "sandbox_image_digest": f"sha256:{hashlib.sha256(manifest).hexdigest()}",
    }


if __name__ == "__main__":
    print(json.dumps(node_variables(*sys.argv[1:])))
