"""Packs the Python that runs this script for an instance that has none: a gzipped tar on standard output.

Unpacked at HOME, it needs nothing from the instance. It has interpreter, standard library, extension modules and all
their shared libraries, including the C library and its loader. So it runs on any Linux of the same architecture.
HOME is in memory and disappears when the instance stops.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from pathlib import Path

HOME = "/run/k8s-python"
# Only needed to install packages, run tests or work interactively.
LEFT_OUT = re.compile(
    r"(^|/)(__pycache__|site-packages|dist-packages|lib-dynload|config-[^/]*|test|tests|idlelib|tkinter|turtledemo"
    r"|ensurepip|lib2to3|pydoc_data)(/|$)|\.(a|exe|pyc)$"
)
MODULES_LEFT_OUT = re.compile(
    r"^(_test|_xx|xxlimited|_ctypes_test|_tkinter|nis\.|ossaudiodev|_sqlite3|_dbm|_gdbm|_curses|readline)"
)


def libraries(files: list[Path]) -> tuple[dict[str, Path], str]:
    """All shared libraries that the files load, as name -> file, and the name of the loader (empty: none is needed)."""
    done = subprocess.run(["ldd", *map(str, files)], capture_output=True, text=True, check=False)
    found: dict[str, Path] = {}
    loader = ""
    for line in done.stdout.splitlines():
        named = re.match(r"\s+(\S+) => (/\S+)", line)
        plain = re.match(r"\s+(/\S+) \(", line)
        if named:
            found[Path(named[1]).name] = Path(named[2])
        elif plain:
            loader = Path(plain[1]).name
            found[loader] = Path(plain[1])
    return found, loader


def starter(loader: str) -> str:
    """The program `bin/python3`: starts the interpreter by its own loader. TLS trusts the instance's certificates."""
    run = f"{HOME}/lib/{loader} --argv0 {HOME}/bin/python3 --library-path {HOME}/lib " if loader else ""
    return (
        "#!/bin/sh\n"
        f"export PYTHONHOME={HOME} PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1\n"
        "[ ! -e /etc/ssl/certs/ca-certificates.crt ] || export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\n"
        f'exec {run}{HOME}/bin/python "$@"\n'
    )


def contents() -> Iterator[tuple[str, Path]]:
    """Pairs of path below HOME and source file, without the starter."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    standard = Path(sysconfig.get_path("stdlib"))
    for path in sorted(standard.rglob("*")):
        below = path.relative_to(standard)
        if path.is_file() and not LEFT_OUT.search(str(below)):
            yield f"{sys.platlibdir}/{version}/{below}", path
    for path in modules():
        yield f"{sys.platlibdir}/{version}/lib-dynload/{path.name}", path
    yield "bin/python", interpreter()


def interpreter() -> Path:
    return Path(os.path.realpath("/proc/self/exe"))


def modules() -> list[Path]:
    directory = Path(sysconfig.get_config_var("DESTSHARED"))
    return [path for path in sorted(directory.glob("*.so")) if not MODULES_LEFT_OUT.match(path.name)]


def main() -> None:
    shared, loader = libraries([interpreter(), *modules()])
    with (
        gzip.GzipFile(fileobj=sys.stdout.buffer, mode="wb", compresslevel=4, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", dereference=True) as tar,
    ):

        def own(entry: tarfile.TarInfo) -> tarfile.TarInfo:
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            return entry

        for name, path in contents():
            tar.add(path, name, filter=own)
        for name, path in sorted(shared.items()):
            tar.add(path, f"lib/{name}", filter=own)
        text = starter(loader).encode()
        entry = tarfile.TarInfo("bin/python3")
        entry.size, entry.mode = len(text), 0o755
        tar.addfile(entry, io.BytesIO(text))


if __name__ == "__main__":
    main()
