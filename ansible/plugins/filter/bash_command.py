"""Filter `bash_command`: a bash script and its variables as a single command for a `raw` task.

The module `command` would pack a part of Ansible, send it and compile it on the instance. That takes a quarter of a
second of processor time per task, and a script needs none of it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping

from ansible.errors import AnsibleFilterError

# Linux's limit for one argument (MAX_ARG_STRLEN), less some room for Ansible's additions.
LONGEST = 128 * 1024 - 1024
Value = str | Iterable[str] | Mapping[str, str]


def declaration(name: str, value: Value) -> str:
    """Declares a list or a map as a bash array."""
    if isinstance(value, Mapping):
        members = " ".join(f"[{shlex.quote(key)}]={shlex.quote(each)}" for key, each in value.items())
        return f"declare -A {name}=({members})\n"
    return f"{name}=({' '.join(map(shlex.quote, value))})\n"


def bash_command(script: str, values: dict[str, Value]) -> str:
    """A line for /bin/sh that runs the script under bash, with empty input.

    A string becomes a variable of the environment, a list an array, and a map an associative array.

    Raises AnsibleFilterError if the line is too long for Linux. Pass nothing secret: users of this machine and of the
    instance see the line in their lists of processes.
    """
    given = " ".join(f"{name}={shlex.quote(value)}" for name, value in values.items() if isinstance(value, str))
    arrays = "".join(declaration(name, value) for name, value in values.items() if not isinstance(value, str))
    line = f"{given} /bin/bash -c {shlex.quote(arrays + script)} </dev/null".lstrip()
    # Quoted twice: for the shell that starts sudo, and for the shell that sudo starts.
    size = len(shlex.quote(shlex.quote(line)).encode())
    if size > LONGEST:
        name = max(values, key=lambda name: len(str(values[name])), default="the script")
        raise AnsibleFilterError(
            f"a command can have {LONGEST} bytes, and this one would have {size}: {name} is too long"
        )
    return line


class FilterModule:
    """Registers the filter under its name."""

    def filters(self) -> dict[str, Callable[[str, dict[str, Value]], str]]:
        return {"bash_command": bash_command}
