"""Security groups and addresses: which sources reach an instance, and when it has a public address."""

import contextlib
import socket
import threading
import time
import urllib.error
from pathlib import Path
from types import SimpleNamespace

import pytest

from rehearsal import doors

from .api import control, eventually, instance
from .test_helper import helper as root_helper  # noqa: F401


def rule(cidr="127.0.0.1/32", protocol="tcp", ports=(22, 22)):
    return SimpleNamespace(cidr_ipv4=cidr, ip_protocol=protocol, from_port=ports[0], to_port=ports[1])


@pytest.mark.parametrize(
    ("rules", "admitted"),
    [
        ([], False),
        ([rule()], True),
        ([rule("10.0.0.0/8"), rule("127.0.0.0/8")], True),
        ([rule("203.0.113.7/32")], False),
        ([rule("0.0.0.0/0", "-1", (None, None))], True),
        ([rule(protocol="udp")], False),
        ([rule(protocol="icmp", ports=(-1, -1))], False),
        ([rule(ports=(23, 65535))], False),
        ([rule(ports=(1, 65535))], True),
        ([rule(cidr=None)], False),
    ],
)
def test_admits(rules, admitted):
    assert doors.admits(rules, 22, ["127.0.0.1"]) == admitted


def test_one_of_several_addresses_is_enough():
    assert doors.admits([rule("10.0.0.7/32")], 22, ["192.0.2.2", "10.0.0.7"])
    assert not doors.admits([rule("0.0.0.0/0")], 22, [])


def test_this_machine_has_addresses():
    assert doors.own_addresses()
    assert all(socket.inet_aton(one) for one in doors.own_addresses())


# ------------------------------------------------------------------------------------------------- through the API


@pytest.fixture
def opened(account, tmp_path):
    """Returns the open doors of an instance's gate."""

    def opened(name):
        with contextlib.suppress(FileNotFoundError):
            return (tmp_path / "instances" / name / "doors").read_text().split()

    return opened


def group(ec2, *cidrs):
    name = f"g-{'-'.join(cidrs)}"
    made = ec2.create_security_group(GroupName=name.replace("/", "-"), Description="x")["GroupId"]
    for cidr in cidrs:
        admit(ec2, made, cidr)
    return made


def admit(ec2, name, cidr):
    ranges = [{"CidrIp": cidr}]
    ec2.authorize_security_group_ingress(
        GroupId=name, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": ranges}]
    )


def test_the_default_group_admits_no_source(ec2, launch, opened):
    name = launch()
    eventually(lambda: opened(name) == [])


def test_the_runner_has_a_public_address_and_others_in_the_vpc(account, ec2, launch, opened):
    control(account, "PUT", "settings", {"runnerPublic": "203.0.113.7", "runnerPrivate": ["10.0.0.7"]})
    by_internet = launch(SecurityGroupIds=[group(ec2, "203.0.113.7/32")])
    inside = launch(SecurityGroupIds=[group(ec2, "10.0.0.0/24")])
    both = launch(SecurityGroupIds=[group(ec2, "10.0.0.7/32", "203.0.113.0/24")])
    eventually(
        lambda: [opened(by_internet), opened(inside), opened(both)] == [["public"], ["private"], ["public", "private"]]
    )


@pytest.mark.parametrize(
    "wrong", [{"runnerPublic": "here"}, {"runnerPublic": ""}, {"runnerPrivate": ["10.0.0.7", "10.0.0.0/8"]}]
)
def test_the_runners_addresses_are_checked(account, wrong):
    with pytest.raises(urllib.error.HTTPError):
        control(account, "PUT", "settings", wrong)
    assert control(account, "PUT", "settings", {"runnerPrivate": []})["runnerPrivate"] == []


def test_one_instance_without_usable_groups_does_not_keep_others_shut(account, ec2, launch, opened, monkeypatch):
    said, odd = [], launch(SecurityGroupIds=[group(ec2, "127.0.0.0/8")])
    monkeypatch.setattr(account.compute, "log", said.append)
    eventually(lambda: opened(odd) == ["public"])
    with account.compute.lock:
        [rule] = account.compute.backend("us-east-1").get_security_group_by_name_or_id("g-127.0.0.0-8").ingress_rules
        rule.from_port = None
    other = launch(SecurityGroupIds=[group(ec2, "127.0.0.1/32")])
    eventually(lambda: opened(other) == ["public"])
    time.sleep(0.5)
    [line] = said
    assert line.startswith(f"{odd}: cannot apply its security groups: ")


def test_changes_of_a_group_apply_at_once(ec2, launch, opened):
    name = launch(SecurityGroupIds=[(made := group(ec2, "192.0.2.1/32"))])
    eventually(lambda: opened(name) == [])
    admit(ec2, made, "127.0.0.1/32")
    eventually(lambda: opened(name) == ["public"])
    ec2.revoke_security_group_ingress(GroupId=made, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="127.0.0.1/32")
    eventually(lambda: opened(name) == [])
    ec2.modify_instance_attribute(InstanceId=name, Groups=[group(ec2, "127.0.0.1/32")])
    eventually(lambda: opened(name) == ["public"])


def test_groups_of_an_interface_count(account, ec2, launch, opened):
    name = launch(NetworkInterfaces=[{"DeviceIndex": 0, "Groups": [group(ec2, "127.0.0.1/32")]}])
    eventually(lambda: opened(name) == ["public"])
    assert account.orders("start")[0]["doors"] == {"private": "127.1.0.4", "public": "127.129.0.4"}


# ---------------------------------------------------------------------------------------------- public addresses


@pytest.fixture
def subnet(ec2):
    return ec2.describe_subnets(Filters=[{"Name": "availability-zone", "Values": ["us-east-1b"]}])["Subnets"][0]


def interface(subnet, **more):
    return {"NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": subnet["SubnetId"], **more}]}


def test_a_subnet_decides_about_public_addresses(account, ec2, launch, subnet):
    assert subnet["MapPublicIpOnLaunch"]
    here = {"SubnetId": subnet["SubnetId"]}
    assert "PublicIpAddress" in instance(ec2, launch(**here))
    ec2.modify_subnet_attribute(**here, MapPublicIpOnLaunch={"Value": False})
    name = launch(**here)
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    assert "PublicIpAddress" not in instance(ec2, name)
    assert not instance(ec2, name).get("PublicDnsName")
    assert list(account.orders("start")[-1]["doors"]) == ["private"]
    assert "PublicIpAddress" not in instance(ec2, launch(**interface(subnet)))
    assert "PublicIpAddress" in instance(ec2, launch(**interface(subnet, AssociatePublicIpAddress=True)))


def test_an_interface_can_override_its_subnet(ec2, launch, subnet):
    one = instance(ec2, launch(**interface(subnet)))
    assert one["PrivateIpAddress"].startswith("127.1.") and one["PublicIpAddress"].startswith("127.129.")
    assert "PublicIpAddress" not in instance(ec2, launch(**interface(subnet, AssociatePublicIpAddress=False)))


def test_a_setting_stops_public_addresses_in_default_subnets(account, ec2, launch):
    control(account, "PUT", "settings", {"publicSubnets": False})
    assert "PublicIpAddress" not in instance(ec2, launch())
    west = account.client(region="us-west-2")
    assert not any(one["MapPublicIpOnLaunch"] for one in west.describe_subnets()["Subnets"])


def test_deleting_an_interface_frees_its_address(ec2, launch, subnet):
    first = launch(**interface(subnet))
    address = instance(ec2, first)["PrivateIpAddress"]
    ec2.terminate_instances(InstanceIds=[first])
    eventually(lambda: instance(ec2, first)["State"]["Name"] == "terminated")
    assert instance(ec2, launch(**interface(subnet)))["PrivateIpAddress"] == address


# ------------------------------------------------------------------------------------------------ the helper's door


@pytest.fixture
def gate(root_helper, tmp_path, monkeypatch):  # noqa: F811
    """The public and the private door of an instance. They read `doors` in the current directory."""
    monkeypatch.chdir(tmp_path)
    Path("doors").write_text("")
    made = [
        root_helper.Door(name, (address, 0)) for name, address in (("public", "127.0.0.1"), ("private", "127.0.0.2"))
    ]
    return made


def greet(client):
    with client:
        client.sendall(b"hello")


def reach(door, seconds):
    with socket.create_connection(door.listener.getsockname(), timeout=seconds) as client:
        return client.recv(10)


def test_a_closed_door_does_not_answer_and_an_open_one_admits(root_helper, gate):  # noqa: F811
    public, private = gate
    threading.Thread(target=root_helper.keep, args=(gate, greet), daemon=True).start()
    with pytest.raises(TimeoutError):
        reach(public, 0.5)
    Path("doors").write_text("public")
    assert reach(public, 5) == b"hello"
    with pytest.raises(TimeoutError):
        reach(private, 0.5)
    Path("doors").write_text("private")
    eventually(lambda: public.plug)
    assert reach(private, 5) == b"hello"
    with pytest.raises(TimeoutError):
        reach(public, 0.5)
