"""cloud-init's Ec2 datasource for machines whose user data Cluster API Provider AWS keeps in a secret.

That provider sends two parts: a boothook, which fetches the secret into a file, and an include of that file. cloud-init
reads includes first, when the file does not exist yet. The boothook therefore restarts `cloud-init.service`. Newer
releases have no such unit, and older ones have done part of their work by then. Here the boothook runs as soon as the
network is up, before the parts are read. So one pass sees all of them.

Format: https://github.com/kubernetes-sigs/cluster-api-provider-aws, pkg/internal/mime. For cloud-init 22.2 and later.
"""

import email
import gzip
import logging
import os
import subprocess
import tempfile
from typing import Any

from cloudinit import features, sources
from cloudinit.sources import DataSourceEc2

LOG = logging.getLogger(__name__)
SECRET = "/etc/secret-userdata.txt"
# Intermediate files of the boothook. It appends to them, so the rest of a failed attempt would spoil the next.
PARTIAL = (SECRET + ".gz", SECRET + ".b64.gz")
# A shell function in the environment suppresses the one command that must not run.
NO_RESTART = '() { [ "$*" = "restart cloud-init" ] || command systemctl "$@"; }'

# An unreadable include is only a warning: the machine still boots, so that people can log in and look.
features.ERROR_ON_USER_DATA_FAILURE = False


def boothooks(user_data: Any) -> list:
    """The boothooks of user data that includes the secret's file; none for other user data."""
    raw = user_data.encode() if isinstance(user_data, str) else user_data or b""
    if raw.startswith(b"\x1f\x8b"):
        raw = gzip.decompress(raw)
    parts = list(email.message_from_bytes(raw).walk())
    included = [part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/x-include-url"]
    if not any(b"file://" + SECRET.encode() in text.split() for text in included):
        return []
    hooks = [part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/cloud-boothook"]
    return [hook.replace(b"\r\n", b"\n").partition(b"\n")[2] for hook in hooks]


def fetch(hook: bytes) -> None:
    """Runs a boothook. Only root may read the files that it leaves."""
    with tempfile.NamedTemporaryFile(prefix="k8s-image-", dir="/run") as script:
        script.write(hook)
        script.flush()
        # Through bash, since /run may be mounted noexec. Its output goes to cloud-init's.
        environment = {**os.environ, "BASH_FUNC_systemctl%%": NO_RESTART}
        code = subprocess.run(["/bin/bash", script.name], stdin=subprocess.DEVNULL, env=environment).returncode
    for path in (SECRET, *PARTIAL):
        if os.path.exists(path):
            os.chmod(path, 0o600)
    if code or not os.path.exists(SECRET):
        LOG.warning("the boothook of Cluster API ended with %d and left no %s", code, SECRET)
        for path in PARTIAL:
            if os.path.exists(path):
                os.remove(path)


class Secret:
    """Lets the boothook fetch the secret before user data is read; on later boots its file exists."""

    def get_userdata(self, apply_filter: bool = False) -> Any:
        """As in every datasource: the parts of the user data, read at the first call."""
        if self.userdata is None and not os.path.exists(SECRET):
            for hook in boothooks(self.get_userdata_raw()):
                fetch(hook)
        return super().get_userdata(apply_filter)


class DataSourceEc2ClusterApiLocal(Secret, DataSourceEc2.DataSourceEc2Local):
    """For the stage before the network: reads metadata through its own lease, and user data later."""


class DataSourceEc2ClusterApi(Secret, DataSourceEc2.DataSourceEc2):
    """For the stage with the network."""


DATASOURCES = [
    (DataSourceEc2ClusterApiLocal, (sources.DEP_FILESYSTEM,)),
    (DataSourceEc2ClusterApi, (sources.DEP_FILESYSTEM, sources.DEP_NETWORK)),
]


def get_datasource_list(depends: Any) -> list:
    """cloud-init calls this for the classes that fit these dependencies."""
    return sources.list_from_depends(depends, DATASOURCES)
