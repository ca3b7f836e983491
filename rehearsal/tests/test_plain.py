"""Regions, systems, QEMU's command line, the start's arguments: plain data in, plain data out."""

import ipaddress
import itertools
import json
import os

import pytest

from rehearsal import qemu, regions, systems
from rehearsal.__main__ import options, parse
from rehearsal.options import Refused
from rehearsal.place import listeners, ssh_port, take_directory, take_place

CATALOG = {
    "debian-13": {
        "owner": "136693071363",
        "arch": {"amd64": {"nameFilter": "debian-13-amd64-*"}, "arm64": {"nameFilter": "debian-13-arm64-*"}},
        "sshUser": "admin",
        "rootDevice": "/dev/xvda",
    }
}


def test_every_region_has_its_own_loopback_network():
    networks = [ipaddress.IPv4Network(regions.network(region)) for region in regions.ALL]
    assert all(network.is_loopback for network in networks)
    assert len(set(networks)) == len(regions.ALL)
    assert regions.network("us-east-1") == "127.1.0.0/16"


@pytest.mark.parametrize("mode", [None, 0o700, 0o755, 0o777])
def test_a_state_directory_is_private_and_has_one_run(tmp_path, mode):
    state = tmp_path / "above/state"
    if mode is not None:
        state.mkdir(parents=True)
        state.chmod(mode)
    with take_directory(state), pytest.raises(Refused, match="in use by another"):
        take_directory(state)
    assert state.stat().st_mode & 0o022 == 0
    take_directory(state).close()


def test_a_state_directory_that_others_can_write_to_is_refused(tmp_path, monkeypatch):
    state, link = tmp_path / "state", tmp_path / "link"
    take_directory(state).close()
    link.symlink_to(state)
    with pytest.raises(Refused, match="must be a directory of your own"):
        take_directory(link)
    state.chmod(0o775)
    with pytest.raises(Refused, match="must be a directory of your own"):
        take_directory(state)
    state.chmod(0o755)
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    with pytest.raises(Refused, match="must be a directory of your own"):
        take_directory(state)
    os.chown(state, owner or 1234, -1)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setenv("SUDO_UID", str(owner or 1234))
    take_directory(state).close()


def test_places_do_not_overlap():
    def first(place):
        left = set(regions.others("127.1.16.0/20", place))
        return next(address for address in ipaddress.IPv4Network("127.1.16.0/20") if address not in left)

    starts = [first(place) for place in range(regions.PLACES)]
    assert [str(start) for start in starts[:3]] == ["127.1.16.4", "127.1.17.4", "127.1.18.4"]
    assert all(int(later) - int(earlier) == 256 for earlier, later in itertools.pairwise(starts))


@pytest.mark.parametrize(
    ("region", "enabled", "status"),
    [
        ("us-east-1", {"us-east-1"}, "opt-in-not-required"),
        ("me-south-1", {"us-east-1"}, "not-opted-in"),
        ("me-south-1", {"me-south-1"}, "opted-in"),
        ("eu-west-1", {"us-east-1"}, "not-opted-in"),
    ],
)
def test_region_status(region, enabled, status):
    assert regions.status(region, frozenset(enabled)) == status


def test_an_account_has_one_partition():
    assert given("--regions", "us-gov-east-1").regions == {"us-gov-west-1", "us-gov-east-1"}
    assert given("--regions", "eu-west-1").regions == {"us-east-1", "eu-west-1"}
    with pytest.raises(Refused, match="several partitions: aws, aws-cn"):
        given("--regions", "us-east-1,cn-north-1")
    assert (regions.partition("us-gov-west-1"), regions.domain("us-gov-west-1")) == ("aws-us-gov", "amazonaws.com")
    assert (regions.partition("cn-north-1"), regions.domain("cn-north-1")) == ("aws-cn", "amazonaws.com.cn")


def test_a_kept_account_is_not_removed_by_a_run_without_the_option(tmp_path):
    (tmp_path / "account.pickle").touch()
    assert given("--state", str(tmp_path), "--keep-account").keep
    with pytest.raises(Refused, match="has a kept account: add --keep-account, or delete"):
        given("--state", str(tmp_path))


def test_base_amis_follow_the_catalogue():
    system = systems.system("debian-13", CATALOG, "amd64")
    assert system.ami_name.startswith("debian-13-amd64-20261115-")
    assert "*" not in system.ami_name
    assert (system.owner, system.user, system.root_device) == ("136693071363", "admin", "/dev/xvda")
    assert system.ami_id("us-east-1") == system.ami_id("us-east-1") != system.ami_id("us-west-2")
    assert len(system.ami_id("us-east-1")) == len("ami-") + 17


def test_the_catalogue_of_this_repository_has_every_bootable_system():
    catalog = systems.read_catalog()
    for key in systems.SUITES:
        for arch in ("amd64", "arm64"):
            assert systems.system(key, catalog, arch).user


@pytest.mark.parametrize(
    ("sources", "mirror"),
    [
        ("", "http://deb.debian.org/debian"),
        ("deb http://ftp.example.org/debian trixie main\n", "http://ftp.example.org/debian"),
        (
            "Types: deb\nURIs: http://mirror.example.org/some/debian/\nSuites: x\n",
            "http://mirror.example.org/some/debian",
        ),
        ("URIs: http://example.org/debian-security\n", "http://deb.debian.org/debian"),
        ("deb http://archive.ubuntu.com/ubuntu noble main\n", "http://deb.debian.org/debian"),
    ],
)
def test_the_archive_that_the_host_uses(sources, mirror):
    assert systems.debian_mirror(sources) == mirror


def test_a_recipe_contains_everything_that_defines_a_root_tree():
    recipe = systems.recipe(systems.system("debian-13", CATALOG, "arm64"), "http://ftp.example.org/debian")
    assert recipe["suite"] == "trixie"
    assert "linux-image-cloud-arm64" in recipe["packages"]
    assert recipe["sources"][2] == "deb http://ftp.example.org/debian-security trixie-security main"
    assert "name: admin" in recipe["files"]["/etc/cloud/cloud.cfg.d/01_debian_cloud.cfg"]
    assert "/etc/ssh/ssh_host_*" in recipe["remove"]
    assert json.loads(json.dumps(recipe)) == recipe


def command(architecture="x86_64", accelerator="tcg"):
    return qemu.command(
        architecture=architecture,
        accelerator=accelerator,
        instance_id="i-1",
        mac="02:00:00:00:00:01",
        disk="disk.qcow2",
        kernel="/k",
        initrd="/i",
    )


def test_a_machine_looks_like_ec2_to_cloud_init():
    identity = qemu.smbios_uuid("i-1")
    assert identity.startswith("ec2") and identity != qemu.smbios_uuid("i-2")
    assert f"type=1,serial={identity},uuid={identity}" in command()


@pytest.mark.parametrize(
    ("architecture", "accelerator", "program", "parts"),
    [
        ("x86_64", "tcg", "qemu-system-x86_64", {"q35", "tcg,thread=multi,tb-size=512"}),
        ("x86_64", "kvm", "qemu-system-x86_64", {"q35", "kvm", "host"}),
        (
            "arm64",
            "tcg",
            "qemu-system-aarch64",
            {"virt", "max,pauth-impdef=on", "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"},
        ),
    ],
)
def test_a_machine_of_each_kind(architecture, accelerator, program, parts):
    made = command(architecture, accelerator)
    assert made[0] == program
    assert parts <= set(made)
    assert "user,id=net0,hostfwd=tcp:127.0.0.1:22-:22" in made


HEADER = "  sl  local_address rem_address   st\n"


@pytest.mark.parametrize(
    ("tcp", "tcp6", "port"),
    [
        ("", "", 22),
        ("   0: 00000000:0016 00000000:0000 0A\n", "", 2222),
        ("", "   0: 00000000000000000000000000000000:0016 0:0000 0A\n", 2222),
        ("   0: 0100007F:0016 00000000:0000 0A\n", "", 22),
        ("   0: 00000000:0016 00000000:0000 01\n", "", 22),
        ("   0: 00000000:0050 00000000:0000 0A\n", "", 22),
    ],
)
def test_ssh_port(tmp_path, tcp, tcp6, port):
    (tmp_path / "tcp").write_text(HEADER + tcp)
    (tmp_path / "tcp6").write_text(HEADER + tcp6)
    assert ssh_port(listeners(tmp_path)) == port


def test_listeners(tmp_path):
    (tmp_path / "tcp").write_text(HEADER + "   0: 0400017F:0016 0:0000 0A\n   1: 0100007F:1F90 0:0000 06\n")
    assert listeners(tmp_path) == {("127.1.0.4", 22)}


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("127.1.0.4", 0),
        ("127.1.18.9", 2),
        ("127.14.33.4", 1),
        ("127.142.33.4", 1),
        ("127.0.0.1", None),
        ("127.99.1.1", None),
        ("::", None),
    ],
)
def test_the_place_of_an_address(address, place):
    assert regions.place_of(address) == place


def test_a_place_is_held_once_and_has_no_other_listeners():
    used = {("127.1.0.4", 22), ("127.1.1.4", 80)}
    first, place = take_place(used)
    second, other = take_place(used)
    try:
        assert 0 not in (place, other)
        assert place != other
    finally:
        first.close()
        second.close()
    with pytest.raises(Refused, match="16 rehearsals"):
        take_place({(f"127.1.{place}.4", 22) for place in range(16)})


def given(*more):
    return options(parse(["serve", "--state", "s", "--ready-file", "r", *more]))


def test_options():
    assert given().systems == ("debian-13",)
    assert given().regions == frozenset(regions.ALWAYS)
    assert given("--os", "debian-12", "--os", "debian-13", "--os", "debian-12").systems == ("debian-12", "debian-13")
    assert given("--regions", "eu-west-1,me-south-1").regions == {"us-east-1", "eu-west-1", "me-south-1"}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--os", "plan9", "--os", "beos"], r"plan9, beos \(known: debian-12, debian-13\)"),
        (["--regions", "mars-east-1"], "unknown region: mars-east-1"),
    ],
)
def test_refused_options(more, message):
    with pytest.raises(Refused, match=message):
        given(*more)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "--policy .*Expecting"),
        ('{"Statement": {"Effect": "Allow"}}', "either Action or NotAction"),
        (None, "No such"),
    ],
)
def test_unsupported_policies(tmp_path, text, message):
    file = tmp_path / "policy.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(Refused, match=message):
        given("--policy", str(file))
    file.write_text('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')
    assert given("--policy", str(file)).policy["Statement"]["Action"] == "*"
