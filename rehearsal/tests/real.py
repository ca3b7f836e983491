"""Helpers of the tests that boot instances: a served rehearsal, SSH, and what it holds on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

import boto3

ROOT = Path(__file__).parent.parent.parent
OWNER = "136693071363"
# Seconds; generous, because an emulated machine on a busy computer is slow.
READY, SSH, MACHINE = 900, 60, 600


def wait(condition, seconds, what):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds} s")


@dataclass(frozen=True)
class Holdings:
    """What a rehearsal could leave on this machine. Counts only what names its state directory: others may run."""

    processes: frozenset[str]
    mounts: frozenset[str]
    cgroups: frozenset[str]


def processes(mark):
    """Processes with the mark in their arguments or mounts. Those of an instance have it in their mounts."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            named = mark in arguments or mark in (entry / "mountinfo").read_text()
        except OSError:
            continue
        if named and int(entry.name) != os.getpid():
            found.add(f"{entry.name} {arguments}")
    return found


def holdings(state):
    mounts = {line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(state) in line}
    # Not rglob: it fails if another run's cgroup disappears meanwhile.
    cgroups = glob("/sys/fs/cgroup/**/k8s-image-rehearsal-*/i-*", recursive=True)
    return Holdings(frozenset(processes(str(state))), frozenset(mounts), frozenset(cgroups))


@dataclass
class Served:
    """One rehearsal that this test started."""

    process: subprocess.Popen
    state: Path
    log: Path
    ready: dict
    keys: Path
    clients: dict = field(default_factory=dict)

    @property
    def ec2(self):
        return self.client()

    def client(self, region="us-east-1"):
        if region not in self.clients:
            env = self.ready["env"]
            self.clients[region] = boto3.client(
                "ec2",
                region_name=region,
                endpoint_url=self.ready["endpoint"],
                aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
                aws_session_token=env["AWS_SESSION_TOKEN"],
            )
        return self.clients[region]

    def view(self, path, method="GET", body=None):
        import urllib.request

        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.ready['endpoint']}/rehearsal/{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)

    def base(self):
        return self.ec2.describe_images(Owners=[OWNER])["Images"][0]["ImageId"]

    def key(self, name):
        """The file of a new key pair's private key."""
        made = self.ec2.create_key_pair(KeyName=name, KeyType="ed25519")
        path = self.keys / f"{name}.pem"
        path.write_text(made["KeyMaterial"])
        path.chmod(0o600)
        return path

    def admit(self):
        """Opens the default group to this machine, as an account's owner would for a test."""
        group = self.ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
        rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 65535, "IpRanges": [{"CidrIp": "127.0.0.1/32"}]}
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        return self

    def launch(self, ami, **more):
        made = self.ec2.run_instances(ImageId=ami, InstanceType="t3.medium", MinCount=1, MaxCount=1, **more)
        return made["Instances"][0]["InstanceId"]

    def instance(self, name):
        return self.ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]

    def state_of(self, name):
        return self.instance(name)["State"]["Name"]

    def wait_for(self, name, state, seconds=120):
        until = time.monotonic() + seconds
        while (now := self.instance(name))["State"]["Name"] != state:
            assert now["State"]["Name"] != "terminated" and time.monotonic() < until, now
            time.sleep(0.2)

    def ssh(self, name, key, command, seconds=SSH):
        """Runs a command as the image's user, once SSH answers; its output."""
        address = self.instance(name)["PublicIpAddress"]
        argv = [
            "ssh", "-q", "-i", str(key), "-p", str(self.ready["sshPort"]), "-o", "IdentitiesOnly=yes",
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=10",
            "-o", "BatchMode=yes", f"admin@{address}",
        ]  # fmt: skip

        def reached():
            return (
                subprocess.run([*argv, "true"], capture_output=True, timeout=60, stdin=subprocess.DEVNULL).returncode
                == 0
            )

        wait(reached, seconds, f"SSH to {name}")
        done = subprocess.run([*argv, command], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def boot(self, name, key):
        """An ID of the boot; None while the connection is down."""
        try:
            return self.ssh(name, key, "cat /proc/sys/kernel/random/boot_id")
        except AssertionError:
            return None

    def image(self, name, title):
        ami = self.ec2.create_image(InstanceId=name, Name=title)["ImageId"]
        wait(lambda: self.ec2.describe_images(ImageIds=[ami])["Images"][0]["State"] == "available", 120, ami)
        return ami

    def end(self, number=15):
        """Ends the rehearsal by a signal and waits until nothing is left."""
        if self.process.poll() is None:
            os.kill(self.ready["pid"], number)
        self.process.wait(60)
        self.gone()

    def gone(self):
        wait(lambda: not holdings(self.state).processes, 30, f"the end of {holdings(self.state)}")
        wait(lambda: not (self.state / "root").exists(), 30, "the removal of instances' files")
        left = holdings(self.state)
        assert not left.mounts and not left.processes, left


def start(directory, *arguments, command=(), environment=None):
    """Serves in a directory of the test. `command` is a prefix, such as sudo with its options."""
    directory.mkdir(exist_ok=True)
    state, ready, log = directory / "state", directory / "ready.json", directory / "log"
    process = subprocess.Popen(
        [*command, str(ROOT / "rehearsal/start"), "--state", str(state), "--ready-file", str(ready), *arguments],
        stdin=subprocess.PIPE,
        stdout=log.open("w"),
        stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    until = time.monotonic() + READY
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise AssertionError(f"no rehearsal: {log.read_text()[-2000:]}")
        time.sleep(0.1)
    return Served(process, state, log, json.loads(ready.read_text()), directory).admit()
