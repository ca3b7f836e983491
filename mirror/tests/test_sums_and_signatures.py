"""Sums over a directory, and the verification of signatures with gpg."""

import pytest

from mirror.errors import MirrorError
from mirror.sign import gpg_home, read_key, sign_clear, sign_detached, signature_problem, verify
from mirror.sums import parse_sums, verify_sums, write_sums
from mirror.tests.conftest import run


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "one").write_text("one")
    (tmp_path / "two").write_text("two")
    write_sums(tmp_path)
    return tmp_path


def test_sums_are_what_sha256sum_checks(directory):
    assert run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=directory).returncode == 0
    verify_sums(directory)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda root: (root / "two").write_text("tvo"), "two has changed"),
        (lambda root: (root / "two").unlink(), "two is missing or too many"),
        (lambda root: (root / "three").write_text(""), "three is missing or too many"),
        (lambda root: (root / "SHA256SUMS").unlink(), "no readable SHA256SUMS"),
        (lambda root: (root / "SHA256SUMS").write_text("nonsense\n"), "not a line of sha256 sums"),
    ],
)
def test_damage_is_noticed(directory, damage, message):
    damage(directory)
    with pytest.raises(MirrorError, match=message):
        verify_sums(directory)


def test_sums_of_both_forms_are_read():
    digest = "0" * 64
    assert parse_sums(f"{digest}  a b\n{digest} *c\n") == {"a b": digest, "c": digest}


def test_the_private_half_is_private(key):
    assert key.secret.stat().st_mode & 0o777 == 0o600
    assert key.secret.parent.stat().st_mode & 0o777 == 0o700
    assert "PRIVATE" not in key.public


def test_a_signature_is_good_only_for_its_content_and_key(key, stranger, tmp_path):
    content = tmp_path / "content"
    content.write_bytes(b"content")
    signature = sign_detached(key, content)[0]
    assert verify(b"content", signature, key.public, [key.fingerprint.lower()]) == b"content"
    with pytest.raises(MirrorError, match="is wrong"):
        verify(b"contents", signature, key.public, [key.fingerprint])
    with pytest.raises(MirrorError, match="not trusted"):
        verify(b"content", signature, key.public, [stranger.fingerprint])
    with pytest.raises(MirrorError, match="not known"):
        verify(b"content", signature, stranger.public, [key.fingerprint])
    with pytest.raises(MirrorError):
        verify(b"content", b"", key.public, [key.fingerprint])


def test_only_the_signed_text_of_a_clear_signature_counts(key):
    clear = sign_clear(key, b"signed\n")
    assert verify(b"before\n" + clear + b"after\n", None, key.public, [key.fingerprint]) == b"signed\n"
    with pytest.raises(MirrorError):
        verify(clear.replace(b"signed\n", b"forged\n", 1), None, key.public, [key.fingerprint])


def test_an_expired_key_is_refused(tmp_path):
    with gpg_home() as home:
        gpg = ["gpg", "--homedir", home, "--batch", "--passphrase", "", "--faked-system-time", "20200101T000000!"]
        made = run(*gpg, "--quick-generate-key", "short", "ed25519", "sign", "1d")
        assert made.returncode == 0, made.stderr
        (tmp_path / "content").write_text("content")
        assert run(*gpg, "--output", tmp_path / "sig", "--detach-sign", tmp_path / "content").returncode == 0
        public = run(*gpg, "--armor", "--export").stdout
        colons = run(*gpg, "--with-colons", "--list-keys").stdout
    fingerprint = next(line.split(":")[9] for line in colons.splitlines() if line.startswith("fpr"))
    with pytest.raises(MirrorError, match="expired"):
        verify(b"content", (tmp_path / "sig").read_bytes(), public, [fingerprint])


GOOD, OTHER = "A" * 40, "B" * 40


def block(word, fingerprint):
    """gpg's status lines for one signature."""
    valid = f"[GNUPG:] VALIDSIG {fingerprint} 2026-01-01 1 0 4 0 1 10 00 {fingerprint}\n"
    return f"[GNUPG:] NEWSIG\n[GNUPG:] {word} {fingerprint[-16:]} someone\n{valid}"


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (block("GOODSIG", GOOD), None),
        (block("GOODSIG", OTHER) + block("GOODSIG", GOOD), None),
        (block("EXPKEYSIG", OTHER) + block("GOODSIG", GOOD), None),
        (block("EXPKEYSIG", GOOD), "expired"),
        (block("REVKEYSIG", GOOD), "revoked"),
        (block("EXPSIG", GOOD), "has expired"),
        # A good signature by a stranger does not lend its GOODSIG to the expired key's VALIDSIG.
        (block("GOODSIG", OTHER) + block("EXPKEYSIG", GOOD), "expired"),
        ("", "no signature"),
    ],
)
def test_status_lines_of_gpg_are_read_per_signature(status, problem):
    found = signature_problem(status, [GOOD])
    assert found is None if problem is None else problem in found


def test_a_missing_key_is_reported(tmp_path):
    with pytest.raises(MirrorError, match="has no signing key"):
        read_key(tmp_path)
