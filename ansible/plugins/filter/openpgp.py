"""Filter `trusted_openpgp_key`: lets an armoured public key pass only if every key in it is one of the fingerprints.

Done on the controller without gpg: Debian 13 has none, and the node must not be the one to decide what it trusts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator

from ansible.errors import AnsibleFilterError

PUBLIC_KEY_PACKET = 6


def trusted_openpgp_key(armoured: str, fingerprints: list[str]) -> str:
    """The text itself; AnsibleFilterError if it is no key or holds one whose fingerprint is not listed."""
    trusted = {fingerprint.replace(" ", "").upper() for fingerprint in fingerprints}
    found = openpgp_fingerprints(armoured)
    if not found:
        raise AnsibleFilterError("the Kubernetes repository key holds no OpenPGP public key")
    for fingerprint in found:
        if fingerprint not in trusted:
            names = ", ".join(sorted(trusted)) or "none"
            raise AnsibleFilterError(f"the Kubernetes repository key {fingerprint} is not trusted; trusted are {names}")
    return armoured


def openpgp_fingerprints(armoured: str) -> list[str]:
    """Fingerprints of the primary keys in every armoured block, upper case (RFC 9580, sections 5.5.4 and 6)."""
    return [
        _fingerprint(body) for block in _blocks(armoured) for tag, body in _packets(block) if tag == PUBLIC_KEY_PACKET
    ]


def _fingerprint(body: bytes) -> str:
    version = body[0] if body else 0
    if version == 4:
        return hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body, usedforsecurity=False).hexdigest().upper()
    if version == 6:
        return hashlib.sha256(b"\x9b" + len(body).to_bytes(4, "big") + body).hexdigest().upper()
    raise AnsibleFilterError(f"the Kubernetes repository key is of OpenPGP version {version}, which is not supported")


def _blocks(armoured: str) -> Iterator[bytes]:
    begin, end = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"
    for part in armoured.replace("\r\n", "\n").split(begin)[1:]:
        body, closed, _ = part.partition(end)
        # Header lines, one empty line, base64, and at most one line of checksum.
        _, _, text = body.partition("\n\n")
        lines = [line.strip() for line in text.splitlines() if not line.startswith("=")]
        try:
            block = base64.b64decode("".join(lines), validate=True)
        except binascii.Error as error:
            raise AnsibleFilterError(f"the Kubernetes repository key is damaged: {error}") from error
        if not closed or not block:
            raise AnsibleFilterError("the Kubernetes repository key is cut off")
        yield block


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        head = data[at]
        at += 1
        if not head & 0x80:
            raise AnsibleFilterError("the Kubernetes repository key is damaged: no OpenPGP packet where one should be")
        if head & 0x40:
            tag, (size, at) = head & 0x3F, _new_length(data, at)
        else:
            tag, width = (head >> 2) & 0x0F, 1 << (head & 3)
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
        if at + size > len(data):
            raise AnsibleFilterError("the Kubernetes repository key is cut off")
        yield tag, data[at : at + size]
        at += size


def _new_length(data: bytes, at: int) -> tuple[int, int]:
    first = data[at] if at < len(data) else 0
    if first < 192:
        return first, at + 1
    if first < 224:
        second = data[at + 1] if at + 1 < len(data) else 0
        return ((first - 192) << 8) + second + 192, at + 2
    if first == 255:
        return int.from_bytes(data[at + 1 : at + 5], "big"), at + 5
    raise AnsibleFilterError("the Kubernetes repository key is damaged: a public key in pieces")


class FilterModule:
    """Registers the filter under its name."""

    def filters(self) -> dict[str, Callable[..., object]]:
        return {"trusted_openpgp_key": trusted_openpgp_key}
