"""Helpers of the tests that call EC2 through an SDK."""

import json
import time
import urllib.request

import pytest
from botocore.exceptions import ClientError

OWNER = "136693071363"


def eventually(condition, seconds=10):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("did not come to be")


def code(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def dry(call, **arguments):
    return code(call, DryRun=True, **arguments)


def instance(ec2, name):
    return ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]


def stop(ec2, name):
    """Stops it once it runs, and waits: EC2 makes no image of an instance that is stopping."""
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "running")
    ec2.stop_instances(InstanceIds=[name])
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "stopped")


def tagged(kind, **tags):
    return {"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def tags(resource):
    return {tag["Key"]: tag["Value"] for tag in resource.get("Tags", [])}


def control(account, method, path, value=None):
    body = None if value is None else json.dumps(value).encode()
    request = urllib.request.Request(f"{account.endpoint}/rehearsal/{path}", data=body, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)
