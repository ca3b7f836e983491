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


@pytest.mark.parametrize(
    ("address", "drop_in", "says"),
    [
        (PROXY, "EnvironmentFile={0}/proxy", "through the build's proxy"),
        (
            "",
            "UnsetEnvironment=HTTP_PROXY http_proxy HTTPS_PROXY https_proxy NO_PROXY no_proxy",
            "without the image's proxy",
        ),
    ],
)
def test_containerd_has_the_builds_proxy_or_none(monkeypatch, tmp_path, address, drop_in, says):
    ran = []
    monkeypatch.setattr(supplies.userdata, "WORK", tmp_path)
    monkeypatch.setattr(supplies, "DROP_IN", tmp_path / "containerd.service.d/x.conf")
    monkeypatch.setattr(supplies, "run", lambda *command, timeout: ran.append(command[1]) or (0, ""))
    assert supplies.give_containerd({"address": address, "none": []}, 1) == f"containerd pulls {says}"
    assert supplies.DROP_IN.read_text() == f"[Service]\n{drop_in.format(tmp_path)}\n"
    assert ran == ["daemon-reload", "restart"]
    assert (tmp_path / "proxy").exists() is bool(address)


@pytest.mark.parametrize(
    ("environment", "has"),
    [("GOGC=400", False), ("", False), ("HTTPS_PROXY=http://p:1 https_proxy=http://p:1", True), ("no_proxy=x", True)],
)
def test_whether_the_image_has_one(monkeypatch, environment, has):
    monkeypatch.setattr(supplies, "properties", lambda *_: {"Environment": environment})
    assert supplies.has_proxy() is has
