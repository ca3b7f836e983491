"""Writes a tree of files on the node, from the JSON of the lookup plugin `file_tree` on standard input.

Prints the path of everything that it changed, and nothing if there was no difference.
"""

import base64
import json
import os
import stat
import sys


def content(want: dict) -> bytes:
    return base64.b64decode(want["base64"]) if "base64" in want else want["content"].encode()


def is_mode(mode: int, wanted: int) -> bool:
    """Others may have less access, as after cis.py: a second run of the playbook must not undo that."""
    return mode & 0o700 == wanted & 0o700 and not mode & ~wanted


def as_wanted(path: str, want: dict) -> bool:
    try:
        state = os.lstat(path)
    except FileNotFoundError:
        return False
    if "link" in want:
        return stat.S_ISLNK(state.st_mode) and os.readlink(path) == want["link"]
    if not stat.S_ISREG(state.st_mode) or not is_mode(stat.S_IMODE(state.st_mode), int(want["mode"], 8)):
        return False
    with open(path, "rb") as file:
        return (state.st_uid, state.st_gid) == (0, 0) and file.read() == content(want)


def write(path: str, want: dict) -> None:
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    temporary = path + ".k8s-image"
    if "link" in want:
        os.symlink(want["link"], temporary)
    else:
        with open(temporary, "wb") as file:
            os.fchmod(file.fileno(), int(want["mode"], 8))
            file.write(content(want))
    os.replace(temporary, path)


os.umask(0o022)
for path, want in json.load(sys.stdin).items():
    if not as_wanted(path, want):
        write(path, want)
        print(path)
