"""The Debian packages of pkgs.k8s.io: which files they hold, what they depend on, and how one is packed.

Contents and relations follow the package specs of kubernetes/release (cmd/krel/templates/latest): the unit belongs to
kubelet, its kubeadm drop-in to kubeadm, and since 1.32 kubeadm depends on nothing. No package enables the kubelet.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mirror.progress import run
from mirror.sums import sha256

UNITS = "usr/lib/systemd/system"

KUBELET_UNIT = """\
[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
"""

KUBEADM_DROP_IN = """\
# How kubeadm has the kubelet started (kubeadm and kubelet v1.11 and later).
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# Written by "kubeadm init" and "kubeadm join": sets KUBELET_KUBEADM_ARGS.
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# For the node's owner, as a last resort: sets KUBELET_EXTRA_ARGS. The kubelet's configuration file is the better place.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
"""  # noqa: E501

CRICTL = """\
#!/bin/sh
echo "crictl: this is a stand-in from a mirror that was built from source, where cri-tools cannot be had" >&2
exit 69
"""

RELOAD = """\
#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl --system daemon-reload >/dev/null || true; fi
"""

STOP = """\
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl --no-reload disable --now kubelet.service >/dev/null 2>&1 || true
fi
"""


@dataclass(frozen=True)
class Deb:
    """One package: `files` maps a path without leading slash to (a file or a text, mode)."""

    name: str
    version: str
    arch: str
    summary: str
    files: Mapping[str, tuple[Path | str, int]]
    section: str = "net"
    relations: Mapping[str, str] = field(default_factory=dict)
    scripts: Mapping[str, str] = field(default_factory=dict)
    conffiles: tuple[str, ...] = ()

    @property
    def filename(self) -> str:
        """As upstream's repository names it, below the architecture's folder."""
        return f"{self.name}_{self.version}_{self.arch}.deb"


def kubernetes_debs(version: str, revision: str, arch: str, binaries: Path) -> list[Deb]:
    """kubelet, kubeadm and kubectl of one Kubernetes version."""
    deb = f"{version}-{revision}"
    kubelet = Deb(
        "kubelet", deb, arch, "Node agent for Kubernetes clusters",
        {
            "usr/bin/kubelet": (binaries / "kubelet", 0o755),
            f"{UNITS}/kubelet.service": (KUBELET_UNIT, 0o644),
            "etc/default/kubelet": ("KUBELET_EXTRA_ARGS=\n", 0o644),
            # Placeholders keep these otherwise empty folders; upstream does the same.
            "var/lib/kubelet/.kubelet-keep": ("", 0o644),
            "etc/kubernetes/manifests/.kubelet-keep": ("", 0o644),
        },
        relations={"Depends": "kubernetes-cni (>= 1.2.0), mount, util-linux", "Recommends": "iptables (>= 1.8.4)"},
        scripts={"postinst": RELOAD, "prerm": STOP, "postrm": RELOAD},
        conffiles=("/etc/default/kubelet",),
    )  # fmt: skip
    kubeadm = Deb(
        "kubeadm", deb, arch, "Command-line utility for administering a Kubernetes cluster",
        {
            "usr/bin/kubeadm": (binaries / "kubeadm", 0o755),
            f"{UNITS}/kubelet.service.d/10-kubeadm.conf": (KUBEADM_DROP_IN, 0o644),
        },
        section="admin",
    )  # fmt: skip
    kubectl = Deb(
        "kubectl", deb, arch, "Command-line utility for interacting with a Kubernetes cluster",
        {"usr/bin/kubectl": (binaries / "kubectl", 0o755)}, section="admin",
    )  # fmt: skip
    return [kubelet, kubeadm, kubectl]


def cni_deb(version: str, revision: str, arch: str, plugins: list[Path]) -> Deb:
    """kubernetes-cni: the CNI plugins in /opt/cni/bin."""
    files: dict[str, tuple[Path | str, int]] = {f"opt/cni/bin/{path.name}": (path, 0o755) for path in plugins}
    files["etc/cni/net.d/.kubernetes-cni-keep"] = ("", 0o644)
    summary = "Binaries required to provision kubernetes container networking"
    return Deb("kubernetes-cni", f"{version}-{revision}", arch, summary, files)


def cri_tools_deb(version: str, revision: str, arch: str) -> Deb:
    """cri-tools with a crictl that only reports that it is a stand-in, and exits 69 (EX_UNAVAILABLE)."""
    summary = "Command-line utility for interacting with a container runtime (stand-in without function)"
    files: dict[str, tuple[Path | str, int]] = {"usr/bin/crictl": (CRICTL, 0o755)}
    return Deb("cri-tools", f"{version}-{revision}", arch, summary, files, section="admin")


def control(deb: Deb, installed_kib: int) -> str:
    """The control paragraph."""
    fields = {
        "Package": deb.name,
        "Version": deb.version,
        "Architecture": deb.arch,
        "Maintainer": "Kubernetes Authors <dev@kubernetes.io>",
        "Installed-Size": str(installed_kib),
        **deb.relations,
        "Section": deb.section,
        "Priority": "optional",
        "Homepage": "https://kubernetes.io",
        "Description": f"{deb.summary}\n {deb.summary}.",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def pack(deb: Deb, folder: Path) -> dict[str, str]:
    """Writes FOLDER/ARCH/NAME.deb and returns its paragraph for Packages, in order."""
    out = folder / deb.arch / deb.filename
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".deb.") as scratch:
        root = Path(scratch)
        root.chmod(0o755)
        for name, (content, mode) in deb.files.items():
            place = root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content.read_bytes())
            place.chmod(mode)
        size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // 1024 + 1
        meta = root / "DEBIAN"
        meta.mkdir()
        text = control(deb, size)
        (meta / "control").write_text(text)
        for name, script in deb.scripts.items():
            (meta / name).write_text(script)
            (meta / name).chmod(0o755)
        if deb.conffiles:
            (meta / "conffiles").write_text("".join(f"{path}\n" for path in deb.conffiles))
        _dpkg_deb(root, out)
    paragraph = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" "))
    long = paragraph.pop("Description")
    return paragraph | {
        "Filename": f"{deb.arch}/{deb.filename}",
        "Size": str(out.stat().st_size),
        "SHA256": sha256(out),
        "Description": long,
    }


def _dpkg_deb(root: Path, out: Path) -> None:
    # gzip at a low level: packages travel over loopback, so time matters more than size.
    run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z3", "--build", root, out], limit=300)
