"""The local checkip, through a client that uses its proxy and its certificates."""

import http.server
import threading

import pytest
import requests

from rehearsal.checkip import Checkip


@pytest.fixture
def checkip(tmp_path):
    one = Checkip(tmp_path, lambda: "203.0.113.7")
    yield one
    one.close()


def fetch(checkip, url, **more):
    wish = checkip.environment
    return requests.get(url, proxies={"https": wish["HTTPS_PROXY"]}, verify=wish["SSL_CERT_FILE"], timeout=10, **more)


def test_it_reports_the_runners_public_address(checkip):
    assert fetch(checkip, "https://checkip.amazonaws.com").text.strip() == "203.0.113.7"


def test_other_hosts_are_not_impersonated(checkip, tmp_path):
    """The proxy forwards other hosts: here, to a server without TLS."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pytest.raises(requests.exceptions.SSLError):
        fetch(checkip, f"https://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


def test_only_the_owner_can_read_its_key(checkip, tmp_path):
    assert (tmp_path / "checkip.pem").stat().st_mode & 0o777 == 0o600


def test_other_requests_than_connect_are_refused(checkip):
    proxy = checkip.environment["HTTPS_PROXY"]
    assert requests.get("http://127.0.0.1:1/", proxies={"http": proxy}, timeout=10).status_code == 405
