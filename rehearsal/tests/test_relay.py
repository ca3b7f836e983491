"""The recording proxy to AWS. In place of AWS, it calls the account of these tests."""

import contextlib
import threading
from types import SimpleNamespace

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from rehearsal.relay import Relay, paths, read_answer
from rehearsal.request import Credentials, Request
from rehearsal.serving import quiet_server

from .api import OWNER, code, control
from .conftest import CREDENTIALS

OWN = Credentials("ASIARELAY", "other", "another")


@contextlib.contextmanager
def relayed(account):
    session = botocore.session.Session()
    session.set_credentials(CREDENTIALS.key, CREDENTIALS.secret, CREDENTIALS.token)
    relay = Relay(OWN, session)
    relay._endpoint = lambda name, region: account.endpoint
    server = quiet_server(relay)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield relay, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def client(endpoint, service="ec2", key=OWN.key, config=None):
    return boto3.client(
        service,
        region_name="us-west-2",
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=OWN.secret,
        aws_session_token=OWN.token,
        config=config or Config(retries={"total_max_attempts": 1}),
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


def test_what_does_not_fit_the_model_is_recorded_without_its_value(account):
    answer = b"<DescribeRegionsResponse><regionInfo><region>secret</region></regionInfo></DescribeRegionsResponse>"
    with relayed(account) as (relay, endpoint):
        relay._send = lambda request, environ, body: SimpleNamespace(
            headers={}, status_code=200 if request.action == "DescribeRegions" else 400, content=answer
        )
        careless = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        ec2, ssm = (client(endpoint, name, config=careless) for name in ("ec2", "ssm"))
        ec2.describe_regions()
        for call, wrong in (
            (ec2.describe_images, {"MaxResults": "secret"}),
            (ec2.create_key_pair, {"KeyName": "k", "KeyType": "secret"}),
            (ssm.put_parameter, {"Name": "/a", "Value": ["secret"], "Type": "secret"}),
        ):
            with contextlib.suppress(ClientError):
                call(**wrong)
    seen = [one.strange for one in relay.exchanges]
    assert seen == ["unknown RegionList.region", "type MaxResults", "enum KeyType", "type Value; enum Type"]
    assert "secret" not in str(relay.exchanges)


def test_an_answer_that_cannot_be_read_is_not_recorded():
    call = Request("ec2", "us-west-2", "DescribeRegions", "", "")
    assert read_answer(call, 200, {}, b"<secret") == ([], "ResponseParserError")


def test_other_keys_are_refused(account):
    with relayed(account) as (relay, endpoint), pytest.raises(ClientError, match="not the keys"):
        client(endpoint, key="ASIASTRANGER").describe_regions()
    assert relay.exchanges == [] and control(account, "GET", "calls") == []


def test_a_value_has_a_path_and_an_empty_list_has_none():
    assert list(paths({"a": [{"b": 1}, {"b": 2, "c": []}], "d": ["x"]})) == ["a[].b", "a[].b", "d[]"]
