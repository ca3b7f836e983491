"""releases.hashicorp.com: the signed sums first, then the zips that they name."""

import json

from mirror.catalogue import upstream_key
from mirror.layout.hashicorp import HOST, KEY_PATH
from mirror.sums import parse_sums
from mirror.upstreams.job import Job, named

FINGERPRINT = upstream_key("hashicorp")


def fetch_release(job: Job, product: str, version: str) -> None:
    """One version of a product."""
    folder = f"{HOST}/{product}/{version}"
    sums = f"{folder}/{product}_{version}_SHA256SUMS"
    signed, signature, key = job.read(sums), job.read(f"{sums}.sig"), job.read(KEY_PATH)
    job.vouched(sums, signed, signature, key, FINGERPRINT)
    digests = parse_sums(signed.decode())
    for arch in job.arches:
        name = f"{product}_{version}_linux_{arch}.zip"
        job.fetch(f"{folder}/{name}", named(digests, name, sums))
    description = job.read(f"{folder}/index.json")
    index = {"name": product, "versions": {version: json.loads(description)}}
    kept = {KEY_PATH: key, sums: signed, f"{sums}.sig": signature, f"{folder}/index.json": description}
    kept[f"{HOST}/{product}/index.json"] = json.dumps(index, indent=2).encode()
    for path, content in kept.items():
        job.keep(path, content)
