"""Whether options took effect at boot."""

from pathlib import Path
from typing import Any

import options
import pytest
from results import Wrong

GRUB = "BOOT_IMAGE=/vmlinuz root=/dev/xvda1 "
WATCH = "-w /etc/kubernetes -p wa -k kubernetes"
CALL = "-a always,exit -F arch=b64 -S mount -F key=mounts"
FILES = {
    "cmdline": "proc/cmdline",
    "fips": "proc/sys/crypto/fips_enabled",
    "enforce": "sys/fs/selinux/enforce",
}


@pytest.mark.parametrize(
    ("given", "machine", "says"),
    [
        ({"fips": True}, {"cmdline": GRUB, "fips": "1\n"}, ""),
        ({"fips": True}, {"cmdline": GRUB, "fips": "0\n"}, "the kernel is not in FIPS mode"),
        ({"fips": True}, {"cmdline": GRUB}, "the kernel is not in FIPS mode"),
        ({"selinux": "enforcing"}, {"enforce": "1"}, ""),
        ({"selinux": "enforcing"}, {"enforce": "0"}, "SELinux is permissive, not enforcing"),
        ({"selinux": "permissive"}, {}, "SELinux is off, not permissive"),
        ({"kernel_arguments": ["quiet"]}, {"cmdline": f"{GRUB}quiet\n"}, ""),
        (
            {"kernel_arguments": ["quiet", "a=b"]},
            {"cmdline": f"{GRUB}quiet a=bc"},
            "the kernel's command line lacks a=b",
        ),
        # Without GRUB, the command line is not the image's.
        ({"kernel_arguments": ["quiet"], "fips": True}, {"cmdline": "root=/dev/vda"}, ""),
        ({"audit_rules": [WATCH, CALL]}, {"auditctl": f"{WATCH}\n{CALL}\n"}, ""),
        (
            {"audit_rules": [WATCH]},
            {"auditctl": "-a always,exit -S all -F dir=/etc/kubernetes -F key=kubernetes\n"},
            "",
        ),
        ({"audit_rules": [WATCH]}, {"auditctl": "No rules\n"}, "no audit rule is loaded: No rules"),
        ({"audit_rules": ["-b 8192"]}, {"auditctl": "No rules\n"}, ""),
        ({"audit_rules": [WATCH, CALL]}, {"auditctl": WATCH}, "no audit rule with the key mounts is loaded"),
        (
            {"audit_rules": [WATCH]},
            {"auditctl": f"-a never,task\n{WATCH}\n"},
            "the audit rule -a never,task keeps the kernel from recording",
        ),
        ({"audit_rules": ["-a task,never"]}, {"auditctl": "-a never,task\n"}, ""),
    ],
)
def test_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], machine: dict[str, str], says: str
) -> None:
    for name, text in machine.items():
        if name in FILES:
            (tmp_path / FILES[name]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / FILES[name]).write_text(text)
    monkeypatch.setattr(options, "output", lambda *_: machine["auditctl"])
    expected = {"fips": given.get("fips", False), "options": given}
    assert options.configured(expected)
    if says:
        with pytest.raises(Wrong, match=f"^{says}$"):
            options.effective(expected, tmp_path)
    else:
        told = options.effective(expected, tmp_path)
        assert ": as configured" in told
        assert ("without GRUB" in told) is (GRUB not in machine.get("cmdline", ""))


@pytest.mark.parametrize(
    "expected", [{}, {"fips": False, "options": {"selinux": "", "kernel_arguments": [], "audit_rules": []}}]
)
def test_without_options(expected: dict[str, Any]) -> None:
    assert options.configured(expected) == []
