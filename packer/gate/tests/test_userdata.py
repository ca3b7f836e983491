"""User data on a system without cloud-init, and the name that metadata gives an instance."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import userdata
from results import Wrong

NAME = "ip-10-0-0-7.ec2.internal"
GIVEN = json.dumps(
    {
        "write_files": [{"path": "/run/kubeadm/kubeadm.yaml", "content": "name: {{ ds.meta_data.local_hostname }}\n"}],
        "runcmd": ["true", "kubeadm init --config /run/kubeadm/kubeadm.yaml"],
    }
)


def test_files_are_written_with_the_name_and_commands_in_their_order(tmp_path: Path) -> None:
    script = userdata.write(GIVEN, NAME, tmp_path)
    assert (tmp_path / "run/kubeadm/kubeadm.yaml").read_text() == f"name: {NAME}\n"
    assert script.read_text() == "true\nkubeadm init --config /run/kubeadm/kubeadm.yaml\n"


def test_user_data_may_have_commands_only(tmp_path: Path) -> None:
    assert userdata.write('{"runcmd": ["true"]}', NAME, tmp_path).read_text() == "true\n"


class Metadata(BaseHTTPRequestHandler):
    """Answers as IMDSv2 does: nothing without a token. While the network is away, connections end without an answer."""

    refusals = 0

    def answer(self, code: int, text: str) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self) -> None:
        if Metadata.refusals:
            Metadata.refusals -= 1
            return
        self.answer(200 if self.headers.get("X-aws-ec2-metadata-token-ttl-seconds") else 400, "t0ken")

    def do_GET(self) -> None:
        known = self.headers.get("X-aws-ec2-metadata-token") == "t0ken" and self.path == "/meta-data/local-hostname"
        self.answer(200 if known else 401, NAME)

    def log_message(self, format: str, *words: object) -> None:
        pass


@pytest.mark.parametrize("refusals", [0, 2])
def test_the_name_is_that_of_the_metadata(monkeypatch: pytest.MonkeyPatch, refusals: int) -> None:
    server = HTTPServer(("127.0.0.1", 0), Metadata)
    monkeypatch.setattr(Metadata, "refusals", refusals)
    monkeypatch.setattr(userdata.time, "sleep", lambda _: None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        metadata = f"http://127.0.0.1:{server.server_port}"
        assert userdata.own_name(metadata) == NAME
    finally:
        server.shutdown()
        server.server_close()


def test_metadata_that_never_answers() -> None:
    with pytest.raises(Wrong, match=r"metadata did not answer within 0 s: .*refused"):
        userdata.own_name("http://127.0.0.1:1", 0)
