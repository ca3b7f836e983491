"""The gateway without moto."""

import io
import json
import socket
import threading
from dataclasses import replace
from urllib.request import urlopen

import pytest

from rehearsal.faults import Fault
from rehearsal.gateway import Gateway
from rehearsal.rates import Rates
from rehearsal.refusals import Refusal, error_code, refuse, render
from rehearsal.request import Credentials, Request, changing, read
from rehearsal.serving import quiet_server, respond

CREDENTIALS = Credentials("ASIAX", "secret", "token")
ENABLED = frozenset({"us-east-1"})
SCOPE = "AWS4-HMAC-SHA256 Credential=ASIAX/20261123/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"


def request(service="ec2", region="us-east-1", action="DescribeImages", key="ASIAX", token="token"):
    return Request(service, region, action, key, token)


@pytest.mark.parametrize(
    ("headers", "body", "query", "expected"),
    [
        (
            {
                "AUTHORIZATION": SCOPE.format(region="us-west-2", service="ec2"),
                "X_AMZ_SECURITY_TOKEN": "token",
                "AMZ_SDK_REQUEST": "attempt=2; max=3",
            },
            b"Action=RunInstances&Version=2016-11-15",
            "",
            replace(request(region="us-west-2", action="RunInstances"), attempt=2),
        ),
        (
            {
                "AUTHORIZATION": SCOPE.format(region="us-east-1", service="ssm"),
                "X_AMZ_TARGET": "AmazonSSM.GetParameter",
            },
            b'{"Name":"a"}',
            "",
            request("ssm", action="GetParameter", token=""),
        ),
        (
            {"AUTHORIZATION": SCOPE.format(region="us-east-1", service="sts")},
            b"",
            "Action=GetCallerIdentity",
            request("sts", action="GetCallerIdentity", token=""),
        ),
        ({}, b"Action=DescribeRegions", "", Request("", "", "DescribeRegions", "", "")),
        ({"AUTHORIZATION": "Basic abc"}, b"\xff\xfe", "", Request("", "", "", "", "")),
    ],
)
def test_read(headers, body, query, expected):
    assert read(headers, body, query) == expected


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        (request(), None, None),
        (request("iam", region="us-east-1"), None, None),
        (Request("", "", "DescribeRegions", "", ""), 403, "MissingAuthenticationToken"),
        (request("s3"), 400, "UnsupportedOperation"),
        (request(key="AKIAOTHER"), 401, "AuthFailure"),
        (request(token=""), 401, "AuthFailure"),
        (request("sts", key="AKIAOTHER"), 403, "InvalidClientTokenId"),
        (request("ssm", key="AKIAOTHER"), 400, "UnrecognizedClientException"),
        (request(region="me-south-1"), 401, "AuthFailure"),
        (request("sts", region="me-south-1"), 403, "InvalidClientTokenId"),
        (request(region="mars-east-1"), 400, "InvalidParameterValue"),
    ],
)
def test_refuse(call, status, code):
    refusal = refuse(call, CREDENTIALS, ENABLED)
    assert (refusal and refusal.status, refusal and refusal.code) == (status, code)


def test_errors_have_the_shape_of_their_service():
    refusal = Refusal(400, "Some.Code", "a < b")
    kind, body = render("ec2", refusal)
    assert kind.startswith("text/xml")
    assert b"<Response><Errors><Error><Code>Some.Code</Code><Message>a &lt; b</Message>" in body
    assert b"<ErrorResponse><Error><Type>Sender</Type><Code>Some.Code</Code>" in render("sts", refusal)[1]
    kind, body = render("ssm", refusal)
    assert json.loads(body) == {"__type": "Some.Code", "message": "a < b"}
    assert kind == "application/x-amz-json-1.1"
    for service in ("ec2", "sts", "ssm"):
        assert error_code(render(service, refusal)[1]) == "Some.Code"


@pytest.mark.parametrize(
    ("action", "body", "expected"),
    [
        ("DescribeInstances", b"InstanceId.1=i-1&InstanceId.2=i-2", ["i-1", "i-2"]),
        ("DescribeInstances", b"Filter.1.Name=x", []),
        ("DescribeImages", b"ImageId.1=ami-1", ["ami-1"]),
        ("TerminateInstances", b"InstanceId.1=i-1", []),
    ],
)
def test_changing(action, body, expected):
    assert changing(request(action=action), body) == expected


class Moto:
    """Replaces moto with fixed answers."""

    def __init__(self):
        self.status, self.body, self.seen = "200 OK", b"<ok/>", []

    def __call__(self, environ, start):
        self.seen.append(environ["wsgi.input"].read())
        if isinstance(self.body, Exception):
            raise self.body
        start(self.status, [("Content-Type", "text/xml")])
        return [self.body]


@pytest.fixture
def moto():
    return Moto()


@pytest.fixture
def gateway(moto):
    return Gateway(
        moto,
        lambda method, path, body: (200, {"path": path}),
        lambda region, names: True,
        CREDENTIALS,
        frozenset({"us-east-1", "us-west-2"}),
        threading.RLock(),
        lambda line: None,
    )


def post(gateway, action, region="us-east-1", path="/"):
    body = f"Action={action}".encode()
    lines = []
    answer = gateway(
        {
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "PATH_INFO": path,
            "REQUEST_METHOD": "POST",
            "HTTP_AUTHORIZATION": SCOPE.format(region=region, service="ec2"),
            "HTTP_X_AMZ_SECURITY_TOKEN": "token",
        },
        lambda status, headers, _=None: lines.append(status),
    )
    return int(lines[0].split()[0]), b"".join(answer)


def test_a_good_call_is_passed_on_and_recorded(gateway, moto):
    assert post(gateway, "DescribeImages") == (200, b"<ok/>")
    assert moto.seen == [b"Action=DescribeImages"]
    call = gateway.calls[0]
    assert (call.service, call.action, call.region, call.status) == ("ec2", "DescribeImages", "us-east-1", 200)
    assert not call.bug and not call.fault


def test_faults_are_due_as_often_and_where_they_are_set(gateway):
    gateway.faults.replace([{"action": "RunInstances", "region": "us-west-2", "times": 2, "code": "X", "status": 503}])
    assert post(gateway, "RunInstances")[0] == 200
    assert post(gateway, "DescribeImages", "us-west-2")[0] == 200
    status, body = post(gateway, "RunInstances", "us-west-2")
    assert status == 503 and b"<Code>X</Code>" in body
    assert [post(gateway, "RunInstances", "us-west-2")[0] for _ in range(2)] == [503, 200]
    assert [call.status for call in gateway.calls if call.fault] == [503, 503]


@pytest.mark.parametrize(
    "wrong",
    [
        [{"times": 2}],
        [{"action": "A", "code": "X", "status": 200}],
        [{"action": "A", "code": "X", "status": 503, "times": "2"}],
        [{"action": "A", "code": "X", "status": 503, "other": 1}],
        [{"action": "A", "kind": "earthquake"}],
        [{"action": "A", "nth": 0}],
        [{"action": "A", "seen": 1}],
    ],
)
def test_invalid_faults_are_refused(gateway, wrong):
    with pytest.raises((TypeError, ValueError)):
        gateway.faults.replace(wrong)
    assert gateway.faults.all == []


def test_a_fault_without_a_region_is_due_in_all():
    assert Fault("A").due("ec2", "eu-west-1", "A")
    assert not Fault("A", times=0).due("ec2", "eu-west-1", "A")


@pytest.mark.parametrize(
    ("wish", "hit"),
    [
        ({}, [1]),
        ({"times": 2}, [1, 2]),
        ({"nth": 3}, [3]),
        ({"nth": 2, "times": None}, [2, 3, 4, 5]),
        ({"service": "ssm"}, []),
        ({"service": "ec2", "region": "us-east-1", "nth": 5}, [5]),
        ({"region": "eu-west-1"}, []),
    ],
)
def test_which_calls_fail(gateway, wish, hit):
    gateway.faults.replace([{"action": "A", "code": "X", "status": 503, **wish}])
    assert [at for at in range(1, 6) if post(gateway, "A")[0] == 503] == hit


def test_two_faults_count_separately(gateway):
    gateway.faults.replace(
        [{"action": "A", "nth": nth, "code": "X", "status": status} for nth, status in ((1, 500), (2, 503))]
    )
    assert [post(gateway, "A")[0] for _ in range(3)] == [500, 503, 200]


def test_an_empty_answer_has_status_200(gateway, moto):
    gateway.faults.replace([{"action": "DescribeImages", "kind": "empty"}])
    status, body = post(gateway, "DescribeImages")
    assert status == 200 and b"<DescribeImagesResponse" in body and b"item" not in body
    assert not moto.seen and gateway.calls[-1].fault


@pytest.mark.parametrize(
    ("kind", "acts"), [("reset-before", 0), ("reset-after", 1), ("timeout", 0), ("timeout-after", 1)]
)
def test_a_lost_answer(gateway, moto, kind, acts):
    gateway.faults.replace([{"action": "A", "kind": kind, "seconds": 0.1}])
    with pytest.raises(ConnectionResetError):
        post(gateway, "A")
    assert len(moto.seen) == acts
    assert gateway.calls[-1].status == 0


def test_a_bucket_of_tokens():
    now = 0.0
    rates = Rates(lambda: now)
    rates.set([{"actions": ["ec2:Describe*"], "bucket": 2, "refill": 1}])
    take = [rates.take("ec2", "us-east-1", "DescribeImages") for _ in range(3)]
    assert take == [True, True, False]
    assert rates.take("ec2", "us-west-2", "DescribeImages") and rates.take("ec2", "us-east-1", "RunInstances")
    now = 1.0
    assert [rates.take("ec2", "us-east-1", "DescribeImages") for _ in range(2)] == [True, False]


def test_too_many_calls_are_throttled(gateway):
    gateway.rates.set("aws")
    answers = [post(gateway, "RunInstances") for _ in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [503]
    assert b"<Code>RequestLimitExceeded</Code>" in answers[-1][1]
    gateway.rates.set("none")
    assert post(gateway, "RunInstances")[0] == 200
    with pytest.raises(ValueError):
        gateway.rates.set("some")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("200 OK", NotImplementedError("no such action")),
        ("500 Internal Server Error", b"<html>Traceback</html>"),
        ("404 NOT FOUND", b"<html>no</html>"),
    ],
)
def test_a_bug_is_recorded_and_answered_so_that_no_sdk_retries(gateway, moto, status, body):
    moto.status, moto.body = status, body
    answered, text = post(gateway, "StrangeAction")
    assert answered == 400
    assert b"<Code>RehearsalBug</Code>" in text
    assert gateway.calls[-1].bug


def test_a_bug_after_moto_has_acted_is_no_server_error(gateway, moto, monkeypatch):
    """SDKs repeat a call after a status of 500, and EC2 refuses the second one as a duplicate."""
    monkeypatch.setattr(gateway.lag, "answer", lambda *_: 1 // 0)
    status, text = post(gateway, "CreateSecurityGroup")
    assert (status, len(moto.seen)) == (400, 1)
    assert b"ZeroDivisionError" in text
    assert gateway.calls[-1].bug


def test_motos_own_errors_are_no_bugs(gateway, moto):
    moto.status = "400 BAD REQUEST"
    moto.body = b"<Response><Errors><Error><Code>InvalidAMIID.NotFound</Code></Error></Errors></Response>"
    assert post(gateway, "DescribeImages") == (400, moto.body)
    assert gateway.calls[-1].code == "InvalidAMIID.NotFound"
    assert not gateway.calls[-1].bug


def test_an_answer_is_sent_at_once(monkeypatch):
    """Between head and body, the AWS SDK for Go can close its connection. It then repeats the call."""
    sent = []
    write = socket.SocketIO.write
    monkeypatch.setattr(socket.SocketIO, "write", lambda self, data: sent.append(bytes(data)) or write(self, data))
    server = quiet_server(lambda environ, start: respond(start, 200, "text/plain", b"whole"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert urlopen(f"http://127.0.0.1:{server.server_port}").read() == b"whole"
    finally:
        server.shutdown()
        server.server_close()
    assert len(sent) == 1 and sent[0].startswith(b"HTTP/1.1 200 ") and sent[0].endswith(b"whole")


def test_the_rehearsals_own_api_needs_no_key(gateway):
    status, body = post(gateway, "", path="/rehearsal/inventory")
    assert (status, json.loads(body)) == (200, {"path": "inventory"})
    assert not gateway.calls


def test_an_answer_waits_until_its_resources_have_settled(moto):
    looks = iter([False, False, True])
    gateway = Gateway(
        moto, lambda *_: (200, {}), lambda region, names: next(looks), CREDENTIALS, ENABLED, threading.RLock(), print
    )
    body = b"Action=DescribeInstances&InstanceId.1=i-1"
    gateway._await(read({"AUTHORIZATION": SCOPE.format(region="us-east-1", service="ec2")}, body, ""), body)
    assert next(looks, "all used") == "all used"
