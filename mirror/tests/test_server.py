"""The server: files, ranges, the registry's headers, and what it refuses."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from mirror.layout.oci import INDEX, MANIFEST
from mirror.server import MirrorServer, parse_range, resolve
from mirror.tests.conftest import PAUSE, version

PAUSE_ROOT = "/registry.k8s.io/v2/pause"


def fetch(url, path, method="GET", **headers):
    """Status, headers (lower case) and body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_it_listens_on_loopback_only(tiny):
    with MirrorServer(tiny / "tree") as server:
        assert server.server_address[0] == "127.0.0.1"


def test_files_come_whole(tiny, url):
    path = f"github.com/opencontainers/runc/releases/download/v{version('runc')}/runc.amd64"
    content = (tiny / "tree" / path).read_bytes()
    status, headers, body = fetch(url, f"/{path}")
    assert (status, body, headers["content-length"]) == (200, content, str(len(content)))
    status, headers, body = fetch(url, f"/{path}", "HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", str(len(content)))


@pytest.mark.parametrize(
    "path", ["/pkgs.k8s.io/core:/stable:/v1.37/deb/Release", "/pkgs.k8s.io/core%3A/stable%3A/v1.37/deb/Release"]
)
def test_paths_may_be_quoted(url, path):
    assert fetch(url, path)[0] == 200


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-3", (0, 3)), ("bytes=4-", (4, 9)), ("bytes=-3", (7, 9)), ("bytes=8-99", (8, 9)),
        ("bytes=-99", (0, 9)), (None, None), ("bytes=-", None), ("lines=1-2", None), ("bytes=0-1,3-4", None),
    ],
)  # fmt: skip
def test_ranges(header, expected):
    assert parse_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=5-3"])
def test_ranges_that_do_not_exist(header):
    with pytest.raises(ValueError):
        parse_range(header, 10)


def test_a_download_can_be_continued(url):
    path = "/dl.k8s.io/release/stable.txt"
    whole = fetch(url, path)[2]
    status, headers, body = fetch(url, path, Range="bytes=2-")
    assert (status, body) == (206, whole[2:])
    assert headers["content-range"] == f"bytes 2-{len(whole) - 1}/{len(whole)}"
    assert fetch(url, path, Range="bytes=999-")[0] == 416


@pytest.mark.parametrize("path", ["/../fingerprints.txt", "/keys/../../fingerprints.txt", "/%2e%2e/fingerprints.txt"])
def test_nothing_outside_of_the_root_is_served(url, path):
    assert fetch(url, path)[0] == 400


def test_a_link_that_leads_outside_is_not_followed(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "secret").write_text("")
    (tmp_path / "root" / "link").symlink_to(tmp_path / "secret")
    assert resolve(tmp_path / "root", "/link") is None


@pytest.mark.parametrize("path", ["/", "/nothing", "/dl.k8s.io/", "/registry.k8s.io/v2/pause/manifests/1.0"])
def test_a_missing_file_is_404(url, path):
    status, headers, body = fetch(url, path)
    assert (status, headers["content-length"]) == (404, str(len(body)))


@pytest.mark.parametrize("path", ["/registry.k8s.io/v2/", "/registry.k8s.io/v2"])
def test_the_registry_identifies_itself(url, path):
    status, headers, body = fetch(url, path)
    assert (status, body) == (200, b"{}")
    assert headers["docker-distribution-api-version"] == "registry/2.0"


def test_an_image_can_be_pulled(url):
    status, headers, body = fetch(url, f"{PAUSE_ROOT}/manifests/{PAUSE}")
    assert (status, headers["content-type"]) == (200, INDEX)
    by_digest = fetch(url, f"{PAUSE_ROOT}/manifests/{headers['docker-content-digest']}")
    assert by_digest[2] == body
    reference = json.loads(body)["manifests"][0]["digest"]
    status, headers, body = fetch(url, f"{PAUSE_ROOT}/manifests/{reference}", "HEAD")
    assert (status, headers["content-type"], headers["docker-content-digest"]) == (200, MANIFEST, reference)
    manifest = json.loads(fetch(url, f"{PAUSE_ROOT}/manifests/{reference}")[2])
    for blob in (manifest["config"], *manifest["layers"]):
        status, headers, body = fetch(url, f"{PAUSE_ROOT}/blobs/{blob['digest']}")
        assert (status, len(body), headers["docker-content-digest"]) == (200, blob["size"], blob["digest"])
    config = json.loads(fetch(url, f"{PAUSE_ROOT}/blobs/{manifest['config']['digest']}")[2])
    assert config["config"]["Entrypoint"] == ["/pause"]
    assert config["architecture"] == "amd64"


def test_the_package_index_speaks_html_and_json(url):
    status, headers, body = fetch(url, "/pypi.org/simple/tiny-tool/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"../../../files.pythonhosted.org/packages/" in body
    accept = "application/vnd.pypi.simple.v1+json"
    status, headers, body = fetch(url, "/pypi.org/simple/tiny-tool/", Accept=accept)
    assert (headers["content-type"], json.loads(body)["files"][0]["filename"]) == (
        accept,
        "tiny_tool-1.0-py3-none-any.whl",
    )
    status, headers, _ = fetch(url, "/pypi.org/simple/tiny-tool")
    assert (status, headers["location"]) == (301, "/pypi.org/simple/tiny-tool/")


def test_many_at_once(url):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: fetch(url, "/SHA256SUMS"), range(64)))
    assert {status for status, _, _ in answers} == {200}
    assert len({body for _, _, body in answers}) == 1


def test_writing_is_not_offered(url):
    assert fetch(url, "/registry.k8s.io/v2/pause/blobs/uploads/", "POST")[0] == 501
