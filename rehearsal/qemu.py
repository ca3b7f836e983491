"""Instances as virtual machines: QEMU's command line, its disk, and the acceleration that this machine offers."""

from __future__ import annotations

import functools
import os
import subprocess
import uuid
from pathlib import Path

PROGRAMS = {"x86_64": "qemu-system-x86_64", "arm64": "qemu-system-aarch64"}
MACHINES = {"x86_64": "q35", "arm64": "virt"}
# Additional options of each board. On Arm, the guest gets the DMI data that identifies EC2 only with firmware.
BOARDS: dict[str, tuple[str, ...]] = {
    "x86_64": (),
    "arm64": ("-bios", "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"),
}
CONSOLES = {"x86_64": "ttyS0", "arm64": "ttyAMA0"}
MEMORY_MIB = 2048
# Saves time on an emulated processor: no mitigations, and no kernel messages on a slow console.
QUICK = (
    "quiet mitigations=off random.trust_cpu=on init_on_alloc=0 hardened_usercopy=0 randomize_kstack_offset=off"
    " nohz=off highres=off"
)
# For the first process, in namespaces too: the metadata service as AWS's endpoint for all units.
AWS_API = "systemd.setenv=AWS_ENDPOINT_URL=http://169.254.169.254"


def smbios_uuid(instance_id: str) -> str:
    """A UUID that begins with `ec2`, by which cloud-init recognizes EC2."""
    return "ec2" + str(uuid.uuid5(uuid.NAMESPACE_URL, instance_id))[3:]


def command(
    *, architecture: str, accelerator: str, instance_id: str, mac: str, disk: str, kernel: str, initrd: str
) -> list[str]:
    """QEMU's command for one instance. It runs in the instance's directory and network namespace.

    The guest uses QEMU's user network: QEMU sends its traffic to 169.254.169.254 within the namespace, where the
    metadata service listens. The guest's SSH port is 127.0.0.1:22 there.
    """
    identity = smbios_uuid(instance_id)
    # Under emulation, five-level page tables and Arm's own cipher for pointer authentication are slow, and no image
    # notices the difference. Machines such as GitHub's arm64 runners have no KVM.
    cpu = "max,la57=off" if architecture == "x86_64" else "max,pauth-impdef=on"
    emulated = ["-accel", "tcg,thread=multi,tb-size=512", "-cpu", cpu]
    acceleration = ["-accel", "kvm", "-cpu", "host"] if accelerator == "kvm" else emulated
    return [
        PROGRAMS[architecture],
        "-machine",
        MACHINES[architecture],
        *BOARDS[architecture],
        *acceleration,
        "-smp",
        str(min(os.cpu_count() or 1, 4)),
        "-m",
        str(MEMORY_MIB),
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-serial",
        "stdio",
        "-qmp",
        "unix:qmp.sock,server=on,wait=off",
        "-kernel",
        kernel,
        "-initrd",
        initrd,
        "-append",
        f"root=/dev/vda rw console={CONSOLES[architecture]} net.ifnames=0 panic=10 {QUICK} {AWS_API}",
        "-drive",
        f"file={disk},if=virtio,format=qcow2,cache=unsafe,discard=unmap",
        "-smbios",
        f"type=1,serial={identity},uuid={identity}",
        "-netdev",
        "user,id=net0,hostfwd=tcp:127.0.0.1:22-:22",
        "-device",
        f"virtio-net-pci,netdev=net0,mac={mac}",
        "-device",
        "virtio-rng-pci",
    ]


def create_disk(disk: Path, base: str, gib: int) -> None:
    """An empty disk over the AMI's, enlarged to the volume's size. After a stop, the disk is kept."""
    if not disk.exists():
        size = [f"{gib}G"] if gib << 30 > Path(base).stat().st_size else []
        subprocess.run(
            ["qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "raw", str(disk), *size],
            check=True,
            capture_output=True,
            timeout=60,
        )


@functools.cache
def accelerator(architecture: str, kernel: str) -> str:
    """`kvm` if a kernel really starts within seconds: /dev/kvm can exist and still hang its guests."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    probe = [
        PROGRAMS[architecture],
        "-machine",
        MACHINES[architecture],
        "-accel",
        "kvm",
        "-cpu",
        "host",
        "-m",
        "256",
        "-nodefaults",
        "-display",
        "none",
        "-no-reboot",
        "-serial",
        "stdio",
        "-kernel",
        kernel,
        "-append",
        f"console={CONSOLES[architecture]} panic=-1",
    ]
    try:
        # Without a root file system, the kernel panics and the machine ends, under KVM within seconds.
        done = subprocess.run(probe, stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
    except (subprocess.TimeoutExpired, OSError):
        return "tcg"
    return "kvm" if b"Linux version" in done.stdout else "tcg"
