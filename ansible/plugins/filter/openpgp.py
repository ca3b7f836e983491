"""Filter `trusted_openpgp_key`: passes an armoured public key only if the fingerprint of every key in it is listed.

The controller's gpg reads the key: Debian 13 has no gpg, and the node must not decide what it trusts.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----"


def trusted_openpgp_key(armoured: str, fingerprints: list[str]) -> str:
    """Returns the text. Raises AnsibleFilterError if it has no key, or one whose fingerprint is not listed."""
    trusted = {fingerprint.replace(" ", "").upper() for fingerprint in fingerprints}
    for fingerprint in openpgp_fingerprints(armoured):
        if fingerprint not in trusted:
            names = ", ".join(sorted(trusted)) or "none"
            raise AnsibleFilterError(f"the Kubernetes repository key {fingerprint} is not trusted (trusted: {names})")
    return armoured


def openpgp_fingerprints(armoured: str) -> list[str]:
    """Upper-case fingerprints of the primary keys in all armoured blocks; at least one per block."""
    blocks = [BEGIN + rest for rest in armoured.split(BEGIN)[1:]]
    if not blocks:
        raise AnsibleFilterError("the Kubernetes repository key holds no OpenPGP public key")
    # One by one: gpg must not skip a block that apt reads.
    return [fingerprint for block in blocks for fingerprint in _of_block(block)]


def _of_block(block: str) -> list[str]:
    with tempfile.TemporaryDirectory() as home:
        command = ["gpg", "--homedir", home, "--no-options", "--batch", "--quiet", "--with-colons", "--show-keys"]
        try:
            done = subprocess.run(command, input=block, capture_output=True, text=True, timeout=60, check=False)
        except OSError as error:
            raise AnsibleFilterError(
                f"gpg, which reads the Kubernetes repository key, cannot be run: {error}"
            ) from error
    found: list[str] = []
    kind = ""
    for fields in (line.split(":") for line in done.stdout.splitlines()):
        if fields[0] in ("pub", "sub"):
            kind = fields[0]
        elif fields[0] == "fpr" and kind == "pub":
            found.append(fields[9])
    if done.returncode != 0 or done.stderr or not found:
        said = (done.stderr.strip().splitlines() or ["it finds no key"])[0]
        raise AnsibleFilterError(f"the Kubernetes repository key is damaged; gpg says: {said}")
    return found


class FilterModule:
    """Registers the filter under its name."""

    def filters(self) -> dict[str, Callable[..., object]]:
        return {"trusted_openpgp_key": trusted_openpgp_key}
