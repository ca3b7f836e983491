"""Fetches, verifies and installs release archives, side by side.

Standard input: JSON with `binaries`, a list of {name, version, upstream, url, sha256, sums, directory or file,
exclude?}, `limit` in seconds, and `place`, a directory on the target file system. `url` is the address to fetch, and
`upstream` is the original one.
Nothing is unpacked before its sha256 has been verified. Without a sha256, the one at `sums` counts, but only if file
and sums both come over TLS from the same upstream.
Prints the name of each archive that it installed, and skips those recorded as installed with that sha256. The record
also has each file's sha256, computed while apt works, so that ansible/sbom.py need not do it later.
"""

import concurrent.futures
import hashlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

RECORD = "/var/lib/k8s-image/binaries.json"
TRIES = 4


class Problem(Exception):
    """A failure, as one line for the build's log."""


def recorded() -> dict:
    try:
        with open(RECORD) as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return {}


def published_sum(item: dict) -> str:
    """The sum from the file's list of sums, with `SHA256  NAME` lines."""
    sums, url = urllib.parse.urlsplit(item["sums"]), urllib.parse.urlsplit(item["url"])
    if (sums.scheme, sums.netloc) != ("https", url.netloc) or url.scheme != "https":
        raise Problem(f"{item['url']} has no sha256, which a mirror requires: use a var-file of the action")
    try:
        with urllib.request.urlopen(item["sums"], timeout=30) as answer:
            lines = answer.read(1 << 20).decode(errors="replace").splitlines()
    except OSError as error:
        raise Problem(f"{item['sums']} could not be fetched: {getattr(error, 'reason', error)}") from error
    for line in lines:
        digest, _, name = line.strip().partition(" ")
        # On dl.k8s.io, such a file has only the digest.
        if name.strip(" *") in ("", os.path.basename(url.path)) and len(digest) == 64:
            return digest.lower()
    raise Problem(f"{item['sums']} has no sha256 of {os.path.basename(url.path)}")


def is_installed(item: dict, record: dict) -> bool:
    """Whether the record has the archive and all its files still exist."""
    entry = record.get(item["name"], {})
    return entry.get("sha256") == item["sha256"] and all(os.path.exists(path) for path in entry["files"])


def fetch(item: dict, to: str, deadline: float) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            return download(item, to, deadline)
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code not in (408, 429):
                raise Problem(f"{item['url']} answered {error.code} {error.reason}") from error
            reason = f"answered {error.code}"
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, EOFError) as error:
            reason = str(getattr(error, "reason", error))
        if attempt == TRIES or time.monotonic() > deadline:
            raise Problem(f"{item['url']} could not be fetched ({attempt} tries): {reason}")
        time.sleep(2**attempt / 4)


def download(item: dict, to: str, deadline: float) -> None:
    digest = hashlib.sha256()
    with urllib.request.urlopen(item["url"], timeout=30) as answer, open(to, "wb") as file:
        announced = answer.headers.get("Content-Length")
        while block := answer.read(1 << 20):
            if time.monotonic() > deadline:
                raise Problem(f"{item['url']} took longer than {LIMIT:.0f} s")
            digest.update(block)
            file.write(block)
        size = file.tell()
    if announced is not None and size != int(announced):
        raise EOFError(f"cut off after {size} of {announced} bytes")
    if digest.hexdigest() != item["sha256"]:
        raise Problem(f"{item['url']} has sha256 {digest.hexdigest()} instead of {item['sha256']}")


def install(item: dict, archive: str) -> list:
    """Installs the files and returns their paths."""
    if "file" in item:
        os.makedirs(os.path.dirname(item["file"]), exist_ok=True)
        os.chmod(archive, 0o755)
        os.replace(archive, item["file"])
        return [item["file"]]
    os.makedirs(item["directory"], exist_ok=True)
    if item["url"].endswith(".zip"):
        return unzip(item, archive)
    skip = [f"--exclude={member}" for member in item.get("exclude", [])]
    done = subprocess.run(
        [
            "tar",
            "--extract",
            "--gzip",
            "--verbose",
            "--no-same-owner",
            "--file",
            archive,
            "-C",
            item["directory"],
            *skip,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem(f"{item['url']} could not be unpacked: {' '.join(done.stderr.split())}")
    paths = (os.path.normpath(os.path.join(item["directory"], name)) for name in done.stdout.splitlines())
    return [path for path in paths if os.path.isfile(path)]


def unzip(item: dict, archive: str) -> list:
    """Unpacks a zip with its files' modes, which zipfile ignores."""
    paths = []
    try:
        with zipfile.ZipFile(archive) as members:
            for member in members.infolist():
                path = members.extract(member, item["directory"])
                if not member.is_dir():
                    os.chmod(path, 0o755 if member.external_attr >> 16 & 0o100 else 0o644)
                    paths.append(path)
    except zipfile.BadZipFile as error:
        raise Problem(f"{item['url']} could not be unpacked: {error}") from error
    return paths


def described(path: str) -> dict:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        state = os.fstat(file.fileno())
    return {"sha256": digest.hexdigest(), "size": state.st_size, "mtime": state.st_mtime_ns}


def fetch_and_install(item: dict, directory: str, deadline: float) -> dict:
    archive = os.path.join(directory, item["name"])
    fetch(item, archive, deadline)
    files = {path: described(path) for path in install(item, archive)}
    return {"version": item["version"], "url": item["upstream"], "sha256": item["sha256"], "files": files}


def main() -> None:
    record = recorded()
    items = GIVEN["binaries"]
    for item in items:
        item["sha256"] = item["sha256"].lower() or published_sum(item)
    wanted = [item for item in items if not is_installed(item, record)]
    if not wanted:
        return
    os.makedirs(os.path.dirname(RECORD), exist_ok=True)
    deadline = time.monotonic() + LIMIT
    os.makedirs(PLACE, exist_ok=True)
    # On the target file system, so that a single file is moved, not copied.
    with tempfile.TemporaryDirectory(dir=PLACE) as directory, concurrent.futures.ThreadPoolExecutor() as pool:
        jobs = {item["name"]: pool.submit(fetch_and_install, item, directory, deadline) for item in wanted}
        for item in wanted:
            record[item["name"]] = jobs[item["name"]].result()
    with open(RECORD + ".new", "w") as file:
        json.dump(record, file, indent=2, sort_keys=True)
    os.replace(RECORD + ".new", RECORD)
    print("\n".join(item["name"] for item in wanted))


GIVEN = json.load(sys.stdin)
LIMIT = float(GIVEN["limit"])
PLACE = GIVEN["place"]
os.umask(0o022)
try:
    main()
except (Problem, OSError) as problem:
    sys.exit(str(problem))
