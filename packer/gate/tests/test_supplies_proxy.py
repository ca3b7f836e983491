"""The build's proxy, as the gate's program uses it."""

import http.server
import threading

import pytest
import supplies

PROXY = "http://builder:p%40ss@proxy.example.com:3128"


@pytest.mark.parametrize(
    ("host", "direct"),
    [
        ("registry.k8s.io", False),
        ("127.0.0.1:8000", True),
        ("169.254.169.254", True),
        ("mirror.example.com:8080", True),
        ("example.com.evil", False),
    ],
)
def test_what_goes_without_it(host, direct):
    assert supplies.direct(host, {"address": PROXY, "none": [".example.com"]}) is direct


def test_an_address_is_opened_by_it_with_its_password():
    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            said.append((self.path, self.headers["Proxy-Authorization"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words):
            pass

    said: list[tuple[str, str]] = []
    server = http.server.HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://builder:p%40ss@127.0.0.1:{server.server_port}"
        url = "http://mirror.test/file"
        supplies.opener(url, {"address": address, "none": []}).open(url, timeout=10).close()
    finally:
        server.shutdown()
        server.server_close()
    assert said == [(url, "Basic YnVpbGRlcjpwQHNz")]
