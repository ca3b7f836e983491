"""The metadata service: its answers by path and by client."""

import dataclasses
import http.client
import http.server
import socket
import threading

import pytest

from rehearsal.imds import Server, Tokens, may_read
from rehearsal.metadata import Facts, lookup

FACTS = Facts(
    instance_id="i-1",
    ami_id="ami-1",
    instance_type="t3.medium",
    architecture="x86_64",
    account="123456789012",
    region="us-east-1",
    zone="us-east-1a",
    zone_id="use1-az6",
    hostname="ip-127-1-0-4.ec2.internal",
    address="10.0.2.100",
    public_address="127.1.0.4",
    mac="02:00:00:00:00:01",
    interface_id="eni-1",
    subnet_id="subnet-1",
    subnet_cidr="127.1.0.0/20",
    vpc_id="vpc-1",
    vpc_cidr="127.1.0.0/16",
    reservation_id="r-1",
    security_groups=(("packer_1", "sg-1"), ("default", "sg-2")),
    launch_index=0,
    launched="2026-11-23T12:00:00Z",
    key_name="packer_1",
    public_key="ssh-ed25519 AAAA\n",
)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", b"latest"),
        ("/latest", b"dynamic/\nmeta-data/"),
        ("/latest/", b"dynamic/\nmeta-data/"),
        ("/latest/meta-data/instance-id", b"i-1"),
        ("/2021-03-23/meta-data/instance-id", b"i-1"),
        ("/2009-04-04/meta-data/ami-id/", b"ami-1"),
        ("/latest/meta-data/public-keys/", b"0=packer_1"),
        ("/latest/meta-data/public-keys/0/", b"openssh-key"),
        ("/latest/meta-data/public-keys/0/openssh-key", b"ssh-ed25519 AAAA"),
        ("/latest/meta-data/placement/", b"availability-zone\navailability-zone-id\nregion"),
        ("/latest/meta-data/network/interfaces/macs/", b"02:00:00:00:00:01/"),
        ("/latest/meta-data/network/interfaces/macs/02:00:00:00:00:01/subnet-id", b"subnet-1"),
        ("/latest/meta-data/security-groups", b"packer_1\ndefault"),
        ("/latest/meta-data/no-such-thing", None),
        ("/latest/meta-data/instance-id/deeper", None),
        ("/latest/meta-data/tags/instance/a", None),
        ("/latest/user-data", None),
    ],
)
def test_lookup(path, answer):
    assert lookup(FACTS, path) == answer


def test_user_data_is_listed_only_if_there_is_some():
    facts = dataclasses.replace(FACTS, user_data=b"#cloud-config\n")
    assert lookup(facts, "/latest/user-data") == b"#cloud-config\n"
    assert lookup(facts, "/latest/") == b"dynamic/\nmeta-data/\nuser-data"


def test_without_a_key_there_are_no_public_keys():
    facts = dataclasses.replace(FACTS, public_key="", key_name="")
    assert lookup(facts, "/latest/meta-data/public-keys/") is None
    assert b"public-keys" not in lookup(facts, "/latest/meta-data/")


def test_tags_appear_only_if_the_instance_allows_them():
    facts = dataclasses.replace(FACTS, tags={"Name": "node"})
    assert lookup(facts, "/latest/meta-data/tags/instance/Name") == b"node"


def test_credentials_of_an_instance_profile():
    facts = dataclasses.replace(FACTS, role="node", credentials='{"Code": "Success"}')
    assert lookup(facts, "/latest/meta-data/iam/security-credentials/") == b"node"
    assert lookup(facts, "/latest/meta-data/iam/security-credentials/node") == b'{"Code": "Success"}'
    assert lookup(FACTS, "/latest/meta-data/iam/security-credentials/") is None


class Api(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400)
        self.send_header("X-Target", self.headers["X-Amz-Target"])
        self.end_headers()
        self.wfile.write(body[::-1])

    def log_message(self, *_):
        pass


def test_calls_to_aws_are_passed_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    api = http.server.HTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=api.handle_request, daemon=True).start()
    server = Server(tmp_path / "imds.sock", lambda: FACTS, False, f"http://127.0.0.1:{api.server_port}")
    try:
        connection = Connection("imds.sock")
        connection.request("POST", "/", b"abc", {"X-Amz-Target": "secretsmanager.GetSecretValue"})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (400, b"cba")
        assert answer.headers["X-Target"] == "secretsmanager.GetSecretValue"
    finally:
        server.close()
        api.server_close()


def test_a_token_expires():
    now = [0.0]
    tokens = Tokens(lambda: now[0])
    token = tokens.issue(10)
    assert tokens.valid(token)
    now[0] = 10.0
    assert not tokens.valid(token)
    assert not tokens.valid("other")


@pytest.mark.parametrize(
    ("required", "namespace", "agent", "answered"),
    [
        (False, False, "curl/8", True),
        (True, False, "curl/8", False),
        (True, True, "curl/8", False),
        (True, True, "Cloud-Init/25.1.4", True),
        (True, True, "python-requests/2.28.1", True),
        (True, False, "Cloud-Init/25.1.4", False),
    ],
)
def test_who_may_read_without_a_token(required, namespace, agent, answered):
    facts = dataclasses.replace(FACTS, tokens_required=required)
    assert may_read(facts, Tokens(), None, agent, namespace) is answered


def test_a_wrong_token_is_refused_even_if_none_is_required():
    assert not may_read(FACTS, Tokens(), "wrong", "curl/8", True)


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("imds")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))


def test_served_over_a_socket_with_a_long_path(tmp_path, monkeypatch):
    directory = tmp_path / ("long" * 40)
    directory.mkdir()
    server = Server(directory / "imds.sock", lambda: dataclasses.replace(FACTS, tokens_required=True), False)
    monkeypatch.chdir(directory)
    try:
        connection = Connection("imds.sock")

        def fetch(method, path, **headers):
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.read()

        assert fetch("GET", "/latest/meta-data/instance-id")[0] == 401
        assert fetch("PUT", "/latest/api/token")[0] == 400
        assert fetch("PUT", "/latest/api/token", X_aws_ec2_metadata_token_ttl_seconds="21601")[0] == 400
        status, token = fetch("PUT", "/latest/api/token", X_aws_ec2_metadata_token_ttl_seconds="60")
        assert status == 200
        token = token.decode()
        assert fetch("GET", "/latest/meta-data/instance-id", X_aws_ec2_metadata_token=token) == (200, b"i-1")
        assert fetch("GET", "/latest/meta-data/nothing", X_aws_ec2_metadata_token=token)[0] == 404
        assert [status for _, status in server.requests] == [401, 200, 404]
        assert server.requests[-1][0] == "/latest/meta-data/nothing"
    finally:
        server.close()
