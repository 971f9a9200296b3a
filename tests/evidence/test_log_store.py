"""Tests 1 and 2 of the design, and the log as it lies in the database."""

from __future__ import annotations

import os
import shutil

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from moderation.app import create_app
from moderation.errors import NotFound
from moderation.evidence.merkle import check_consistency, check_inclusion
from moderation.evidence.note import open_checkpoint, parse_key
from moderation.evidence.record import leaf_hash, read_leaf
from moderation.evidence.signer import LogSigner, RefusesToSign
from moderation.evidence.tiles import export, read_leaves, tile_path
from moderation.evidence.verify import Fault
from moderation.log_jobs import note_clock, sign_log
from moderation.storage.checkpoints import make_checkpoint
from moderation.storage.log import blank_lines, checkpoint_notes, log_rows, log_size, prove_growth, prove_line
from moderation.storage.tables import LogFrontier, LogTile
from moderation.storage.unit_of_work import unit_of_work
from tests.evidence.newsroom import Newsroom


def words(report) -> list[str]:
    return [finding.words for finding in report.findings]


def grown(newsroom: Newsroom) -> list[str]:
    """Sixty comments, signed after each twenty: [60, 120, 180] lines."""
    notes = []
    for part in range(3):
        newsroom.send(20, first=20 * part)
        notes.append(newsroom.sign())
    return notes


def test_01_tamper_names_the_row(newsroom, tmp_path):
    grown(newsroom)
    hashes = [row.hash for row in log_rows(newsroom.database)]
    export(hashes, tmp_path / "tiles")
    assert newsroom.verify(tiles=read_leaves(tmp_path / "tiles")).exit_code == 0
    body = next(row.body for row in log_rows(newsroom.database) if row.idx == 57)
    changed = bytearray(body)
    changed[40] ^= 1
    newsroom.tamper("UPDATE log_entry SET body = :body WHERE idx = 57", body=bytes(changed))
    report = newsroom.verify()
    assert report.exit_code == 1
    assert words(report) == ["row 57 was changed"]
    newsroom.tamper("UPDATE log_entry SET leaf_hash = :hash WHERE idx = 57", hash=leaf_hash(bytes(changed)))
    assert words(newsroom.verify()) == ["a row in the signed interval [0, 60) was changed"]
    assert words(newsroom.verify(tiles=read_leaves(tmp_path / "tiles"))) == [
        "row 57 differs from the kept tile",
        "a row in the signed interval [0, 60) was changed",
    ]


def test_02_truncation_and_fork(newsroom):
    first, _, last = grown(newsroom)
    newsroom.tamper(
        "DELETE FROM sender_record WHERE leaf_idx >= 120",
        "DELETE FROM log_entry WHERE idx >= 120",
        "DELETE FROM log_checkpoint WHERE size > 120",
        "UPDATE log_head SET size = 120",
    )
    assert newsroom.verify().exit_code == 0
    report = newsroom.verify(known=last)
    assert report.exit_code == 1
    assert "signed size 180 > 120 rows" in words(report)[0]
    newsroom.send(2, first=100)
    with pytest.raises(RefusesToSign, match="has 126 lines, but 180 were signed"):
        newsroom.sign()
    stolen = newsroom.folder / "stolen"
    shutil.copytree(newsroom.settings.secrets_dir / "log", stolen)
    (stolen / "log-head.json").unlink()
    thief = LogSigner(stolen, origin="x", rng=os.urandom)
    newsroom.send(40, first=200)
    newsroom.tamper("DELETE FROM log_checkpoint", "UPDATE log_entry SET leaf_hash = :h WHERE idx = 7", h=b"f" * 32)
    newsroom.tamper("UPDATE log_entry SET body = NULL, redacted_at = created_at WHERE idx = 7")
    make_checkpoint(newsroom.database, thief, newsroom.now)
    forged = newsroom.verify(known=first)
    assert Fault.FORKED in {finding.fault for finding in forged.findings}
    newsroom.send(1, first=300)
    with pytest.raises(RefusesToSign, match="not those that were signed"):
        newsroom.sign()


def test_every_line_can_be_proved_against_every_checkpoint(newsroom):
    newsroom.send(200)
    sizes = []
    for _ in range(3):
        newsroom.send(5, first=500)
        newsroom.sign()
    notes = checkpoint_notes(newsroom.database)
    sizes = [size for size, _ in notes]
    assert sizes == [615, 630, 645]
    with newsroom.database.reading() as session:
        assert len(session.execute(select(LogTile)).all()) == 2
        assert len(session.execute(select(LogFrontier)).all()) == (645).bit_count()
    for size, note in notes:
        root = open_checkpoint(note, [newsroom.signer.key]).root
        for idx in (0, 1, 255, 256, 511, 512, size - 1):
            line = prove_line(newsroom.database, idx, size)
            check_inclusion(leaf_hash(line.body), idx, size, line.path, root)
    roots = {size: open_checkpoint(note, [newsroom.signer.key]).root for size, note in notes}
    for old in sizes:
        for size in sizes:
            if old <= size:
                check_consistency(old, size, roots[old], roots[size], prove_growth(newsroom.database, old, size))
    with pytest.raises(NotFound):
        prove_line(newsroom.database, 10**6, 10**7)


def test_nothing_new_is_not_signed_again_and_a_lost_frontier_is_rebuilt(newsroom):
    newsroom.send(3)
    assert newsroom.sign() is not None
    assert newsroom.sign() is None
    newsroom.tamper("DELETE FROM log_frontier")
    newsroom.send(3, first=9)
    assert newsroom.sign() is not None
    assert newsroom.verify().exit_code == 0


def test_changed_frontier_makes_the_signer_refuse(newsroom):
    newsroom.send(3)
    newsroom.sign()
    newsroom.tamper("UPDATE log_frontier SET hash = :h WHERE level = 0", h=b"x" * 32)
    newsroom.send(3, first=9)
    with pytest.raises(RefusesToSign):
        newsroom.sign()


def test_erased_text_blanks_its_line_and_the_log_still_verifies(newsroom):
    newsroom.send(4)
    newsroom.sign()
    with unit_of_work(newsroom.database) as work:
        assert blank_lines(work, [0, 3], reason="erasure", at=newsroom.now, rng=os.urandom) == 2
    report = newsroom.verify()
    assert (report.exit_code, report.blanked) == (0, 2)
    newsroom.tamper("UPDATE log_entry SET body = NULL, redacted_at = created_at WHERE idx = 5")
    assert words(newsroom.verify()) == ["row 5 was blanked, and no line of the log says why"]


def test_public_side_serves_checkpoint_key_and_tiles(newsroom):
    app = create_app(newsroom.settings, workers=False, service=newsroom.service)
    client = TestClient(app)
    assert client.get("/log/checkpoint").status_code == 404
    newsroom.send(100)
    newsroom.sign()
    note = client.get("/log/checkpoint").text
    key = parse_key(client.get("/log/policy").text.split()[1])
    checkpoint = open_checkpoint(note, [key])
    assert checkpoint.size == 300
    content = client.get(f"/log/{tile_path(0, 0)}").content + client.get(f"/log/{tile_path(0, 1, 44)}").content
    hashes = [row.hash for row in log_rows(newsroom.database)]
    assert content == b"".join(hashes)
    assert len(client.get("/log/tile/1/000.p/1").content) == 32
    for missing in ("0/001", "0/001.p/45", "9/000", "0/x000", "0/000.p/0"):
        assert client.get(f"/log/tile/{missing}").status_code == 404


def test_job_signs_once_per_period_and_notes_the_clock_once_per_hour(newsroom):
    from dataclasses import replace

    service = replace(newsroom.service, clock=lambda: newsroom.now)
    newsroom.send(2)
    sign_log(service)
    newsroom.send(2, first=5)
    sign_log(service)
    assert len(checkpoint_notes(newsroom.database)) == 1
    newsroom.later(seconds=61)
    sign_log(service)
    assert [size for size, _ in checkpoint_notes(newsroom.database)] == [6, 12]
    note_clock(service)
    note_clock(service)
    newsroom.later(hours=1)
    note_clock(service)
    kinds = [read_leaf(row.body)["t"] for row in log_rows(newsroom.database) if row.body]
    assert kinds.count("clock.status") == 2


def test_line_of_a_comment_commits_its_words_and_does_not_hold_them(newsroom):
    (cid,) = newsroom.send(1, words="An unusual wording")
    with newsroom.database.reading() as session:
        assert log_size(session) == 3
        row = session.execute(text("SELECT text, text_salt FROM revision")).one()
    from moderation.evidence.canonical import b64
    from moderation.evidence.record import Opening

    line = read_leaf(next(r.body for r in log_rows(newsroom.database) if b"comment.submitted" in r.body))
    assert line["d"]["cid"] == cid
    assert line["d"]["text"] == Opening(b64(bytes(row.text_salt)), "text", row.text).digest()
    assert all(b"unusual" not in r.body for r in log_rows(newsroom.database))
