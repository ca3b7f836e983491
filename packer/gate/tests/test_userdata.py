"""User data on a system without cloud-init, and the name that metadata gives an instance."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import userdata

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


class Metadata(BaseHTTPRequestHandler):
    """Answers as IMDSv2 does: nothing without a token."""

    def answer(self, code: int, text: str) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self) -> None:
        self.answer(200 if self.headers.get("X-aws-ec2-metadata-token-ttl-seconds") else 400, "t0ken")

    def do_GET(self) -> None:
        known = self.headers.get("X-aws-ec2-metadata-token") == "t0ken" and self.path == "/meta-data/local-hostname"
        self.answer(200 if known else 401, NAME)

    def log_message(self, format: str, *words: object) -> None:
        pass


def test_the_name_is_that_of_the_metadata() -> None:
    server = HTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        metadata = f"http://127.0.0.1:{server.server_port}"
        assert userdata.own_name(metadata) == NAME
    finally:
        server.shutdown()
        server.server_close()
