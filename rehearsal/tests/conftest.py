"""Fixtures of the tests: EC2 in this process, with a helper that only records its requests."""

import os
import signal
import tempfile
import threading
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from rehearsal import systems
from rehearsal.application import application
from rehearsal.compute import Compute
from rehearsal.helper import HelperError
from rehearsal.request import Credentials
from rehearsal.serving import quiet_server

from .api import OWNER, eventually, instance, stop, tagged

# Shared, since it caches the service models.
SESSION = boto3.session.Session()
CREDENTIALS = Credentials("ASIATEST", "secret", "token")


def pytest_configure(config):
    """Tests have a temporary directory of their own. SIGTERM is like Ctrl-C for them, so that fixtures clean up."""
    own = tempfile.TemporaryDirectory()
    config.add_cleanup(own.cleanup)
    os.environ["TMPDIR"] = tempfile.tempdir = own.name
    signal.signal(signal.SIGTERM, signal.default_int_handler)


class FakeHelper:
    """Answers at once. `broken` operations fail; `held` ones wait for `go`."""

    def __init__(self, on_event):
        self.on_event, self.requests, self.broken, self.held = on_event, [], {}, set()
        self.go = threading.Event()

    def request(self, operation, timeout=120, **order):
        self.requests.append((operation, order))
        if operation in self.held:
            assert self.go.wait(20)
        if operation in self.broken:
            raise HelperError(self.broken[operation])
        return {"orderly": True} if operation == "stop" else {}

    def close(self):
        pass


class Account:
    """A served account: clients, and the state behind them."""

    def __init__(self, compute, gateway, port):
        self.compute, self.gateway, self.port = compute, gateway, port
        self.endpoint = f"http://127.0.0.1:{port}"

    @property
    def helper(self):
        return self.compute._helper

    def client(self, service="ec2", region="us-east-1", key=CREDENTIALS.key):
        return SESSION.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=CREDENTIALS.secret,
            aws_session_token=CREDENTIALS.token,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def orders(self, operation):
        return [order for name, order in self.helper.requests if name == operation]


@pytest.fixture
def account(request, tmp_path):
    """A served account. The marks `regions` and `architectures` set its regions and its base AMIs.

    A call that EC2 would refuse fails the test. With the mark `wrong`, the test needs such a call.
    """
    from moto.autoscaling.models import autoscaling_backends
    from moto.ec2.models import ec2_backends
    from moto.iam.models import iam_backends
    from moto.kms.models import kms_backends
    from moto.ssm.models import ssm_backends

    ec2_backends.clear()
    for services in (ssm_backends, kms_backends, iam_backends, autoscaling_backends):
        services.clear()
    mark = request.node.get_closest_marker("regions")
    regions = frozenset(mark.args if mark else ("us-east-1", "us-west-2", "me-south-1"))
    mark = request.node.get_closest_marker("architectures")
    arches = mark.args if mark else ("amd64",)
    chosen = tuple(systems.system("debian-13", systems.read_catalog(), arch) for arch in arches)
    compute = Compute(FakeHelper, tmp_path, chosen, regions, "namespace", 22, 0, lambda line: None)
    compute.start_helper()
    compute.pace.copy_seconds = 0.2
    gateway = application(compute, CREDENTIALS, regions, lambda line: None)
    server = quiet_server(gateway)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Account(compute, gateway, server.server_port)
    compute._helper.go.set()
    server.shutdown()
    server.server_close()
    compute.close()
    wrong = [f"{call.action}: {call.wrong}" for call in gateway.calls if call.wrong]
    assert bool(wrong) == bool(request.node.get_closest_marker("wrong")), wrong


@pytest.fixture
def ec2(account):
    return account.client()


@pytest.fixture
def base(ec2):
    return ec2.describe_images(Owners=[OWNER])["Images"][0]


@pytest.fixture
def launch(ec2, base):
    def launch(**more):
        made = ec2.run_instances(ImageId=base["ImageId"], InstanceType="t3.medium", MinCount=1, MaxCount=1, **more)
        return made["Instances"][0]["InstanceId"]

    return launch


@pytest.fixture
def image(ec2, launch):
    """An AMI of the account, made from a stopped instance."""
    name = launch()
    stop(ec2, name)
    ami = ec2.create_image(
        InstanceId=name, Name="mine", TagSpecifications=[tagged("image", a="1"), tagged("snapshot", b="2")]
    )["ImageId"]
    eventually(lambda: ec2.describe_images(ImageIds=[ami])["Images"][0]["State"] == "available")
    ec2.terminate_instances(InstanceIds=[name])
    eventually(lambda: instance(ec2, name)["State"]["Name"] == "terminated")
    return ami


@pytest.fixture
def repository():
    return Path(__file__).parent.parent.parent
