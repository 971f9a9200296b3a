from __future__ import annotations

import json
import os

import pytest
from sqlalchemy import text

from moderation.errors import NotFound
from moderation.evidence.keys import EpochKeys
from moderation.evidence.leaks import addresses_in, leaking_lines, nginx_leaks
from moderation.evidence.log_sealer import BadSealedLog, LogSealer, open_file
from moderation.evidence.record import read_leaf
from moderation.evidence.seal import WillNotOpen
from moderation.evidence.search import search_address
from moderation.evidence.vault import Vault
from moderation.storage.ids import new_id
from moderation.storage.log import log_rows
from moderation.storage.rights import comments_of_author, erase, export
from moderation.storage.senders import networks_between, place_hold
from tests.evidence.epochs import NOON
from tests.evidence.newsroom import SITE, address
from tests.evidence.test_desk import Office


def test_reader_gets_a_copy_without_what_the_server_cannot_read(newsroom):
    ids = newsroom.send(2, email="asha@reader.example")
    tags = newsroom.service.custody.email_tags(SITE, "Asha@Reader.example", newsroom.now)
    assert comments_of_author(newsroom.database, SITE, tags) == ids
    copy = export(newsroom.database, SITE, ids)
    assert [one["revisions"][0]["text"] for one in copy] == ["A fair report. 0", "A fair report. 1"]
    assert "sealed" in copy[0]["sender_details"][0]
    assert "203.0.113" not in json.dumps(copy, default=str)
    with pytest.raises(NotFound):
        export(newsroom.database, "herald", ids)


def test_erasure_blanks_words_and_keeps_what_is_held(newsroom):
    office = Office(newsroom)
    kept, gone = newsroom.send(2, words="Unusual wording", email="asha@reader.example")
    newsroom.sign()
    made = office.enter(kept, authority=office.authority())
    place_hold(newsroom.database, SITE, made, [kept], "i", newsroom.now, hold_id=new_id(), until=None, rng=os.urandom)
    done = erase(newsroom.database, SITE, [kept, gone], "dpo", newsroom.now, rng=os.urandom)
    assert (done.comments, done.held) == ((gone,), (kept,))
    with newsroom.database.engine.connect() as connection:
        rows = dict(connection.execute(text("SELECT comment_id, text FROM revision")).all())
    assert rows == {kept: "Unusual wording 0", gone: None}
    report = newsroom.verify()
    assert (report.exit_code, report.blanked) == (0, 1)
    lines = [read_leaf(row.body) for row in log_rows(newsroom.database) if row.body and b"dsar.served" in row.body]
    assert lines[0]["d"] == {"kind": "erasure", "comments": [gone], "held": 1, "by": "dpo"}


def test_author_without_any_words_left_is_forgotten(newsroom):
    ids = newsroom.send(2, email="asha@reader.example")
    erase(newsroom.database, SITE, ids, "dpo", newsroom.now, rng=os.urandom)
    with newsroom.database.engine.connect() as connection:
        row = connection.execute(text("SELECT name, email_tag, email_sealed, identity FROM author")).one()
    assert row[:3] == (None, None, None)
    assert row.identity.startswith("erased:")
    erase(newsroom.database, SITE, ids, "dpo", newsroom.now, rng=os.urandom)
    assert newsroom.verify().exit_code in {0, 2}
    newsroom.send(1, first=9, email="asha@reader.example")


def test_search_finds_the_comments_of_an_address_without_an_index(newsroom):
    ids = newsroom.send(30)
    again = newsroom.send(1, first=7)
    opened = newsroom.vault.unlock()
    keys = {name: (entry.suite, opened.raw_key(name)) for name, entry in newsroom.vault.state().epochs.items()}
    begin, end = newsroom.now.replace(hour=0), newsroom.now.replace(year=newsroom.now.year + 1)
    chunks = networks_between(newsroom.database, SITE, begin, end, chunk=7)
    seen = []
    found = search_address(chunks, keys, address(7), workers=2, progress=seen.append)
    assert sorted(cid for _, cid in found.records) == sorted([ids[7], *again])
    assert (found.opened, found.closed, seen[-1]) == (31, 0, 31)
    closed = search_address(networks_between(newsroom.database, SITE, begin, end), {}, address(7), workers=1)
    assert (closed.records, closed.opened, closed.closed) == ((), 0, 31)


@pytest.fixture
def vault(tmp_path):
    from datetime import timedelta

    made = Vault(tmp_path / "vault", rng=os.urandom)
    made.init(NOON)
    made.mint(NOON, profile="IN", keep=timedelta(days=180))
    return made


def sealer(vault, folder) -> LogSealer:
    return LogSealer(folder, EpochKeys.load(vault.state().rows.values()))


def test_sealed_log_holds_no_address_and_reads_back_after_restarts(vault, tmp_path):
    lines = [f"203.0.113.{n} - GET /".encode() for n in range(5)]
    for part in (lines[:2], lines[2:]):
        one = sealer(vault, tmp_path / "logs")
        assert one.write([line + b"\n" for line in part], NOON) == len(part)
        one.close()
    (path,) = (tmp_path / "logs").iterdir()
    assert path.name == "access-2026-11-24.sealed"
    assert b"203.0" not in path.read_bytes()
    assert list(open_file(path, vault.unlock())) == lines


def test_half_a_line_is_cut_off_and_moved_lines_do_not_open(vault, tmp_path):
    one = sealer(vault, tmp_path / "logs")
    one.write([b"first", b"other"], NOON)
    one.close()
    (path,) = (tmp_path / "logs").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    with pytest.raises(BadSealedLog):
        list(open_file(path, vault.unlock()))
    again = sealer(vault, tmp_path / "logs")
    again.write([b"later"], NOON)
    again.close()
    assert list(open_file(path, vault.unlock())) == [b"first", b"later"]
    half = len(whole) // 2
    path.write_bytes(whole[half:] + whole[:half])
    with pytest.raises(WillNotOpen):
        list(open_file(path, vault.unlock()))


@pytest.mark.parametrize(
    ("line", "leaks"),
    [
        ('203.0.113.7 - - "GET / HTTP/1.1" 200', True),
        ("INFO: 2001:db8::7 - POST", True),
        ("INFO: 127.0.0.1:8000 - GET", False),
        ("::1 - GET", False),
        ("version 1.2.3.4567 of a thing", False),
        ("at 12:30:45 nothing", False),
        ("999.1.1.1", False),
    ],
)
def test_addresses_in_log_lines_are_found(line, leaks):
    assert bool(addresses_in(line)) is leaks
    assert leaking_lines([line, "x"]) == int(leaks)


@pytest.mark.parametrize(
    ("config", "faults"),
    [
        ("server {}", 1),
        ("access_log off;", 0),
        ("access_log /var/log/a.log;", 1),
        ("access_log /var/log/a.log buffer=32k;", 1),
        ("# access_log off;\nserver {}", 1),
        ("log_format safe '$status $request';\naccess_log /a.log safe;", 0),
        ("log_format bad '$status ' '$remote_addr';\naccess_log /a.log bad;", 1),
        ("log_format x '$http_x_forwarded_for';\naccess_log /a x;\naccess_log off;", 1),
        ("http { access_log off; }", 0),
        ("http { access_log /a.log; access_log /b.log combined; server { access_log off; } }", 2),
    ],
)
def test_nginx_that_writes_addresses_is_found(config, faults):
    assert len(nginx_leaks(config)) == faults


def test_our_own_logs_hold_no_text_author_or_address(newsroom, capfd):
    from fastapi.testclient import TestClient

    from moderation.app import create_app
    from tests.factories import comment_body

    client = TestClient(create_app(newsroom.settings, workers=False, service=newsroom.service))
    key = {"Authorization": f"Bearer {newsroom.world.live}"}
    for body in (comment_body("Unusual wording"), {"broken": "Unusual wording"}, comment_body("Unusual " * 2000)):
        client.post("/api/v1/comments", json=body, headers=key)
    written = "".join(capfd.readouterr())
    for word in ("Unusual", "Shenoy", "asha@", "203.0.113.77", newsroom.world.live):
        assert word not in written
