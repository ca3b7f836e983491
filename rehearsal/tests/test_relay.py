"""The recording proxy to AWS. In place of AWS, it calls the account of these tests."""

import contextlib
import threading

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from werkzeug.serving import make_server

from rehearsal.relay import Relay, paths
from rehearsal.request import Credentials

from .api import OWNER, code, control
from .conftest import CREDENTIALS, Quiet

OWN = Credentials("ASIARELAY", "other", "another")


@contextlib.contextmanager
def relayed(account):
    session = botocore.session.Session()
    session.set_credentials(CREDENTIALS.key, CREDENTIALS.secret, CREDENTIALS.token)
    relay = Relay(OWN, session)
    relay._endpoint = lambda name, region: account.endpoint
    server = make_server("127.0.0.1", 0, relay, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield relay, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def client(endpoint, service="ec2", key=OWN.key):
    return boto3.client(
        service,
        region_name="us-west-2",
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=OWN.secret,
        aws_session_token=OWN.token,
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_calls_are_signed_with_the_accounts_keys_and_only_names_are_recorded(account):
    with relayed(account) as (relay, endpoint):
        ec2 = client(endpoint)
        [image] = ec2.describe_images(Owners=[OWNER])["Images"]
        assert code(ec2.describe_images, ImageIds=["ami-0123456789abcdef0"]) == "InvalidAMIID.NotFound"
        assert code(ec2.create_key_pair, KeyName="k", DryRun=True) == "DryRunOperation"
        client(endpoint, "ssm").put_parameter(Name="/a", Value=image["ImageId"], Type="String")
    seen = [(one.action, one.region, one.dry, one.status, one.code) for one in relay.exchanges]
    assert seen == [
        ("DescribeImages", "us-west-2", False, 200, None),
        ("DescribeImages", "us-west-2", False, 400, "InvalidAMIID.NotFound"),
        ("CreateKeyPair", "us-west-2", True, 412, "DryRunOperation"),
        ("PutParameter", "us-west-2", False, 200, None),
    ]
    first, *_, last = relay.exchanges
    assert first.asked == ["Owners[]"]
    assert {"Images[].ImageId", "Images[].BlockDeviceMappings[].Ebs.SnapshotId"} <= set(first.answered)
    assert last.asked == ["Name", "Type", "Value"]
    assert image["ImageId"] not in str(relay.exchanges)
    assert all(one.strange is None for one in relay.exchanges)


def test_other_keys_are_refused(account):
    with relayed(account) as (relay, endpoint), pytest.raises(ClientError, match="not the keys"):
        client(endpoint, key="ASIASTRANGER").describe_regions()
    assert relay.exchanges == [] and control(account, "GET", "calls") == []


def test_a_value_has_a_path_and_an_empty_list_has_none():
    assert list(paths({"a": [{"b": 1}, {"b": 2, "c": []}], "d": ["x"]})) == ["a[].b", "a[].b", "d[]"]
