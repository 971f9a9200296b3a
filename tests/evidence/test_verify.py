from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.evidence.merkle import consistency_path, root_of, subtree_of
from moderation.evidence.record import LeafType, leaf
from moderation.evidence.signer import LogSigner
from moderation.evidence.verify import Fault, Gap, Row, verify_log
from tests.evidence.epochs import NOON


def line(idx: int, kind=LeafType.DECISION_MADE, **data) -> Row:
    made = leaf(kind, f"e{idx}", NOON, {"cid": f"c{idx}", **data}, os.urandom(16))
    return Row(idx, made.body, made.hash)


ROWS = [line(n) for n in range(200)]


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    return LogSigner(tmp_path_factory.mktemp("s") / "secrets", origin="news.example/log", rng=os.urandom)


@pytest.fixture(scope="module")
def notes(signer):
    return [sign(signer, ROWS, size) for size in (40, 80, 120, 200)]


def sign(signer, rows, size):
    hashes = [row.hash for row in rows]
    return signer.sign(size, root_of(hashes[:size]), consistency_path(signer.head().size, size, subtree_of(hashes)))


def words(report):
    return [finding.words for finding in report.findings]


def changed(idx, *, stored_too=False):
    rows = list(ROWS)
    body = bytearray(rows[idx].body)
    body[20] ^= 1
    rows[idx] = replace(rows[idx], body=bytes(body))
    if stored_too:
        from moderation.evidence.record import leaf_hash

        rows[idx] = replace(rows[idx], hash=leaf_hash(bytes(body)))
    return rows


def test_untouched_log_passes(signer, notes):
    report = verify_log(ROWS, notes, keys=[signer.key], known=notes[2], tiles=[row.hash for row in ROWS])
    assert (report.exit_code, report.rows, report.checkpoints, report.findings) == (0, 200, 4, ())


def test_one_changed_byte_names_the_row(signer, notes):
    report = verify_log(changed(57), notes, keys=[signer.key])
    assert report.exit_code == 1
    assert words(report) == ["row 57 was changed"]


def test_changed_body_and_hash_name_the_signed_interval_and_with_tiles_the_row(signer, notes):
    rows = changed(57, stored_too=True)
    assert words(verify_log(rows, notes, keys=[signer.key])) == ["a row in the signed interval [40, 80) was changed"]
    with_tiles = words(verify_log(rows, notes, keys=[signer.key], tiles=[row.hash for row in ROWS]))
    assert "row 57 differs from the kept tile" in with_tiles


def test_cut_log_passes_inside_and_fails_with_a_known_checkpoint(signer, notes):
    assert verify_log(ROWS[:120], notes[:3], keys=[signer.key]).exit_code == 0
    report = verify_log(ROWS[:120], notes[:3], keys=[signer.key], known=notes[3])
    assert report.exit_code == 1
    assert "signed size 200 > 120 rows" in words(report)[0]


def test_cut_log_fails_against_kept_tiles(signer, notes):
    report = verify_log(ROWS[:120], notes[:3], keys=[signer.key], tiles=[row.hash for row in ROWS])
    assert words(report) == ["the kept tiles have 200 rows, the log has 120"]


def test_rows_cut_below_a_checkpoint_fail_by_themselves(signer, notes):
    assert "signed size 200 > 170 rows" in words(verify_log(ROWS[:170], notes, keys=[signer.key]))[0]


def test_second_history_signed_with_a_stolen_key_fails_with_a_known_checkpoint(signer, notes, tmp_path):
    (tmp_path / "log.key").write_bytes((signer._folder / "log.key").read_bytes())
    tmp_path.chmod(0o700)
    thief = LogSigner(tmp_path, origin="news.example/log", rng=os.urandom)
    fork = [*ROWS[:57], line(57), *ROWS[58:]]
    forged = [sign(thief, fork, 200)]
    assert verify_log(fork, forged, keys=[signer.key]).exit_code == 0
    report = verify_log(fork, forged, keys=[signer.key], known=notes[1])
    assert [finding.fault for finding in report.findings] == [Fault.FORKED]


def test_missing_and_doubled_rows_are_named(signer, notes):
    assert "rows 57 to 57 are missing" in words(verify_log([*ROWS[:57], *ROWS[58:]], notes, keys=[signer.key]))[0]
    assert "row 57 stands twice" in words(verify_log([*ROWS[:58], *ROWS[57:]], notes, keys=[signer.key]))[0]


def test_blanked_row_passes_only_when_a_later_line_says_so(signer):
    rows = [line(n) for n in range(10)]
    rows[4] = replace(rows[4], body=None)
    report = verify_log(rows, [], keys=[signer.key])
    assert words(report) == ["row 4 was blanked, and no line of the log says why"]
    rows.append(line(10, LeafType.ENTRY_REDACTED, rows=[4]))
    explained = verify_log(rows, [], keys=[signer.key])
    assert (explained.findings, explained.blanked) == ((), 1)


def test_log_without_any_checkpoint_is_incomplete_not_sound(signer):
    report = verify_log(ROWS, [], keys=[signer.key])
    assert (report.exit_code, report.gaps) == (2, (Gap.NO_CHECKPOINT,))
    assert verify_log([], [], keys=[signer.key]).gaps == (Gap.NO_ROWS,)


def test_half_written_checkpoint_is_named_and_the_others_still_count(signer, notes):
    report = verify_log(ROWS, [notes[0], notes[1][:-20]], keys=[signer.key])
    assert report.checkpoints == 1
    assert "checkpoint number 1 cannot be trusted" in words(report)[0]


@given(st.integers(0, 199), st.data())
def test_any_changed_byte_of_any_row_names_that_row(idx, data):
    rows = [line(n) for n in range(3)]
    idx %= 3
    body = bytearray(rows[idx].body)
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    rows[idx] = replace(rows[idx], body=bytes(body))
    assert words(verify_log(rows, [], keys=[])) == [f"row {idx} was changed"]
