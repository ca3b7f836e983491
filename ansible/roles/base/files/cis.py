"""Hardens the node by the items of the CIS benchmarks that a Kubernetes node can bear, and checks each one.

The IDs are those of the CIS Debian Linux 12 Benchmark 1.1.0 and, with `K8s`, of the CIS Kubernetes Benchmark 1.x.
Items that would break a node are left out: overlayfs (1.1.1.6), IP forwarding (3.3.1), reverse path filtering (3.3.7),
router advertisements (3.3.11), SCTP (3.2.4), SSH forwarding (5.1.8), partitions, firewalls and passwords of people.
Kernel settings are written for the next boot, and checked in the files that are read then.
Prints the ID of each item that it changed. Fails with the IDs of all items that do not hold afterwards.
"""

import glob
import os
import stat
import subprocess
import sys

MODULES = {
    "1.1.1.1": "cramfs",
    "1.1.1.2": "freevxfs",
    "1.1.1.3": "hfs",
    "1.1.1.4": "hfsplus",
    "1.1.1.5": "jffs2",
    "1.1.1.8": "udf",
    "1.1.1.9": "usb-storage",
    "3.2.1": "dccp",
    "3.2.2": "tipc",
    "3.2.3": "rds",
}
SYSCTL = {
    "1.5.1": {"kernel.randomize_va_space": 2},
    "1.5.2": {"kernel.yama.ptrace_scope": 1},
    "1.5.3": {"fs.suid_dumpable": 0},
    "3.3.2": {"net.ipv4.conf.all.send_redirects": 0, "net.ipv4.conf.default.send_redirects": 0},
    "3.3.3": {"net.ipv4.icmp_ignore_bogus_error_responses": 1},
    "3.3.4": {"net.ipv4.icmp_echo_ignore_broadcasts": 1},
    "3.3.5": {
        "net.ipv4.conf.all.accept_redirects": 0,
        "net.ipv4.conf.default.accept_redirects": 0,
        "net.ipv6.conf.all.accept_redirects": 0,
        "net.ipv6.conf.default.accept_redirects": 0,
    },
    "3.3.6": {"net.ipv4.conf.all.secure_redirects": 0, "net.ipv4.conf.default.secure_redirects": 0},
    "3.3.8": {
        "net.ipv4.conf.all.accept_source_route": 0,
        "net.ipv4.conf.default.accept_source_route": 0,
        "net.ipv6.conf.all.accept_source_route": 0,
        "net.ipv6.conf.default.accept_source_route": 0,
    },
    "3.3.9": {"net.ipv4.conf.all.log_martians": 1, "net.ipv4.conf.default.log_martians": 1},
    "3.3.10": {"net.ipv4.tcp_syncookies": 1},
}
SSHD = {
    "5.1.7": {"clientaliveinterval": "15", "clientalivecountmax": "3"},
    "5.1.9": {"gssapiauthentication": "no"},
    "5.1.10": {"hostbasedauthentication": "no"},
    "5.1.11": {"ignorerhosts": "yes"},
    "5.1.13": {"logingracetime": "60"},
    "5.1.14": {"loglevel": "VERBOSE"},
    "5.1.16": {"maxauthtries": "4"},
    "5.1.17": {"maxsessions": "10"},
    "5.1.18": {"maxstartups": "10:30:60"},
    "5.1.19": {"permitemptypasswords": "no"},
    "5.1.20": {"permitrootlogin": "no"},
    "5.1.21": {"permituserenvironment": "no"},
}
# Pattern, most permissive mode, group. The owner is root.
FILES = {
    "1.6.4": (["/etc/motd"], 0o644, "root"),
    "1.6.5": (["/etc/issue"], 0o644, "root"),
    "1.6.6": (["/etc/issue.net"], 0o644, "root"),
    "2.4.1.2": (["/etc/crontab"], 0o600, "root"),
    "2.4.1.3": (["/etc/cron.hourly"], 0o700, "root"),
    "2.4.1.4": (["/etc/cron.daily"], 0o700, "root"),
    "2.4.1.5": (["/etc/cron.weekly"], 0o700, "root"),
    "2.4.1.6": (["/etc/cron.monthly"], 0o700, "root"),
    "2.4.1.7": (["/etc/cron.d"], 0o700, "root"),
    "5.1.1": (["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/*.conf"], 0o600, "root"),
    "5.1.2": (["/etc/ssh/ssh_host_*_key"], 0o600, "root"),
    "5.1.3": (["/etc/ssh/ssh_host_*_key.pub"], 0o644, "root"),
    "7.1.1": (["/etc/passwd"], 0o644, "root"),
    "7.1.2": (["/etc/passwd-"], 0o644, "root"),
    "7.1.3": (["/etc/group"], 0o644, "root"),
    "7.1.4": (["/etc/group-"], 0o644, "root"),
    "7.1.5": (["/etc/shadow"], 0o640, "shadow"),
    "7.1.6": (["/etc/shadow-"], 0o640, "shadow"),
    "7.1.7": (["/etc/gshadow"], 0o640, "shadow"),
    "7.1.8": (["/etc/gshadow-"], 0o640, "shadow"),
    "7.1.9": (["/etc/shells"], 0o644, "root"),
    "7.1.10": (["/etc/security/opasswd"], 0o600, "root"),
    "K8s 4.1.1": (
        # Of the package, and of roles/kubernetes and roles/base.
        [f"{place}/systemd/system/kubelet.service{end}" for place in ("/usr/lib", "/etc") for end in ("", ".d/*")],
        0o600,
        "root",
    ),
}
# Units that undo an item at boot, and files of which one shows that they are installed. apport sets fs.suid_dumpable.
UNITS = {"1.5.3": ("apport.service", ["/usr/lib/systemd/system/apport.service", "/etc/init.d/apport"])}
MASKS = "/etc/systemd/system"
LIMITS = ("/etc/security/limits.d/50-k8s-node-cis.conf", "* hard core 0\n")
TREE = {
    "/etc/modprobe.d/50-k8s-node-cis.conf": "".join(
        f"# {item}\ninstall {name} /bin/false\nblacklist {name}\n" for item, name in MODULES.items()
    ),
    # After 90-k8s-node.conf.
    "/etc/sysctl.d/91-k8s-node-cis.conf": "".join(
        f"# {item}\n" + "".join(f"{name} = {value}\n" for name, value in settings.items())
        for item, settings in SYSCTL.items()
    ),
    # sshd uses the first value that it reads.
    "/etc/ssh/sshd_config.d/10-k8s-node-cis.conf": "".join(
        f"# {item}\n" + "".join(f"{name} {value}\n" for name, value in settings.items())
        for item, settings in SSHD.items()
    ),
    LIMITS[0]: LIMITS[1],
}


def output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {' '.join(done.stderr.split())}")
    return done.stdout


def read(path: str) -> str:
    """A file's text; empty if there is no file."""
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ""


def paths(patterns: list) -> list:
    return [path for pattern in patterns for path in sorted(glob.glob(pattern))]


def group_id(name: str) -> int:
    import grp

    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:  # no group shadow outside of Debian
        return 0


def wrong_files(patterns: list, mode: int, group: str) -> list:
    found = []
    for path in paths(patterns):
        # A drop-in that is masked is a link to /dev/null, which must keep its mode.
        if not os.path.isfile(path) and not os.path.isdir(path):
            continue
        state = os.stat(path)
        extra = stat.S_IMODE(state.st_mode) & ~mode
        if extra or state.st_uid != 0 or state.st_gid not in (0, group_id(group)):
            found.append(path)
    return found


def unmasked() -> list:
    """Items and units that would undo them."""
    return [
        (item, unit)
        for item, (unit, files) in UNITS.items()
        if any(os.path.exists(path) for path in files) and os.path.realpath(f"{MASKS}/{unit}") != "/dev/null"
    ]


def write() -> list:
    """Changes: paths of files, items whose files had other modes, and items with their masked units."""
    changed = []
    for path, content in TREE.items():
        if read(path) != content:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(content)
            changed.append(path)
    for item, (patterns, mode, group) in FILES.items():
        for path in wrong_files(patterns, mode, group):
            os.chown(path, 0, group_id(group))
            os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) & mode)
            changed.append(f"{item} {path}")
    for item, unit in unmasked():
        if os.path.lexists(f"{MASKS}/{unit}"):
            os.remove(f"{MASKS}/{unit}")
        os.symlink("/dev/null", f"{MASKS}/{unit}")
        changed.append(f"{item} {unit}")
    return changed


def sysctl_at_boot() -> dict:
    """Settings as systemd-sysctl will make them: files sorted by name in all directories, the last value counts."""
    files = {}
    for directory in ("/usr/lib/sysctl.d", "/run/sysctl.d", "/etc/sysctl.d"):
        files |= {os.path.basename(path): path for path in glob.glob(f"{directory}/*.conf")}
    found = {}
    for name in sorted(files):
        for line in read(files[name]).splitlines():
            key, equals, value = line.partition("=")
            if equals and key.strip()[:1] not in ("#", ";"):
                found[key.strip().lstrip("-").replace("/", ".")] = value.strip()
    return found


def failing() -> list:
    """Every item that does not hold, with its cause."""
    found = []
    for item, name in MODULES.items():
        shown = subprocess.run(
            ["modprobe", "--showconfig"], capture_output=True, text=True, check=False
        ).stdout.replace("-", "_")
        if f"install {name.replace('-', '_')} /bin/false" not in shown:
            found.append(f"{item}: the module {name} can be loaded")
    settings = sysctl_at_boot()
    for item, wanted in SYSCTL.items():
        found += [
            f"{item}: {name} is {settings.get(name)}, not {value}"
            for name, value in wanted.items()
            if settings.get(name) != str(value)
        ]
    found += [f"{item}: {unit} is not masked, and would undo it at boot" for item, unit in unmasked()]
    if not any(
        line.split() == ["*", "hard", "core", "0"]
        for path in paths(["/etc/security/limits.d/*.conf"])
        for line in read(path).splitlines()
    ):
        found.append("1.5.3: core dumps are not limited")
    told = dict(
        line.split(" ", 1)
        for line in output(
            "sshd", "-T", "-C", "user=root,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22"
        ).splitlines()
        if " " in line
    )
    for item, wanted in SSHD.items():
        # Not every sshd supports GSSAPI.
        found += [
            f"{item}: sshd has {name} {told.get(name)}, not {value}"
            for name, value in wanted.items()
            if told.get(name, value).lower() != value.lower()
        ]
    for item, (patterns, mode, group) in FILES.items():
        found += [
            f"{item}: {path} is not at most {mode:04o}, of root:{group}" for path in wrong_files(patterns, mode, group)
        ]
    return found


os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
os.umask(0o077)
if "--check" not in sys.argv:
    print("\n".join(write()), end="")
problems = failing()
if problems:
    sys.exit("; ".join(problems))
