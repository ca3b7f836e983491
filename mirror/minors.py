"""The Kubernetes minors that are built from source, and the rows of the table for each.

All programs of a minor are built in `go/kubernetes` from one go.mod, which also sets the versions of etcd and ginkgo.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mirror.catalogue import catalogue
from mirror.errors import MirrorError
from mirror.target import Build, Check, Target, setting

KUBERNETES = "k8s.io/kubernetes"
ETCD = "go.etcd.io/etcd/server/v3"
GINKGO = "github.com/onsi/ginkgo/v2/ginkgo"
CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")


@dataclass(frozen=True)
class Minor:
    """A minor (`1.36`), its file of requirements, and the tags that it gives to images of other projects."""

    name: str
    file: str
    # Tags of these images in its e2e_node.test (test/utils/image/manifest.go).
    agnhost: str
    busybox: str
    # kubeadm's tag of etcd's image: the required version, then this (DefaultEtcdVersion).
    etcd_revision: str = "0"

    @property
    def suffix(self) -> str:
        """Distinguishes the rows of this minor from those of the newest."""
        return "" if self is NEWEST else f"-{self.name}"

    @property
    def pause(self) -> str:
        """Tag of the pause image, from the catalogue."""
        return str(catalogue("kubernetes")[self.name]["pause"])


NEWEST = Minor("1.37", "go.mod", "2.66.1", "1.37.0-2")
MINORS = (
    NEWEST,
    Minor("1.36", "1.36.mod", "2.63.0", "1.37.0-1"),
    Minor("1.35", "1.35.mod", "2.59", "1.37.0-1"),
)


def minors(versions: Sequence[str]) -> list[Minor]:
    """The minors of those versions (`1.36` or `1.36.3`), each once; the newest by default.

    Raises MirrorError for one that is not pinned here.
    """
    return list(dict.fromkeys(_minor(version.removeprefix("v")) for version in versions or [NEWEST.name]))


def _minor(version: str) -> Minor:
    for minor in MINORS:
        if version == minor.name or version == rows_of(minor)[0].version:
            return minor
    offered = ", ".join(f"{minor.name} ({rows_of(minor)[0].version})" for minor in MINORS)
    raise MirrorError(f"Kubernetes {version} is not built from source; choose one of {offered}")


def rows_of(minor: Minor) -> tuple[Target, ...]:
    """The rows of a minor."""
    link = setting("k8s.io/component-base/version.gitVersion", "v{version}")

    def row(name: str, module: str, builds: tuple[Build, ...], checks: tuple[Check, ...]) -> Target:
        folder = "" if f"{name}{minor.suffix}" == "kubernetes" else "kubernetes"
        return Target(f"{name}{minor.suffix}", module, builds, checks, folder=folder, file=minor.file)

    return (
        row(
            "kubernetes",
            KUBERNETES,
            (Build(tuple(f"{KUBERNETES}/cmd/{name}" for name in ("kubelet", "kubeadm", "kubectl")), link=link),),
            (
                Check("kubelet", ("--version",), r"^Kubernetes v{version}$"),
                Check("kubeadm", ("version", "-o", "short"), r"^v{version}$"),
                Check("kubectl", ("version", "--client"), r"(?m)^Client Version: v{version}$"),
            ),
        ),
        row(
            "control-plane",
            KUBERNETES,
            (Build(("./control-plane",), link=link),),
            tuple(Check("control-plane", (name, "--version"), r"^Kubernetes v{version}$") for name in CONTROL_PLANE),
        ),
        row(
            "etcd",
            ETCD,
            (Build((ETCD,)),),
            (Check("server", ("--version",), r"(?m)^etcd Version: {version}$"),),
        ),
        row(
            "kubernetes-test",
            KUBERNETES,
            (
                Build((f"{KUBERNETES}/test/e2e_node",), link=link, test=True),
                Build((GINKGO,)),
                Build((f"{KUBERNETES}/test/images/agnhost",), link=setting("main.Version", minor.agnhost)),
            ),
            (
                Check("e2e_node.test", ("--list-images",), rf"e2e-test-images/agnhost:{minor.agnhost}\b"),
                Check("e2e_node.test", ("--list-images",), rf"e2e-test-images/busybox:{minor.busybox}\b"),
                Check("ginkgo", ("version",), r"^Ginkgo Version 2\."),
                Check("agnhost", ("--version",), rf"\b{minor.agnhost}\b"),
            ),
        ),
    )
