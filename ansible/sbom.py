"""Lists this machine's components as a CycloneDX 1.6 document (https://cyclonedx.org/docs/1.6/json/) on its output.

Runs on the instance as root, beside the clean-up (roles/cleanup/files/cleanup.sh). The same content gives the same
bytes: no time, no host, everything sorted, and a serial number derived from the content.
Reads the package manager's own database, the records of other installations in /var/lib/k8s-image, and
/etc/k8s-image/release.json.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
import uuid
from urllib.parse import quote

RELEASE = "/etc/k8s-image/release.json"
RECORDS = "/var/lib/k8s-image"
# For serial numbers that are derived from content (RFC 9562, 5.5).
NAMESPACE = uuid.UUID("0f5a4e0e-64a0-5b6e-9d3c-7c4c1c2f3a4b")


def read_json(path: str) -> dict:
    with open(path) as file:
        return json.load(file)


def os_release() -> dict:
    with open("/etc/os-release") as file:
        pairs = (line.strip().partition("=") for line in file if "=" in line and not line.startswith("#"))
        return {name: " ".join(shlex.split(value)) for name, _, value in pairs}


def said(*command: str) -> list:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed with {done.returncode}: {' '.join(done.stderr.split())}")
    return done.stdout.splitlines()


def purl(kind: str, namespace: str, name: str, version: str, **qualifiers: str) -> str:
    """A package URL (https://github.com/package-url/purl-spec), without empty qualifiers."""
    given = "&".join(f"{key}={quote(value, safe='.-_~:/')}" for key, value in sorted(qualifiers.items()) if value)
    path = "/".join(quote(part, safe=".-_~+") for part in (namespace, name) if part)
    return f"pkg:{kind}/{path}@{quote(version, safe='.-_~:')}{'?' if given else ''}{given}"


def debs(system: dict) -> list:
    fields = "${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n"
    found = []
    for line in said("dpkg-query", "--show", f"--showformat={fields}"):
        status, name, version, arch, source, source_version = line.split("\t")
        if status != "installed":
            continue
        upstream = source if source_version == version else f"{source}@{source_version}"
        distro = f"{system['ID']}-{system.get('VERSION_ID', '')}".rstrip("-")
        where = purl(
            "deb", system["ID"], name, version, arch=arch, distro=distro, upstream="" if upstream == name else upstream
        )
        found.append({"type": "library", "bom-ref": where, "name": name, "version": version, "purl": where})
    return found


def rpms(system: dict) -> list:
    fields = "%{NAME}\t%{EPOCHNUM}\t%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{LICENSE}\n"
    found = []
    for line in said("rpm", "--query", "--all", f"--queryformat={fields}"):
        name, epoch, version, arch, source, license_text = line.split("\t")
        distro = f"{system['ID']}-{system.get('VERSION_ID', '')}".rstrip("-")
        epoch = "" if epoch == "0" else epoch
        arch, source = ("" if word == "(none)" else word for word in (arch, source))
        where = purl("rpm", system["ID"], name, version, arch=arch, distro=distro, epoch=epoch, upstream=source)
        whole = f"{epoch}:{version}" if epoch else version
        licenses = [{"license": {"name": license_text}}] if license_text != "(none)" else []
        component = {"type": "library", "bom-ref": where, "name": name, "version": whole, "purl": where}
        found.append(component | ({"licenses": licenses} if licenses else {}))
    return found


def packages_of(system: dict) -> list:
    """Flatcar as one component: nothing on the machine lists its parts."""
    kinds = (system["ID"], *system.get("ID_LIKE", "").split())
    if "flatcar" in kinds:
        return []
    return debs(system) if "debian" in kinds else rpms(system)


def digest(path: str, known: dict) -> str:
    """The recorded sha256 of an unchanged file, or else a new one."""
    state = os.stat(path)
    if [state.st_size, state.st_mtime_ns] == [known["size"], known["mtime"]]:
        return known["sha256"]
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if sys.version_info >= (3, 11) else sha256(file.read())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def binaries() -> list:
    """Archives that roles/containerd/files/binaries.py installed, each an application with its files."""
    found = []
    for name, entry in read_json(f"{RECORDS}/binaries.json").items():
        version, url = entry["version"], entry["url"]
        owner, _, project = url.removeprefix("https://github.com/").partition("/")
        on_github = url.startswith("https://github.com/")
        where = (
            purl("github", owner, project.split("/")[0], f"v{version}")
            if on_github
            else purl("generic", "", name, version, download_url=url)
        )
        files = [
            {
                "type": "file",
                "bom-ref": f"file:{path}",
                "name": path,
                "hashes": [{"alg": "SHA-256", "content": digest(path, known)}],
            }
            for path, known in sorted(entry["files"].items())
            if os.path.exists(path)
        ]
        origin = {"type": "distribution", "url": url, "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}]}
        found.append(
            {
                "type": "application",
                "bom-ref": where,
                "name": name,
                "version": version,
                "purl": where,
                "externalReferences": [origin],
                "components": files,
            }
        )
    return found


def images() -> list:
    """Images in containerd's store, as roles/containerd/files/images.sh recorded them: `WANTED NAME DIGEST` a line."""
    found = []
    with open(f"{RECORDS}/images") as file:
        rows = sorted({tuple(line.split()[1:]) for line in file if line.strip()})
    for reference, content in rows:
        name, _, tag = reference.rpartition(":") if ":" in reference.rpartition("/")[2] else (reference, "", "")
        where = purl("oci", "", name.rpartition("/")[2], content, repository_url=name, tag=tag)
        found.append(
            {
                "type": "container",
                "bom-ref": where,
                "name": name,
                "version": tag or content,
                "purl": where,
                "hashes": [{"alg": "SHA-256", "content": content.removeprefix("sha256:")}],
            }
        )
    return found


def document() -> dict:
    release, system = read_json(RELEASE), os_release()
    packages = packages_of(system)
    distribution = {
        "type": "operating-system",
        "bom-ref": f"os:{system['ID']}",
        "name": system["ID"],
        "version": system.get("VERSION_ID", ""),
        "description": system.get("PRETTY_NAME", ""),
    }
    components = sorted(
        [distribution, *packages, *binaries(), *images()],
        key=lambda component: (component["type"], component["bom-ref"]),
    )
    properties = {
        "base-ami": release["base_ami"],
        "digest": release["digest"],
        "kubernetes": release["kubernetes"]["version"],
    }
    subject = {
        "type": "platform",
        "bom-ref": "image",
        "name": release["image"],
        "version": release["kubernetes"]["version"],
        "properties": [
            {"name": f"k8s-image:{name}", "value": value} for name, value in sorted(properties.items()) if value
        ],
    }
    content = {"metadata": {"component": subject}, "components": components}
    serial = uuid.uuid5(NAMESPACE, json.dumps(content, sort_keys=True))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        **content,
    }


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=1, ensure_ascii=False)
    print()
