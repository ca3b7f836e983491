"""Downloads for the levels cluster and conformance, each verified by its planned digest.

With a mirror, `expected["images"]` names every image that it vouches for. Without one it is empty, and registry.k8s.io
itself resolves tags, over TLS.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import node
import userdata
from results import Wrong, properties, run

HOSTS = userdata.WORK / "hosts"
REGISTRY = "registry.k8s.io"
CHUNK = 1 << 20
# Attempts to pull an image, and seconds between them: names may not resolve while the level node restarts the network.
TRIES = 3
PAUSE = 5
# Never through a proxy: this machine and its metadata.
LOCAL = ("localhost", "127.0.0.1", "::1", "169.254.169.254", "fd00:ec2::254")
DROP_IN = Path("/run/systemd/system/containerd.service.d/90-k8s-gate-proxy.conf")
# In capitals and small letters, an image with base_proxy has each of them.
PROXIES = " ".join(f"{name} {name.lower()}" for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"))
# Where images have it; Flatcar uses the second.
CTR = ("/usr/local/bin/ctr", "/opt/bin/ctr")


def grouped(images: list[str], digests: dict[str, str]) -> list[tuple[str, list[str]]]:
    """References to pull, each with the names for it: one pull for all names of a digest."""
    found: dict[str, tuple[str, list[str]]] = {}
    for image in images:
        digest = digests.get(image)
        source = f"{image.rpartition(':')[0]}@{digest}" if digest else image
        found.setdefault(digest or image, (source, []))[1].append(image)
    return list(found.values())


def hosts_file(mirror: str) -> str:
    """containerd's hosts.toml that makes the mirror serve the registry's images (docs/internals/design.md)."""
    base = f"{mirror.rstrip('/')}/{REGISTRY}/v2"
    return f'server = "{base}"\n[host."{base}"]\n  capabilities = ["pull", "resolve"]\n  override_path = true\n'


def ctr(*arguments: str, limit: float) -> str:
    code, told = run(next(filter(os.path.exists, CTR), CTR[0]), "--namespace=k8s.io", *arguments, timeout=limit)
    if code:
        raise Wrong(f"`ctr {' '.join(arguments)}` failed: {(told.strip().splitlines() or ['no word'])[-1]}", told)
    return told


def pull(source: str, names: list[str], mirror: str, limit: float) -> None:
    hosts = [f"--hosts-dir={HOSTS}"] if mirror else []
    end = time.monotonic() + limit
    for left in reversed(range(TRIES)):
        try:
            ctr("images", "pull", *hosts, source, limit=end - time.monotonic())
            break
        except Wrong:
            if not left or time.monotonic() + PAUSE >= end:
                raise
            time.sleep(PAUSE)
    wanted = [name for name in names if name != source]
    if wanted:
        ctr("images", "tag", "--force", source, *wanted, limit=limit)


def pull_all(images: list[str], expected: dict[str, Any], limit: float) -> None:
    """Fetches and unpacks images side by side. Raises Wrong if one cannot be fetched or differs from the plan."""
    mirror = expected["mirror"]
    if mirror:
        (HOSTS / REGISTRY).mkdir(parents=True, exist_ok=True)
        (HOSTS / REGISTRY / "hosts.toml").write_text(hosts_file(mirror))
    # Two at once: one is fetched while the other is unpacked.
    with ThreadPoolExecutor(2) as pool:
        pulls = [
            pool.submit(pull, source, names, mirror, limit) for source, names in grouped(images, expected["images"])
        ]
    for each in pulls:
        each.result()


def direct(host: str, proxy: dict[str, Any]) -> bool:
    """Whether a host bypasses the proxy."""
    none = ",".join([*LOCAL, *proxy["none"]])
    return bool(urllib.request.proxy_bypass_environment(host, {"no": none}))  # type: ignore[attr-defined]


def opener(url: str, proxy: dict[str, Any]) -> urllib.request.OpenerDirector:
    """Opens addresses, through the proxy if there is one. kubeadm must not see it: it would hand it to the cluster."""
    address = proxy["address"]
    proxies = {"http": address, "https": address} if address else {}
    if direct(urllib.parse.urlsplit(url).netloc, proxy):
        proxies = {}
    return urllib.request.build_opener(urllib.request.ProxyHandler(proxies))


def has_proxy() -> bool:
    """Whether the image has a proxy for containerd."""
    return "_PROXY=" in properties("containerd", "Environment").get("Environment", "").upper()


def give_containerd(proxy: dict[str, Any], limit: float) -> str:
    """Lets containerd pull through the build's proxy, or without any: the image's own may be for another network."""
    lines = f"EnvironmentFile={proxy_file(proxy)}" if proxy["address"] else f"UnsetEnvironment={PROXIES}"
    DROP_IN.parent.mkdir(parents=True, exist_ok=True)
    DROP_IN.write_text(f"[Service]\n{lines}\n")
    for command in (("daemon-reload",), ("restart", "containerd.service")):
        code, told = run("systemctl", *command, timeout=limit)
        if code:
            raise Wrong(f"containerd could not be configured for the test's network: {told.strip()[-300:]}")
    return "containerd pulls " + ("through the build's proxy" if proxy["address"] else "without the image's proxy")


def proxy_file(proxy: dict[str, Any]) -> Path:
    """Writes the variables of the build's proxy. The file is in memory, and only root can read it."""
    names = {
        "HTTP_PROXY": proxy["address"],
        "HTTPS_PROXY": proxy["address"],
        "NO_PROXY": ",".join([*LOCAL, *proxy["none"]]),
    }
    userdata.WORK.mkdir(exist_ok=True)
    file = userdata.WORK / "proxy"
    file.touch(mode=0o600)
    file.write_text("".join(f'{name}="{value}"\n' for name, value in names.items()))
    return file


def wait_for_containerd(limit: float) -> None:
    deadline = time.monotonic() + limit
    while not Path(node.SOCKET).exists():
        if time.monotonic() > deadline:
            raise Wrong(f"containerd has no socket after {limit:.0f} s")
        time.sleep(0.5)


class Hashed:
    """A stream that hashes what is read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.hash = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.hash.update(data)
        return data


def mirrored(url: str, mirror: str) -> str:
    return f"{mirror.rstrip('/')}/{url.removeprefix('https://')}" if mirror else url


def unpack(stream: IO[bytes], sha256: str, wanted: tuple[str, ...], directory: Path) -> None:
    """Extracts files from an archive while it arrives, and removes them if the archive's sum is wrong."""
    hashed = Hashed(stream)
    found = set()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    try:
        stream_of: Any = hashed
        with tarfile.open(fileobj=stream_of, mode="r|gz", bufsize=CHUNK) as archive:
            for member in archive:
                name = member.name.rpartition("/")[2]
                content = archive.extractfile(member) if member.isreg() and name in wanted else None
                if content is None:
                    continue
                with open(directory / name, "wb") as file:
                    shutil.copyfileobj(content, file, CHUNK)
                (directory / name).chmod(0o755)
                found.add(name)
        while hashed.read(CHUNK):
            pass
        if hashed.hash.hexdigest() != sha256:
            raise Wrong(f"the archive has sha256 {hashed.hash.hexdigest()}, not the planned {sha256}; it is not used")
        if missing := set(wanted) - found:
            raise Wrong(f"the archive lacks {', '.join(sorted(missing))}")
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def fetch_suite(expected: dict[str, Any], wanted: tuple[str, ...], directory: Path, limit: float) -> str:
    url = mirrored(expected["suite"]["url"], expected["mirror"])
    try:
        with opener(url, expected["proxy"]).open(url, timeout=min(limit, 60)) as stream:
            unpack(stream, expected["suite"]["sha256"], wanted, directory)
    except (OSError, EOFError, tarfile.TarError, urllib.error.URLError) as error:
        raise Wrong(f"{url} cannot be fetched: {getattr(error, 'reason', error)}") from None
    return f"{url}, as planned"
