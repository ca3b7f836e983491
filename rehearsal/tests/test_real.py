"""Instances that really boot. Each test removes what it made; each rehearsal checks for leftovers at its end."""

import contextlib
import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from . import real
from .api import eventually

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    one = real.start(tmp_path_factory.mktemp("served") / "here")
    yield one
    one.end()
    assert one.process.returncode == 0
    assert "BUG" not in one.log.read_text()


@pytest.fixture(scope="module")
def key(served):
    return served.key("test")


@pytest.fixture
def launched(served, key):
    """A running instance of the base AMI."""
    name = served.launch(served.base(), KeyName="test", MetadataOptions={"HttpTokens": "required"})
    served.wait_for(name, "running")
    yield name
    served.ec2.terminate_instances(InstanceIds=[name])
    served.wait_for(name, "terminated")


@pytest.fixture(scope="module")
def image(served, key):
    """An AMI of a changed instance."""
    name = served.launch(served.base(), KeyName="test")
    served.ssh(
        name,
        key,
        "sudo sh -ec 'echo hello > /etc/marker; rm /etc/issue; mv /etc/apt /etc/moved; mv /etc/moved /etc/apt'",
    )
    served.ec2.stop_instances(InstanceIds=[name])
    served.wait_for(name, "stopped")
    ami = served.image(name, "changed")
    served.ec2.terminate_instances(InstanceIds=[name])
    served.wait_for(name, "terminated")
    return ami


@pytest.fixture(scope="module")
def machine(served, key, image):
    """A machine from the AMI of a namespace. Emulated, it boots for minutes, so the last tests check it."""
    served.view("settings", "PUT", {"kind": "machine"})
    try:
        name = served.launch(image, KeyName="test", MetadataOptions={"HttpTokens": "required"})
    finally:
        served.view("settings", "PUT", {"kind": "namespace"})
    yield name
    served.ec2.terminate_instances(InstanceIds=[name])
    served.wait_for(name, "terminated")


def test_a_machine_starts(served, machine):
    served.wait_for(machine, "running", 300)


def emulators(served, machine):
    """Process IDs of the machine's QEMU."""
    place = str(served.state / "instances" / machine)
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if "qemu-system" in os.readlink(entry / "exe") and os.readlink(entry / "cwd") == place:
                found.append(int(entry.name))
    return found


def test_a_machine_whose_emulator_crashes_restarts(served, machine):
    served.wait_for(machine, "running", 300)
    # The instance runs once its process is there, which then still becomes QEMU.
    eventually(lambda: emulators(served, machine))
    [first] = emulators(served, machine)
    os.kill(first, signal.SIGSEGV)
    eventually(lambda: f"{machine}: started again, on a new disk" in served.log.read_text())
    eventually(lambda: set(emulators(served, machine)) - {first})
    assert served.state_of(machine) == "running"


@pytest.mark.brief
def test_only_the_owner_can_read_the_ready_file(served):
    file = served.keys / "ready.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert served.ready["env"]["AWS_ENDPOINT_URL"] == served.ready["endpoint"]


@pytest.mark.brief
def test_stock_cloud_init_sets_up_an_instance(served, key, launched):
    output = served.ssh(
        launched, key, "cloud-init status --wait --format json; systemctl is-system-running; hostname -f; id -un"
    )
    status = json.loads(output[: output.rindex("}") + 1])
    assert status["datasource"] == "ec2" and status["errors"] == [] and status["recoverable_errors"] == {}
    lines = output[output.rindex("}") + 1 :].split()
    assert lines[0] == "running"
    assert lines[-1] == "admin"
    requests = {one["path"].split("/", 2)[2]: one["status"] for one in served.view(f"metadata/{launched}")}
    assert requests.pop("user-data") == 404 and set(requests.values()) == {200}


def test_metadata_needs_a_token_if_the_instance_requires_one(served, key, launched):
    output = served.ssh(
        launched, key,
        "curl -s -o /dev/null -w '%{http_code} ' http://169.254.169.254/latest/meta-data/instance-id;"
        "T=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token);"
        'curl -s -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/instance-id',
    )  # fmt: skip
    assert output.split() == ["401", launched]


def test_an_instance_reaches_the_archive_but_not_this_machines_loopback(served, key, launched):
    port = served.ready["endpoint"].rsplit(":", 1)[1]
    served.ssh(launched, key, "sudo apt-get -q -o Acquire::Languages=none update")
    output = served.ssh(
        launched,
        key,
        f"for host in 127.0.0.1 10.0.2.2; do curl -s -m 5 http://$host:{port}/rehearsal/inventory; echo $?; done",
    )
    assert "0" not in output.split() and len(output.split()) == 2


def test_instances_do_not_see_each_other(served, key, launched):
    other = served.launch(served.base(), KeyName="test")
    try:
        assert served.ssh(other, key, "cat /var/lib/cloud/data/instance-id").strip() == other
        assert served.ssh(launched, key, "cat /var/lib/cloud/data/instance-id").strip() == launched
    finally:
        served.ec2.terminate_instances(InstanceIds=[other])
        served.wait_for(other, "terminated")


def connects(address, port, seconds=3):
    try:
        with socket.create_connection((address, port), timeout=seconds) as client:
            return client.recv(4) == b"SSH-"
    except TimeoutError:
        return False


def test_a_security_group_decides_who_reaches_an_instance(served, key):
    made = served.ec2.create_security_group(GroupName="packer_1", Description="x")["GroupId"]
    rule = {"GroupId": made, "IpProtocol": "tcp", "FromPort": 1, "ToPort": 65535}
    name = served.launch(served.base(), KeyName="test", SecurityGroupIds=[made])
    try:
        served.wait_for(name, "running")
        port, one = served.ready["sshPort"], served.instance(name)
        public, private = one["PublicIpAddress"], one["PrivateIpAddress"]
        assert not connects(public, port) and not connects(private, port)
        served.ec2.authorize_security_group_ingress(**rule, CidrIp="127.0.0.1/32")
        real.wait(lambda: connects(public, port), 30, "the public address")
        # This machine has different source addresses outside and inside the VPC, so the rule opens one address only.
        assert not connects(private, port)
        for address in served.view("settings", "PUT", {})["runnerPrivate"]:
            served.ec2.authorize_security_group_ingress(**rule, CidrIp=f"{address}/32")
        real.wait(lambda: connects(private, port), 30, "the private address")
        served.ec2.revoke_security_group_ingress(**rule, CidrIp="127.0.0.1/32")
        real.wait(lambda: not connects(public, port), 30, "the end of the public address")
    finally:
        served.ec2.terminate_instances(InstanceIds=[name])
        served.wait_for(name, "terminated")
        served.ec2.delete_security_group(GroupId=made)


def test_the_host_has_no_metadata_service(served, launched):
    with pytest.raises(OSError):
        probe = socket.socket()
        probe.bind(("169.254.169.254", 0))


@pytest.mark.brief
def test_stop_start_reboot_keep_the_disk(served, key, launched):
    served.ssh(launched, key, "echo kept > file; sync")
    served.ec2.stop_instances(InstanceIds=[launched])
    served.wait_for(launched, "stopped")
    served.ec2.start_instances(InstanceIds=[launched])
    served.wait_for(launched, "running")
    before = served.boot(launched, key)
    served.ec2.reboot_instances(InstanceIds=[launched])
    real.wait(lambda: served.boot(launched, key) not in (None, before), 60, "a reboot")
    assert served.ssh(launched, key, "cat file") == "kept\n"
    assert served.state_of(launched) == "running"


def test_a_reboot_from_inside(served, key, launched):
    before = served.boot(launched, key)
    served.ssh(launched, key, "sudo systemd-run --on-active=1 systemctl reboot")
    real.wait(lambda: served.boot(launched, key) not in (None, before), 60, "a reboot")
    assert served.state_of(launched) == "running"


def test_a_shutdown_from_inside_is_a_stop(served, key, launched):
    served.ssh(launched, key, "sudo systemd-run --on-active=1 systemctl poweroff")
    served.wait_for(launched, "stopped")


def test_each_instance_has_its_own_console(served, key, launched):
    served.ssh(launched, key, "true")
    output = served.ec2.get_console_output(InstanceId=launched)["Output"]
    assert "Debian GNU/Linux 13" in output and "cloud-init" in output


@pytest.mark.brief
def test_an_image_has_the_changes_and_nothing_of_the_rehearsal(served, key, image):
    name = served.launch(image, KeyName="test")
    try:
        output = served.ssh(name, key, "cat /etc/marker; ls /etc/issue 2>&1; ls /etc/apt; cloud-init query instance_id")
        assert output.splitlines()[0] == "hello"
        assert "No such file" in output
        assert "sources.list" in output
        assert name in output
    finally:
        served.ec2.terminate_instances(InstanceIds=[name])
    layers = served.view(f"images/{image}")["layers"]
    assert len(layers) == 2
    if os.geteuid() == 0:
        names = {str(path.relative_to(layers[1])) for path in Path(layers[1]).rglob("*")}
        assert "etc/marker" in names
        assert not [name for name in names if "rehears" in name.lower()]


def test_an_image_as_a_disk(served, image):
    files = served.view(f"images/{image}/disk", "POST")
    assert Path(files["vmlinuz"]).stat().st_size > 1_000_000 and Path(files["initrd"]).stat().st_size > 1_000_000
    for path in files.values():
        assert Path(path).stat().st_uid == os.getuid()
    output = subprocess.run(
        ["/usr/sbin/debugfs", "-R", "cat /etc/marker", files["disk.ext4"]],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert output.stdout == "hello\n"


def test_the_base_as_a_disk(served):
    files = served.view(f"images/{served.base()}/disk", "POST")
    assert Path(files["disk.ext4"]).stat().st_blocks * 512 > 100_000_000


@pytest.mark.brief
def test_disk_space_is_freed(served, key):
    name = served.launch(served.base(), KeyName="test")
    served.wait_for(name, "running")
    served.ec2.stop_instances(InstanceIds=[name])
    served.wait_for(name, "stopped")
    ami = served.image(name, "to-be-removed")
    layer = Path(served.view(f"images/{ami}")["layers"][-1])
    assert layer.exists()
    served.ec2.deregister_image(ImageId=ami, DeleteAssociatedSnapshots=True)
    assert layer.exists()  # The instance still uses it.
    served.ec2.terminate_instances(InstanceIds=[name])
    real.wait(lambda: not layer.exists(), 30, "the removal of the layer")


def one_instance(served):
    name = served.launch(served.base())
    served.wait_for(name, "running")
    held = real.holdings(served.state)
    assert len(held.processes) > 5 and any("nspawn" in one for one in held.processes), held
    return name


def test_two_rehearsals_at_once_on_debian_12_and_13(served, launched, tmp_path):
    other = real.start(tmp_path / "other", "--os", "debian-12")
    try:
        name = other.launch(
            other.base(), KeyName=(key := other.key("other")).stem, MetadataOptions={"HttpTokens": "required"}
        )
        assert other.ssh(name, key, "cloud-init status --wait; . /etc/os-release; echo $VERSION_ID").split()[-1] == "12"
        assert other.instance(name)["PublicIpAddress"] != served.instance(launched)["PublicIpAddress"]
    finally:
        other.end()
    assert served.state_of(launched) == "running"


def test_only_one_rehearsal_can_use_a_state_directory(served, tmp_path):
    done = subprocess.run(
        [real.ROOT / "rehearsal/start", "--state", served.state, "--ready-file", tmp_path / "ready.json"],
        capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].endswith("in use by another rehearsal; give --state another directory")


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.brief)]
)
def test_however_the_server_ends_nothing_is_left(tmp_path, number):
    one = real.start(tmp_path / "one")
    one_instance(one)
    one.end(number)
    if number != signal.SIGKILL:
        assert not (tmp_path / "one/ready.json").exists()
        assert not (one.state / "instances").exists()


def test_the_end_of_standard_input_ends_the_server(tmp_path):
    one = real.start(tmp_path / "one", "--until-stdin-closes")
    one_instance(one)
    one.process.stdin.close()
    assert one.process.wait(30) == 0
    one.gone()


def helpers(served):
    """The helper's processes, parents first. Without root, only the first can be ended."""
    # -ww: readline, which pytest loads, sets COLUMNS, so ps would truncate a long path.
    listed = subprocess.run(["ps", "-wweo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    family, grown = {str(served.ready["pid"])}, True
    while grown:
        more = {pid for pid, parent, _ in rows if parent in family} | family
        grown, family = more != family, more
    return sorted(int(pid) for pid, _, args in rows if pid in family and "root-helper supervise" in args)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_killing_any_part_of_the_helper_ends_everything(tmp_path, which):
    """The parts: its guard, the first process of its namespace, its worker. The server notices and ends, too."""
    assert os.geteuid() == 0 or subprocess.run(["sudo", "-n", "true"]).returncode == 0, (
        "needs root to kill a root process"
    )
    one = real.start(tmp_path / "one")
    try:
        one_instance(one)
        found = [pid for pid in helpers(one) if "sudo" not in Path(f"/proc/{pid}/cmdline").read_text()]
        assert len(found) == 3, found
        subprocess.run([*([] if os.geteuid() == 0 else ["sudo", "-n"]), "kill", "-9", str(found[which])], check=True)
        assert one.process.wait(60) == 1
        real.wait(lambda: not real.holdings(one.state).processes, 30, "the end of all processes")
        assert not real.holdings(one.state).mounts
    finally:
        if one.process.poll() is None:
            one.end()
    if which == 0:  # No process was left to remove the files: the next rehearsal does it.
        again = real.start(tmp_path / "one")
        again.end()


def test_a_user_needs_sudo_only_for_the_helper(tmp_path_factory):
    """Runs as a new user. Without root, the whole module already tests this."""
    if os.geteuid():
        assert (
            subprocess.run(
                ["sudo", "-n", "-l", str(real.ROOT / "rehearsal/root-helper")], capture_output=True
            ).returncode
            == 0
        )
        return
    user = f"rehearse{os.getpid()}"
    sudoers = Path(f"/etc/sudoers.d/{user}")
    home = Path("/home") / user
    subprocess.run(["useradd", "--create-home", "--home-dir", str(home), user], check=True)
    try:
        os.chmod(home, 0o755)
        as_user = ["sudo", "-u", user, "-H", "env", f"K8S_IMAGE_CACHE={home}/cache", f"PATH={os.environ['PATH']}"]
        refused = subprocess.run(
            [*as_user, str(real.ROOT / "rehearsal/start"), "--state", f"{home}/s", "--ready-file", f"{home}/r"],
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1 and "sudo" in refused.stderr and "root-helper" in refused.stderr
        assert not (home / "cache").exists()
        sudoers.write_text(f"{user} ALL=(root) NOPASSWD: {real.ROOT}/rehearsal/root-helper\n")
        sudoers.chmod(0o440)
        share_cache(home / "cache", user)
        work = home / "work"
        work.mkdir()
        subprocess.run(["chown", user, str(work)], check=True)
        one = real.start(work, command=as_user)
        try:
            name = served_ssh(one)
            assert one.instance(name)["State"]["Name"] == "running"
            assert Path(f"/proc/{one.ready['pid']}").stat().st_uid != 0
        finally:
            one.end()
        owned = subprocess.run(
            ["find", str(work), "-user", "root", "-not", "-name", "*.pem", "-not", "-name", "log"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert owned.stdout == ""
    finally:
        sudoers.unlink(missing_ok=True)
        subprocess.run(["userdel", "--remove", user], check=True, capture_output=True)


def served_ssh(one):
    key = one.key("user")
    name = one.launch(one.base(), KeyName="user")
    assert one.ssh(name, key, "id -un").strip() == "admin"
    return name


def share_cache(cache, user):
    """Hard-links root's base systems into the user's cache, so that none is made again."""
    from rehearsal.__main__ import cache_directory

    (cache / "rehearsal").mkdir(parents=True)
    subprocess.run(["cp", "-al", str(cache_directory() / "rehearsal/base"), str(cache / "rehearsal/base")], check=True)
    for path in (cache, cache / "rehearsal"):
        subprocess.run(["chown", user, str(path)], check=True)


def test_a_machine_starts_an_image_that_a_namespace_made(served, key, machine):
    """It boots its own kernel and stock cloud-init (DHCP, metadata service), answers SSH and shuts down in order."""
    command = "cat /etc/marker; uname -r; stat -f -c %T /sys/fs/cgroup; df --output=fstype / | tail -n 1"
    marker, kernel, cgroups, root = served.ssh(machine, key, command, real.MACHINE).split()
    assert (marker, cgroups, root) == ("hello", "cgroup2fs", "ext4")
    assert "-cloud-" in kernel
    served.ec2.stop_instances(InstanceIds=[machine])
    served.wait_for(machine, "stopped", 240)
    assert f"{machine}: did not shut down" not in served.log.read_text()


def test_a_namespace_starts_an_image_that_a_machine_made(served, key, machine):
    """The disk is the whole image: removed files are gone, although lower layers have them."""
    served.ec2.start_instances(InstanceIds=[machine])
    served.wait_for(machine, "running", 120)
    served.ssh(machine, key, "sudo sh -ec 'rmdir /opt; rm /etc/marker; echo made >/etc/made'", real.MACHINE)
    served.ec2.stop_instances(InstanceIds=[machine])
    served.wait_for(machine, "stopped", 240)
    name = served.launch(served.image(machine, "by a machine"), KeyName="test")
    look = "cat /etc/made; ls -d /opt /etc/marker /lost+found; stat -c %a /usr/bin/sudo; ls /etc/machine-id"
    output = served.ssh(name, key, f"({look}) 2>/dev/null; true").split()
    assert output == ["made", "4755", "/etc/machine-id"]
    served.ec2.terminate_instances(InstanceIds=[name])
    served.wait_for(name, "terminated")
