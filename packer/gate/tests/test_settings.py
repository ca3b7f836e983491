"""How the file of kernel settings is compared with the kernel."""

from pathlib import Path

import pytest
import settings
from results import Wrong


def machine(root: Path, given: str, kernel: dict[str, str], files: "dict[str, str] | None" = None) -> Path:
    """A root directory with our file, others, and what the kernel says."""
    for path, text in {
        settings.OURS: given,
        **(files or {}),
        **{f"proc/sys/{k}": v for k, v in kernel.items()},
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("vm.swappiness", "vm/swappiness"),
        ("-net.ipv4.ip_forward", "net/ipv4/ip_forward"),
        ("net/ipv4/conf/eth0.100/rp_filter", "net/ipv4/conf/eth0.100/rp_filter"),
        ("net.ipv4.conf.eth0/100.rp_filter", "net/ipv4/conf/eth0.100/rp_filter"),
    ],
)
def test_where_a_setting_is(name: str, path: str) -> None:
    assert settings.path_of(name) == path


def test_values_that_are_the_same_to_the_kernel(tmp_path: Path) -> None:
    given = (
        "# comment\nnet.ipv4.ip_local_port_range = 32768 60999\nkernel.sysrq=0x10\n; no\nkernel.core_pattern = core\n"
    )
    kernel = {"net/ipv4/ip_local_port_range": "32768\t60999\n", "kernel/sysrq": "16\n", "kernel/core_pattern": "core\n"}
    assert settings.applied(machine(tmp_path, given, kernel)) == f"all 3 of /{settings.OURS}"


@pytest.mark.parametrize(
    ("given", "kernel", "equal"),
    [
        ("30000-32767,61678,61679,10250", "10250,30000-32767,61678-61679", True),
        ("1-5,3-9,10", "1-10", True),
        ("8080,8080", "8080", True),
        ("8080,8081", "8080", False),
        ("8080-8090", "8080-8089", False),
        ("007", "7", True),
        ("0777", "511", True),
        ("0x10", "16", True),
        ("-1", "-1", True),
        ("08", "8", False),
        ("010", "10", False),
    ],
)
def test_numbers_and_lists_as_the_kernel_reads_them(given: str, kernel: str, equal: bool) -> None:
    assert settings.same(kernel, given) is equal


@pytest.mark.parametrize(
    ("given", "kernel", "files", "says"),
    [
        (
            "net.netfilter.nf_conntrack_max = 524288",
            {},
            {},
            "the kernel has no net.netfilter.nf_conntrack_max: the module that adds it is not loaded at boot",
        ),
        ("vm.swappiness = 1", {"vm/swappiness": "60"}, {}, "vm.swappiness is 60, not 1"),
        (
            "vm.swappiness = 1",
            {"vm/swappiness": "60"},
            {"etc/sysctl.d/99-other.conf": "vm.swappiness=60", "usr/lib/sysctl.d/10-before.conf": "vm.swappiness=2"},
            "vm.swappiness is 60, not 1, set by .*/etc/sysctl.d/99-other.conf",
        ),
        (
            "net.ipv4.conf.*.rp_filter = 0",
            {"net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/ens5/rp_filter": "2"},
            {},
            "net.ipv4.conf.ens5.rp_filter is 2, not 0",
        ),
        (
            "vm.swappiness = 1",
            {"vm/swappiness": "1", "fs/suid_dumpable": "2"},
            {settings.HARDENED: "fs.suid_dumpable = 0\n"},
            "fs.suid_dumpable is 2, not 0",
        ),
    ],
)
def test_a_setting_that_is_lost(
    tmp_path: Path, given: str, kernel: "dict[str, str]", files: "dict[str, str]", says: str
) -> None:
    with pytest.raises(Wrong, match=f"^{says}$"):
        settings.applied(machine(tmp_path, given, kernel, files))


@pytest.mark.parametrize(
    ("given", "kernel", "files"),
    [
        ("net.ipv4.conf.*.accept_local = 1", {}, {}),
        ("-net.mpls.platform_labels = 1000", {}, {}),
        ("-vm.swappiness = 1", {"vm/swappiness": "60"}, {}),
        (
            "net.ipv4.conf.*.rp_filter = 0\nnet.ipv4.conf.ens5.rp_filter = 2",
            {"net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/ens5/rp_filter": "2"},
            {},
        ),
        (
            "net.ipv4.conf.*.rp_filter = 0",
            {"net/ipv4/conf/all/rp_filter": "1", "net/ipv4/conf/default/rp_filter": "2"},
            {"usr/lib/sysctl.d/50-a.conf": "net.ipv4.conf.default.rp_filter=2\n-net.ipv4.conf.all.rp_filter\n"},
        ),
    ],
)
def test_lines_that_systemd_takes(
    tmp_path: Path, given: str, kernel: "dict[str, str]", files: "dict[str, str]"
) -> None:
    lines = len(given.splitlines())
    assert settings.applied(machine(tmp_path, given, kernel, files)) == f"all {lines} of /{settings.OURS}"


def test_a_link_that_leads_nowhere_overrides_nothing(tmp_path: Path) -> None:
    root = machine(tmp_path, "vm.swappiness = 1", {"vm/swappiness": "60"})
    (root / "etc/sysctl.d/99-sysctl.conf").symlink_to("../sysctl.conf")
    with pytest.raises(Wrong, match=r"^vm\.swappiness is 60, not 1$"):
        settings.applied(root)


def test_a_kernel_without_ipv6_has_none_of_its_settings(tmp_path: Path) -> None:
    root = machine(tmp_path, "net.ipv6.conf.all.forwarding = 1", {"vm/swappiness": "60"})
    assert settings.applied(root) == f"all 1 of /{settings.OURS}"
    (root / "proc/sys/net/ipv6/conf").mkdir(parents=True)
    with pytest.raises(Wrong, match=r"no net\.ipv6\.conf\.all\.forwarding"):
        settings.applied(root)


def test_settings_of_a_link_that_disappears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = {"net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/veth1/rp_filter": "0"}
    root = machine(tmp_path, "net.ipv4.conf.*.rp_filter = 0", kernel)
    real = Path.read_text

    def gone(path: Path, **how: str) -> str:
        if "veth1" in path.parts:
            raise FileNotFoundError(path)
        return real(path, **how)

    monkeypatch.setattr(Path, "read_text", gone)
    assert settings.applied(root) == f"all 1 of /{settings.OURS}"
