"""Filter `bash_command`: a bash script and its variables as the one command of a `raw` task.

`command` would pack a part of Ansible, send it along and compile it on the instance: a quarter of a second of processor
time for each task, of which a script needs nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping

from ansible.errors import AnsibleFilterError

# What Linux takes as one argument (MAX_ARG_STRLEN), with some room for what Ansible puts around a command.
LONGEST = 128 * 1024 - 1024
Value = str | Iterable[str] | Mapping[str, str]


def declaration(name: str, value: Value) -> str:
    """A list or a map as bash's array of that name."""
    if isinstance(value, Mapping):
        members = " ".join(f"[{shlex.quote(key)}]={shlex.quote(each)}" for key, each in value.items())
        return f"declare -A {name}=({members})\n"
    return f"{name}=({' '.join(map(shlex.quote, value))})\n"


def bash_command(script: str, values: dict[str, Value]) -> str:
    """A line for /bin/sh that runs the script under bash, with nothing to read.

    A text is a variable of the environment. A list is an array before the first line of the script, and a map is an
    associative one.

    AnsibleFilterError if Linux would not take it. Users of this machine and of the instance see it in their lists of
    processes: nothing secret goes here.
    """
    given = " ".join(f"{name}={shlex.quote(value)}" for name, value in values.items() if isinstance(value, str))
    arrays = "".join(declaration(name, value) for name, value in values.items() if not isinstance(value, str))
    line = f"{given} /bin/bash -c {shlex.quote(arrays + script)} </dev/null".lstrip()
    # ssh gets it quoted for the shell that sudo starts, and again for the one that starts sudo.
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
