"""The mirror's own key and its signatures, made by GnuPG in a temporary home."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mirror.cache import locked, temporary_sibling
from mirror.errors import MirrorError
from mirror.progress import Say, run

BAD = {
    "BADSIG": "is wrong",
    "EXPSIG": "has expired",
    "EXPKEYSIG": "is by an expired key",
    "REVKEYSIG": "is by a revoked key",
    "ERRSIG": "is by a key that is not known",
}
OWNER = "k8s-image-action mirror (made on this machine)"


@dataclass(frozen=True)
class Key:
    """A signing key: 40 hex digits, the armoured public half, and the path of the private half (0600)."""

    fingerprint: str
    public: str
    secret: Path


def signing_key(cache: Path, say: Say) -> Key:
    """The cache's key, which is made once."""
    final = cache / "mirror" / "key"
    with locked(cache / "mirror" / "locks" / "key.lock", say):
        if not final.is_dir():
            with temporary_sibling(final) as work:
                make_key(work)
                work.rename(final)
                say("made a signing key for this machine's mirror")
    return read_key(final)


def make_key(directory: Path) -> Key:
    """Makes an RSA key without passphrase in `directory`. RSA, because rpm and older gpg support it, too."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    with gpg_home() as home:
        _gpg(home, "--passphrase", "", "--quick-generate-key", OWNER, "rsa3072", "sign", "never")
        listing = _gpg(home, "--with-colons", "--list-secret-keys").decode()
        fingerprint = _fingerprints(listing)[0]
        secret = directory / "secret.asc"
        descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(_gpg(home, "--armor", "--export-secret-keys", fingerprint))
        (directory / "public.asc").write_bytes(_gpg(home, "--armor", "--export", fingerprint))
    (directory / "fingerprint").write_text(f"{fingerprint}\n")
    return read_key(directory)


def read_key(directory: Path) -> Key:
    """The key that `make_key` wrote to `directory`."""
    try:
        fingerprint = (directory / "fingerprint").read_text().strip()
        return Key(fingerprint, (directory / "public.asc").read_text(), directory / "secret.asc")
    except FileNotFoundError:
        raise MirrorError(f"{directory} has no signing key; remove it, and a new key will be made") from None


def sign_detached(key: Key, *paths: Path, armor: bool = False) -> list[bytes]:
    """A detached signature of each file, in order; binary unless `armor`."""
    with gpg_home(key) as home:
        form = ["--armor"] if armor else ["--no-armor"]
        return [_gpg(home, *form, "--output", "-", "--detach-sign", str(path)) for path in paths]


def sign_clear(key: Key, text: bytes) -> bytes:
    """`text` with a signature around it, like apt's InRelease."""
    with gpg_home(key) as home:
        return _gpg(home, "--output", "-", "--clear-sign", stdin=text)


def verify(signed: bytes, signature: bytes | None, keys: str | bytes, trusted: Iterable[str]) -> bytes:
    """The signed content, if a key of `keys` (armoured or not) with a fingerprint in `trusted` signed it.

    `signature` is detached, or None for clear-signed text. gpg's exit code is not enough (it is 0 for an expired key),
    so this reads its status lines: VALIDSIG with a trusted primary key, and nothing expired or revoked.
    """
    with gpg_home() as home, tempfile.TemporaryDirectory() as scratch:
        _gpg(home, "--import", stdin=keys.encode() if isinstance(keys, str) else keys)
        content, detached = Path(scratch, "content"), Path(scratch, "signature")
        content.write_bytes(signed)
        if signature is None:
            arguments = ["--output", str(detached), "--decrypt", str(content)]
        else:
            detached.write_bytes(signature)
            arguments = ["--verify", str(detached), str(content)]
        argv = ["gpg", "--homedir", home, "--batch", "--no-tty", "--status-fd", "1", *arguments]
        done = subprocess.run(argv, capture_output=True, timeout=60, check=False)
        status = done.stdout.decode(errors="replace")
        problem = signature_problem(status, trusted)
        if problem:
            raise MirrorError(problem)
        return signed if signature is not None else detached.read_bytes()


def signature_problem(status: str, trusted: Iterable[str]) -> str | None:
    """Why gpg's status lines prove nothing; None if one signature is good and by a trusted primary key.

    One signature is one NEWSIG block: GOODSIG and VALIDSIG must stand in the same block, since gpg reports VALIDSIG for
    an expired key as well. Other signatures do no harm: repositories sign twice while they change keys.
    """
    wanted = {fingerprint.upper() for fingerprint in trusted}
    problem = "there is no signature"
    for block in status.split("[GNUPG:] NEWSIG")[1:]:
        words = {line[0]: line for line in (text.split()[1:] for text in block.splitlines()) if line}
        bad = next((why for name, why in BAD.items() if name in words), None)
        signer = words["VALIDSIG"][-1].upper() if "VALIDSIG" in words else None
        if bad:
            problem = f"the signature {bad}"
        elif "GOODSIG" in words and signer in wanted:
            return None
        elif signer:
            problem = f"the signature is by {signer}, which is not trusted"
    return problem


@contextmanager
def gpg_home(key: Key | None = None) -> Iterator[str]:
    """A temporary GNUPGHOME with `key`, if given. Its path is short, as the agent's socket requires."""
    home = tempfile.mkdtemp(prefix="mirror-gpg.", dir="/tmp")
    try:
        if key:
            _gpg(home, "--import", stdin=key.secret.read_bytes())
        yield home
    finally:
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], capture_output=True, timeout=30, check=False)
        shutil.rmtree(home, ignore_errors=True)


def _gpg(home: str, *arguments: str, stdin: bytes = b"") -> bytes:
    return run(["gpg", "--homedir", home, "--batch", "--no-tty", "--yes", "--quiet", *arguments], stdin=stdin)


def _fingerprints(colons: str) -> list[str]:
    return re.findall(r"^fpr:+([0-9A-F]{40}):", colons, re.MULTILINE)


def primary_fingerprints(keys: bytes) -> list[str]:
    """Fingerprints of the keys (not subkeys) in an armoured or binary key file."""
    with gpg_home() as home:
        listing = _gpg(home, "--with-colons", "--show-keys", stdin=keys).decode()
    return re.findall(r"^pub:[^\n]*\nfpr:+([0-9A-F]{40}):", listing, re.MULTILINE)
