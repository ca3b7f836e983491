"""What is built from source: a table. A row is one Go module below mirror/go/, pinned by its go.mod and go.sum.

The version of a row is the one that its go.mod requires, so it is written in one place. The flags are upstream's own
where they decide what a binary says of itself; all but runc are built without cgo, so that they run on any Linux.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from mirror.errors import MirrorError

GO = Path(__file__).resolve().parent / "go"

PACKER = "github.com/hashicorp/packer"
AMAZON = "github.com/hashicorp/packer-plugin-amazon"
KUBERNETES = "k8s.io/kubernetes"
CONTAINERD = "github.com/containerd/containerd/v2"
RUNC = "github.com/opencontainers/runc"
CNI = "github.com/containernetworking/plugins"
GOSS = "github.com/goss-org/goss"
CLOUD_PROVIDER = "k8s.io/cloud-provider-aws"
ETCD = "go.etcd.io/etcd/server/v3"
GINKGO = "github.com/onsi/ginkgo/v2/ginkgo"

CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
CNI_PLUGINS = {
    "ipam": ("dhcp", "host-local", "static"),
    "main": ("bridge", "dummy", "host-device", "ipvlan", "loopback", "macvlan", "ptp", "tap", "vlan"),
    "meta": ("bandwidth", "firewall", "portmap", "sbr", "tuning", "vrf"),
}


@dataclass(frozen=True)
class Build:
    """One `go build`: import paths, build tags and -X settings. `{version}` stands for the target's version."""

    packages: tuple[str, ...]
    tags: str = ""
    link: str = "-s -w"
    # The packages' tests as a program (NAME.test), by `go test -c`.
    test: bool = False


@dataclass(frozen=True)
class Check:
    """What a finished binary has to print (a regular expression over both outputs) when it is run with `arguments`."""

    binary: str
    arguments: tuple[str, ...]
    prints: str


@dataclass(frozen=True)
class Target:
    """A group of binaries that come out of one module."""

    name: str
    module: str
    builds: tuple[Build, ...]
    checks: tuple[Check, ...]
    cgo: bool = False
    # The folder below mirror/go, where it is not the target's own.
    folder: str = ""

    @property
    def directory(self) -> Path:
        """Where its go.mod, go.sum and tools.go are."""
        return GO / (self.folder or self.name)

    @property
    def version(self) -> str:
        """As go.mod requires it, without the leading v."""
        return required_version((self.directory / "go.mod").read_text(), self.module)


def required_version(go_mod: str, module: str) -> str:
    """The version of `module` in the text of a go.mod, without the leading v."""
    found = re.search(rf"^(?:require|\t)\s*{re.escape(module)} v(\S+)", go_mod, re.MULTILINE)
    if not found:
        raise MirrorError(f"go.mod does not require {module}")
    return found.group(1)


def _setting(name: str, value: str = "") -> str:
    return f"-s -w -X {name}={value}"


_containerd_link = _setting(f"{CONTAINERD}/version.Version", "v{version}")
_containerd_tags = "urfave_cli_no_docs osusergo netgo static_build"

_kubernetes_link = _setting("k8s.io/component-base/version.gitVersion", "v{version}")

# What the suite of e2e_node.test calls these images (test/utils/image/manifest.go of the same Kubernetes).
AGNHOST_VERSION = "2.66.1"
BUSYBOX_VERSION = "1.37.0-2"
# What kubeadm of this Kubernetes calls etcd's image (DefaultEtcdVersion).
ETCD_REVISION = "0"

# The rows of Kubernetes share one go.mod, so they are of one version; etcd and ginkgo are the ones that it requires.
TARGETS: tuple[Target, ...] = (
    Target(
        "packer",
        PACKER,
        (Build((PACKER,), link=_setting(f"{PACKER}/version.VersionPrerelease")),),
        (Check("packer", ("version",), r"(?m)^Packer v{version}$"),),
    ),
    Target(
        "packer-plugin-amazon",
        AMAZON,
        (Build((AMAZON,), link=_setting(f"{AMAZON}/version.VersionPrerelease")),),
        (Check("packer-plugin-amazon", ("describe",), r'"version":"{version}".*"api_version":"x5\.0"'),),
    ),
    Target(
        "kubernetes",
        KUBERNETES,
        (
            Build(
                tuple(f"{KUBERNETES}/cmd/{name}" for name in ("kubelet", "kubeadm", "kubectl")),
                link=_kubernetes_link,
            ),
        ),
        (
            Check("kubelet", ("--version",), r"^Kubernetes v{version}$"),
            Check("kubeadm", ("version", "-o", "short"), r"^v{version}$"),
            Check("kubectl", ("version", "--client"), r"(?m)^Client Version: v{version}$"),
        ),
    ),
    Target(
        "control-plane",
        KUBERNETES,
        (Build(("./control-plane",), link=_kubernetes_link),),
        tuple(Check("control-plane", (name, "--version"), r"^Kubernetes v{version}$") for name in CONTROL_PLANE),
        folder="kubernetes",
    ),
    Target(
        "etcd",
        ETCD,
        (Build((ETCD,)),),
        (Check("server", ("--version",), r"(?m)^etcd Version: {version}$"),),
        folder="kubernetes",
    ),
    Target(
        "kubernetes-test",
        KUBERNETES,
        (
            Build((f"{KUBERNETES}/test/e2e_node",), link=_kubernetes_link, test=True),
            Build((GINKGO,)),
            Build((f"{KUBERNETES}/test/images/agnhost",), link=_setting("main.Version", AGNHOST_VERSION)),
        ),
        (
            Check("e2e_node.test", ("--list-images",), rf"e2e-test-images/agnhost:{AGNHOST_VERSION}\b"),
            Check("e2e_node.test", ("--list-images",), rf"e2e-test-images/busybox:{BUSYBOX_VERSION}\b"),
            Check("ginkgo", ("version",), r"^Ginkgo Version 2\."),
            Check("agnhost", ("--version",), rf"\b{AGNHOST_VERSION}\b"),
        ),
        folder="kubernetes",
    ),
    Target(
        "containerd",
        CONTAINERD,
        (
            Build(
                tuple(f"{CONTAINERD}/cmd/{name}" for name in ("containerd", "ctr", "containerd-stress")),
                _containerd_tags,
                _containerd_link,
            ),
            Build((f"{CONTAINERD}/cmd/containerd-shim-runc-v2",), f"{_containerd_tags} no_grpc", _containerd_link),
        ),
        (
            Check("containerd", ("--version",), r" v{version}\b"),
            Check("containerd-shim-runc-v2", ("-v",), r"(?m)Version: +v{version}$"),
            Check("ctr", ("--version",), r" v{version}\b"),
        ),
    ),
    Target(
        "runc",
        RUNC,
        (Build((RUNC,), "seccomp urfave_cli_no_docs netgo osusergo", "-s -w -extldflags -static"),),
        (Check("runc", ("--version",), r"(?ms)^runc version {version}$.*^libseccomp: "),),
        cgo=True,
    ),
    Target(
        "cni-plugins",
        CNI,
        (
            Build(
                tuple(f"{CNI}/plugins/{kind}/{name}" for kind, names in CNI_PLUGINS.items() for name in names),
                link=_setting(f"{CNI}/pkg/utils/buildversion.BuildVersion", "v{version}"),
            ),
        ),
        tuple(
            Check(name, ("--version",), r"(?m) v{version}$")
            for names in CNI_PLUGINS.values()
            for name in names
            if name != "dhcp"
        ),
    ),
    Target(
        "ecr-credential-provider",
        CLOUD_PROVIDER,
        (
            Build(
                (f"{CLOUD_PROVIDER}/cmd/ecr-credential-provider",),
                link=_setting("k8s.io/component-base/version.gitVersion", "v{version}")
                + " -X main.gitVersion=v{version}",
            ),
        ),
        (Check("ecr-credential-provider", ("--version",), r"(?m) v{version}$"),),
    ),
    # Part of no mirror: the tests of the roles run it on a node.
    Target(
        "goss",
        GOSS,
        (Build((f"{GOSS}/cmd/goss",), link=_setting(f"{GOSS}/util.Version", "v{version}")),),
        (Check("goss", ("--version",), r"{version}"),),
    ),
)


def target(name: str) -> Target:
    """The row called `name`."""
    return next(row for row in TARGETS if row.name == name)
