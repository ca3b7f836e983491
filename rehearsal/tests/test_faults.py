"""Configured faults, through the gateway: broken connections, slow states, lagging describes."""

import socket
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from .api import code, control, eventually, instance, tags
from .conftest import CREDENTIALS


def patient(account, attempts=1, seconds=10):
    return boto3.client(
        "ec2",
        region_name="us-east-1",
        endpoint_url=account.endpoint,
        aws_access_key_id=CREDENTIALS.key,
        aws_secret_access_key=CREDENTIALS.secret,
        aws_session_token=CREDENTIALS.token,
        config=Config(retries={"total_max_attempts": attempts}, read_timeout=seconds),
    )


@pytest.mark.parametrize(("kind", "made"), [("reset-before", 0), ("reset-after", 1)])
def test_a_connection_that_breaks(account, ec2, kind, made):
    control(account, "POST", "faults", [{"action": "CreateSecurityGroup", "kind": kind}])
    with pytest.raises((ConnectionClosedError, ConnectionResetError)):
        patient(account).create_security_group(GroupName="g", Description="x")
    assert len([one for one in control(account, "GET", "inventory") if one["type"] == "security-group"]) == made
    assert ec2.describe_images()["Images"]


def test_it_breaks_by_a_reset(account):
    control(account, "POST", "faults", [{"action": "DescribeImages", "kind": "reset-before"}])
    scope = f"Credential={CREDENTIALS.key}/20261123/us-east-1/ec2/aws4_request"
    body = "Action=DescribeImages"
    with socket.create_connection(("127.0.0.1", account.port), timeout=10) as connection:
        connection.sendall(
            f"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 {scope}\r\n"
            f"X-Amz-Security-Token: {CREDENTIALS.token}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_no_answer(account):
    control(account, "POST", "faults", [{"action": "DescribeImages", "kind": "timeout", "seconds": 5}])
    with pytest.raises(ReadTimeoutError):
        patient(account, seconds=0.5).describe_images()
    control(account, "POST", "faults", [{"action": "DescribeImages", "kind": "timeout", "seconds": 2}])
    assert patient(account, attempts=3, seconds=0.5).describe_images()["Images"]


def test_a_slow_answer_and_an_empty_one(account, ec2):
    control(account, "POST", "faults", [{"action": "DescribeImages", "kind": "slow", "seconds": 0.5}])
    start = time.monotonic()
    assert ec2.describe_images()["Images"] and time.monotonic() - start >= 0.5
    assert control(account, "GET", "calls")[-1]["fault"]
    control(account, "POST", "faults", [{"action": "DescribeImages", "kind": "empty"}])
    assert ec2.describe_images()["Images"] == []
    assert ec2.describe_images()["Images"]


def test_slow_states(account, ec2, launch):
    control(account, "PUT", "settings", {"launchSeconds": 4, "terminateSeconds": 4})
    name = launch()
    assert instance(ec2, name)["State"]["Name"] == "pending"
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    ec2.terminate_instances(InstanceIds=[name])
    assert instance(ec2, name)["State"]["Name"] == "shutting-down"
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "terminated")


def test_stops_and_ssh_can_be_slow(account, ec2, launch):
    control(account, "PUT", "settings", {"stopSeconds": 4, "sshSeconds": 2})
    name = launch()
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    machine = account.compute._machines[name]
    ec2.modify_instance_attribute(InstanceId=name, Groups=[open_group(ec2)])
    assert machine.doors() == ""
    eventually(lambda: machine.doors() != "")
    ec2.stop_instances(InstanceIds=[name])
    assert instance(ec2, name)["State"]["Name"] == "stopping"
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "stopped")


def open_group(ec2):
    group = ec2.create_security_group(GroupName="open", Description="x")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=0, ToPort=65535, CidrIp="0.0.0.0/0")
    return group


def test_copies_can_take_a_different_time_in_each_region(account, ec2, image):
    control(account, "PUT", "settings", {"copySeconds": {"us-west-2": 0.1, "me-south-1": 600}})
    for region, state in (("us-west-2", "available"), ("me-south-1", "pending")):
        client = account.client(region=region)
        made = client.copy_image(SourceImageId=image, SourceRegion="us-east-1", Name="there")["ImageId"]
        assert client.describe_images(ImageIds=[made])["Images"][0]["State"] == state


def test_a_call_that_changes_nothing_hides_nothing(account, ec2, launch):
    name = launch()
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    control(account, "PUT", "settings", {"lagSeconds": 2})
    assert (instance(ec2, name)["State"]["Name"], by_filter(ec2, name)) == ("running", "running")
    ec2.stop_instances(InstanceIds=[name])
    assert by_filter(ec2, name) == "running"
    eventually(lambda: by_filter(ec2, name) == "stopped")
    ec2.stop_instances(InstanceIds=[name])
    assert instance(ec2, name)["State"]["Name"] == "stopped"


def by_filter(ec2, name):
    found = ec2.describe_instances(Filters=[{"Name": "instance-id", "Values": [name]}])
    return found["Reservations"][0]["Instances"][0]["State"]["Name"]


def test_a_new_resource_is_not_listed_yet(account, ec2):
    control(account, "PUT", "settings", {"lagSeconds": 2})
    group = ec2.create_security_group(GroupName="g", Description="x")["GroupId"]
    assert code(ec2.describe_security_groups, GroupIds=[group]) == "InvalidGroup.NotFound"
    names = [{"Name": "group-name", "Values": ["g"]}]
    assert ec2.describe_security_groups(Filters=names)["SecurityGroups"] == []
    eventually(lambda: ec2.describe_security_groups(Filters=names)["SecurityGroups"])
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["GroupName"] == "g"


def test_a_changed_resource_looks_as_before(account, ec2, image):
    def mine():
        return ec2.describe_images(Owners=["self"])["Images"]

    control(account, "PUT", "settings", {"lagSeconds": 2})
    assert tags(mine()[0]) == {"a": "1"}
    ec2.create_tags(Resources=[image], Tags=[{"Key": "a", "Value": "2"}])
    assert tags(mine()[0]) == {"a": "1"}
    eventually(lambda: tags(mine()[0]) == {"a": "2"})
    ec2.deregister_image(ImageId=image)
    assert [one["ImageId"] for one in mine()] == [image]
    time.sleep(1.5)
    # A refused write changes nothing and causes no lag.
    assert code(ec2.deregister_image, ImageId=image) == "InvalidAMIID.Unavailable"
    time.sleep(0.8)
    assert mine() == []


def test_without_a_lag_nothing_lags(account, ec2):
    group = ec2.create_security_group(GroupName="g", Description="x")["GroupId"]
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]


@pytest.mark.parametrize("wish", [{"rates": "fast"}, {"lagSeconds": "x"}, {"policy": "ec2:CopyImage"}, {"kind": None}])
def test_invalid_settings(account, wish):
    import urllib.error

    with pytest.raises(urllib.error.HTTPError):
        control(account, "PUT", "settings", wish)
