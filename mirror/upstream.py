"""The mirror fetched from the real upstreams.

The mirror keeps upstream's signatures and sums unchanged, so its users check them again. The mirror's own signed
SHA256SUMS covers the files that upstream protects only by TLS.
"""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mirror import python_packages
from mirror.assemble import TRUST, check_root, keep_intact, seal, trust_text
from mirror.cache import content_key, locked, temporary_sibling
from mirror.catalogue import catalogue
from mirror.errors import MirrorError
from mirror.fetch import Upstream, open_base
from mirror.layout import pypi
from mirror.layout.kubernetes import minor_of
from mirror.needs import demand
from mirror.progress import Say
from mirror.sign import signing_key
from mirror.sums import NAME
from mirror.targets import target
from mirror.upstreams.aws import fetch_aws_cli
from mirror.upstreams.files import fetch_downloads, fetch_ecr_credential_provider, fetch_file
from mirror.upstreams.hashicorp import fetch_release
from mirror.upstreams.job import Job
from mirror.upstreams.packages import fetch_packages
from mirror.upstreams.registry import fetch_image
from mirror.upstreams.rpm import fetch_rpms
from mirror.upstreams.tests import fetch_control_plane, fetch_suite


def fetch_mirror(
    cache: Path,
    arches: Sequence[str],
    kubernetes: Sequence[str],
    base: str | None,
    trust: Path | None,
    say: Say,
    conformance: bool = False,
) -> Path:
    """The directory of a whole mirror (`tree/` and the trust file), fetched from the upstreams or from `base`.

    `conformance` adds the files for the level conformance of the action's tests.
    """
    demand("gpg", "gpgconf")
    extra = read_trust(trust) if trust else ()
    upstream = open_base(base, extra) if base else Upstream(None, extra_trust=extra)
    say(f"fetching from {base or 'the upstreams'}")
    key = signing_key(cache, say)
    roots, store = cache / "mirror" / "roots", cache / "mirror" / "fetched"
    store.mkdir(parents=True, exist_ok=True)
    with temporary_sibling(roots / "fetched") as work:
        job = Job(upstream, work / "tree", store, tuple(arches), say)
        fetch_all(job, kubernetes, conformance)
        for fingerprint in extra if base else ():
            job.keep(f"keys/{fingerprint}.asc", job.read(f"keys/{fingerprint}.asc"))
        seal(job.tree, key)
        (work / TRUST).write_text(trust_text(key) + "".join(f"{fingerprint}\n" for fingerprint in extra))
        final = roots / content_key((job.tree / NAME).read_text(), key.fingerprint, extra)
        with locked(cache / "mirror" / "locks" / "root.lock", say):
            if not keep_intact(final, key, say):
                check_root(job.tree, key)
                work.rename(final)
    return final


def fetch_all(job: Job, kubernetes: Sequence[str], conformance: bool) -> None:
    """Fetches everything that a build of these Kubernetes versions may need."""
    for product in ("packer", "packer-plugin-amazon"):
        fetch_release(job, product, target(product).version)
    versions = [fetch_packages(job, wanted) for wanted in kubernetes]
    for version in versions:
        fetch_rpms(job, version)
        fetch_downloads(job, version)
        fetch_control_plane(job, version)
        if conformance:
            fetch_suite(job, version)
    minors = catalogue("kubernetes")
    entries = [minors[minor_of(version)] for version in versions]

    def versions_of(part: str) -> list[str]:
        return list(dict.fromkeys(entry[part] for entry in entries))

    for part in ("containerd", "runc", "cniPlugins", "crictl"):
        for version in versions_of(part):
            fetch_file(job, part, version)
    for version in versions_of("ecrCredentialProvider"):
        fetch_ecr_credential_provider(job, version)
    for version in versions_of("awsCli"):
        fetch_aws_cli(job, version)
    for tag in versions_of("pause"):
        fetch_image(job, "pause", tag)
    fetch_python(job)


def fetch_python(job: Job) -> None:
    """The action's Python packages, with pip: the hashes of the requirements verify them."""
    index = f"{job.upstream.base}/pypi.org/simple/" if job.upstream.base else None
    with tempfile.TemporaryDirectory(dir=job.store) as downloads:
        python_packages.download(python_packages.REQUIREMENTS, Path(downloads), job.say, index)
        pypi.write_simple(job.tree, Path(downloads))


def known_versions() -> list[str]:
    """The Kubernetes minors of the catalogue."""
    return list(catalogue("kubernetes"))


def check_versions(wanted: Sequence[str]) -> list[str]:
    """`wanted` without leading v. Raises for versions that are not in the catalogue."""
    known = known_versions()
    versions = [version.removeprefix("v") for version in wanted] or [target("kubernetes").version]
    for version in versions:
        if not re.fullmatch(r"\d+\.\d+(\.\d+)?", version) or minor_of(version) not in known:
            raise MirrorError(f"Kubernetes {version} is not known; choose one of {', '.join(known)} or a patch of it")
    return versions


def read_trust(path: Path) -> tuple[str, ...]:
    """The fingerprints of a trust file: one per line, `#` begins a comment."""
    try:
        lines = [line.partition("#")[0].replace(" ", "").strip() for line in path.read_text().splitlines()]
    except OSError as error:
        raise MirrorError(f"{path} cannot be read ({error.strerror})") from None
    found = [line.upper() for line in lines if line]
    odd = next((line for line in found if not re.fullmatch(r"[0-9A-F]{40}", line)), None)
    if odd or not found:
        raise MirrorError(f"{path} must have fingerprints of 40 hex digits, one per line; it has {odd or 'none'}")
    return tuple(found)
