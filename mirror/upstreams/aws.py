"""awscli.amazonaws.com: archives of the AWS CLI, each with a detached signature but no sum."""

from mirror.catalogue import DIRECTORY, upstream_key
from mirror.errors import Absent
from mirror.fetch import get
from mirror.layout.aws import HOST, MACHINES
from mirror.upstreams.job import Job

FINGERPRINT = upstream_key("awsCli")
KEY = DIRECTORY / "aws-cli.asc"
# Bytes; one has 70 MB.
LARGEST = 256 << 20


def fetch_aws_cli(job: Job, version: str) -> None:
    """Fetches the archives that AWS's key signed or a trusted mirror vouches for. Such a mirror may lack them."""
    for arch in job.arches:
        path = f"{HOST}/awscli-exe-linux-{MACHINES[arch]}-{version}.zip"
        try:
            archive, signature = get(job.upstream, path, limit=LARGEST), job.read(f"{path}.sig")
        except Absent as absent:
            job.say(f"the AWS CLI is left out: {absent}")
            continue
        if job.upstream.sums is None:
            job.vouched(path, archive, signature, KEY.read_bytes(), FINGERPRINT)
        job.keep(path, archive)
        job.keep(f"{path}.sig", signature)
