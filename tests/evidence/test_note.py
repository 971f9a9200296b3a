from __future__ import annotations

import base64
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from moderation.evidence.merkle import EMPTY_ROOT, consistency_path, root_of, subtree_of
from moderation.evidence.note import (
    BadNote,
    Checkpoint,
    NoteKey,
    Proof,
    open_checkpoint,
    open_note,
    parse_key,
    policy_text,
    read_proof,
    sign_note,
)
from moderation.evidence.record import leaf_hash
from moderation.evidence.secret_files import SecretsUnusable
from moderation.evidence.signer import HeadLost, LogSigner, RefusesToSign

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
KEY = NoteKey("news.example/log", PRIVATE.public_key().public_bytes_raw())
LEAVES = [leaf_hash(b"%d" % n) for n in range(300)]
TREE = subtree_of(LEAVES)


def test_published_example_of_the_note_format_verifies():
    key = parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    assert open_note(f"{text}\n— PeterNeumann {line}\n", [key]) == (text, ("PeterNeumann",))


def test_signed_note_opens_and_names_its_signer():
    note = sign_note("hello\n", KEY.name, PRIVATE)
    assert open_note(note, [KEY]) == ("hello\n", (KEY.name,))
    assert parse_key(str(KEY)) == KEY


@given(st.data())
def test_any_changed_character_refuses_the_note(data):
    note = sign_note("news.example/log\n7\n" + base64.b64encode(b"r" * 32).decode() + "\n", KEY.name, PRIVATE)
    at = data.draw(st.integers(0, len(note) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda c: c != note[at]))
    changed = note[:at] + letter + note[at + 1 :]
    with pytest.raises(BadNote):
        open_note(changed, [KEY])


def test_unused_bits_of_base64_make_no_second_form():
    note = sign_note("hello\n", KEY.name, PRIVATE)
    end = note.rstrip("\n")
    assert end.endswith("=")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = letters.index(end[-2])
    with pytest.raises(BadNote):
        open_note(end[:-2] + letters[last ^ 1] + "=\n", [KEY])


@given(st.text(max_size=200))
def test_garbage_is_refused_by_name(text):
    with pytest.raises(BadNote):
        open_note(text, [KEY])
    with pytest.raises(BadNote):
        read_proof(text)
    with pytest.raises(BadNote):
        parse_key(text)


def test_signature_by_an_unknown_key_is_skipped_but_does_not_count():
    other = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
    foreign = sign_note("hello\n", "witness.example", other)
    with pytest.raises(BadNote, match="no known key"):
        open_note(foreign, [KEY])
    both = sign_note("hello\n", KEY.name, PRIVATE) + foreign.splitlines()[-1] + "\n"
    assert open_note(both, [KEY])[1] == (KEY.name,)


def test_checkpoint_of_another_log_is_refused_even_when_signed():
    note = sign_note(Checkpoint("other.example/log", 1, LEAVES[0]).text(), KEY.name, PRIVATE)
    with pytest.raises(BadNote, match="its own log"):
        open_checkpoint(note, [KEY])


@pytest.mark.parametrize("cut", range(0, 140, 7))
def test_half_written_checkpoint_is_a_named_error(cut):
    note = sign_note(Checkpoint(KEY.name, 70, LEAVES[0]).text(), KEY.name, PRIVATE)
    with pytest.raises(BadNote):
        open_checkpoint(note[:cut], [KEY])


@pytest.mark.parametrize("size", ["-1", "01", "1e3", "", "٣", " 7"])
def test_size_that_is_not_plain_decimal_is_refused(size):
    text = f"{KEY.name}\n{size}\n{base64.b64encode(b'r' * 32).decode()}\n"
    with pytest.raises(BadNote):
        open_checkpoint(sign_note(text, KEY.name, PRIVATE), [KEY])


def test_proof_reads_back_with_and_without_its_line():
    checkpoint = sign_note(Checkpoint(KEY.name, 2, LEAVES[0]).text(), KEY.name, PRIVATE)
    for proof in (Proof(1, (LEAVES[0],), checkpoint, b"line"), Proof(0, (), checkpoint)):
        assert read_proof(proof.text()) == proof
    assert Proof(1, (), checkpoint, b"line").text().startswith("c2sp.org/tlog-proof@v1\nextra bGluZQ==\nindex 1\n\n")


def test_policy_names_the_log_and_its_quorum():
    assert policy_text(KEY) == f"log {KEY}\nquorum none\n"
    assert "group witnesses any w1\nquorum witnesses\n" in policy_text(KEY, witnesses={"w1": KEY})


@pytest.fixture
def signer(tmp_path):
    return LogSigner(tmp_path / "secrets", origin="news.example/log", rng=os.urandom)


def sign(signer, size, leaves=LEAVES):
    old = signer.head().size
    path = consistency_path(old, size, subtree_of(leaves)) if old <= size else []
    return signer.sign(size, root_of(leaves[:size]), path)


def test_signer_signs_a_growing_log_and_keeps_its_key(signer, tmp_path):
    for size in (0, 1, 7, 7, 300):
        checkpoint = open_checkpoint(sign(signer, size), [signer.key])
        assert (checkpoint.size, checkpoint.root) == (size, root_of(LEAVES[:size]))
    again = LogSigner(tmp_path / "secrets", origin="news.example/log", rng=os.urandom)
    assert again.key == signer.key
    assert again.head().size == 300


def test_signer_refuses_a_smaller_tree(signer):
    sign(signer, 200)
    with pytest.raises(RefusesToSign, match="has 170 lines, but 200 were signed"):
        sign(signer, 170)


def test_signer_refuses_a_second_history(signer):
    sign(signer, 200)
    fork = [*LEAVES[:57], leaf_hash(b"another"), *LEAVES[58:]]
    for size in (200, 250):
        with pytest.raises(RefusesToSign, match="not those that were signed"):
            sign(signer, size, fork)
    assert signer.head().root == root_of(LEAVES[:200])


def test_signer_that_lost_its_memory_does_not_guess(signer, tmp_path):
    sign(signer, 10)
    (tmp_path / "secrets/log-head.json").write_bytes(b'{"size": 1')
    with pytest.raises(HeadLost):
        sign(signer, 20)


def test_nothing_is_signed_when_the_head_cannot_be_written(signer, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    sign(signer, 10)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SecretsUnusable, match="No space"):
        sign(signer, 20)
    monkeypatch.undo()
    assert signer.head().size == 10


def test_manifest_signature_can_never_be_taken_for_a_checkpoint(signer):
    assert open_note(signer.sign_text("manifest\n"), [signer.key])[0] == "manifest\n"
    with pytest.raises(RefusesToSign):
        signer.sign_text(Checkpoint("news.example/log", 9, EMPTY_ROOT).text())
