"""The programs to build from source: a table of Go modules below mirror/go/.

Flags that decide a binary's output about itself are upstream's own. All but runc are built without cgo, so they run on
any Linux.
"""

from mirror.minors import MINORS, rows_of
from mirror.target import Build, Check, Target, setting

PACKER = "github.com/hashicorp/packer"
AMAZON = "github.com/hashicorp/packer-plugin-amazon"
CONTAINERD = "github.com/containerd/containerd/v2"
RUNC = "github.com/opencontainers/runc"
CNI = "github.com/containernetworking/plugins"
GOSS = "github.com/goss-org/goss"
CLOUD_PROVIDER = "k8s.io/cloud-provider-aws"

CNI_PLUGINS = {
    "ipam": ("dhcp", "host-local", "static"),
    "main": ("bridge", "dummy", "host-device", "ipvlan", "loopback", "macvlan", "ptp", "tap", "vlan"),
    "meta": ("bandwidth", "firewall", "portmap", "sbr", "tuning", "vrf"),
}


_containerd_link = setting(f"{CONTAINERD}/version.Version", "v{version}")
_containerd_tags = "urfave_cli_no_docs osusergo netgo static_build"

TARGETS: tuple[Target, ...] = (
    Target(
        "packer",
        PACKER,
        (Build((PACKER,), link=setting(f"{PACKER}/version.VersionPrerelease"), quick=True),),
        (Check("packer", ("version",), r"(?m)^Packer v{version}$"),),
    ),
    Target(
        "packer-plugin-amazon",
        AMAZON,
        (Build((AMAZON,), link=setting(f"{AMAZON}/version.VersionPrerelease"), quick=True),),
        (Check("packer-plugin-amazon", ("describe",), r'"version":"{version}".*"api_version":"x5\.0"'),),
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
                link=setting(f"{CNI}/pkg/utils/buildversion.BuildVersion", "v{version}"),
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
                link=setting("k8s.io/component-base/version.gitVersion", "v{version}")
                + " -X main.gitVersion=v{version}",
            ),
        ),
        (Check("ecr-credential-provider", ("--version",), r"(?m) v{version}$"),),
    ),
    *(row for minor in MINORS for row in rows_of(minor)),
    # Not part of a mirror: the roles' tests run it on a node.
    Target(
        "goss",
        GOSS,
        (Build((f"{GOSS}/cmd/goss",), link=setting(f"{GOSS}/util.Version", "v{version}")),),
        (Check("goss", ("--version",), r"{version}"),),
    ),
)


def target(name: str) -> Target:
    """The row with that name."""
    return next(row for row in TARGETS if row.name == name)
