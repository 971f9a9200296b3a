"""A comment's way in, and whatever its site does with it later, reads no big table whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from moderation.app import create_app
from moderation.ports import Arrival
from moderation.storage.comments import read_comment
from moderation.storage.rights import comments_of_author
from moderation.storage.senders import records_of
from moderation.storage.tables import ArticleRow
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import Article, Author, Comment, Door, Sender
from tests.crowd import Crowd
from tests.factories import comment_body
from tests.storage.plans import faults_of, listening
from tests.web.newsroom import Newsroom, open_newsroom

COMMENTS = {True: 40_000, False: 100_000}  # PostgreSQL prefers whole tables for longer


@pytest.fixture
def room(tmp_path: Path, empty_url: str) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path, empty_url)
    Crowd(opened, COMMENTS[opened.database.is_sqlite], 100).write()
    yield opened
    opened.world.close()


def comment(text: str, reader: str, **more: Any) -> Comment:
    author = Author(reader, f"{reader.lower()}@reader.example", website="https://reader.example/")
    return Comment(text, Door.API, Article("a-1", "", "Tram"), author, sender=Sender(ip="203.0.113.5"), **more)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Newsroom]:
    """On SQLite, which counts nothing by itself: its planner knows no more of a large site than of this one."""
    opened = open_newsroom(tmp_path)
    yield opened
    opened.world.close()


def test_a_batch_of_several_sites_reads_no_big_table_whole(room: Newsroom) -> None:
    no_batch_reads_a_big_table_whole(room)


def test_nor_does_it_where_nobody_counted_the_rows(fresh: Newsroom) -> None:
    no_batch_reads_a_big_table_whole(fresh)


def no_batch_reads_a_big_table_whole(room: Newsroom) -> None:
    parent = room.comment("Read more of it on https://council.example/tram today.", external_id="outside-1")
    pipeline = room.world.service.pipeline
    batch = [
        Arrival(site, comment(text, reader, parent_id=answered))
        for site in ("gazette", "herald")
        for text, reader in (("The same words once more.", "Asha"), ("The same words once more.", "Ravi"))
        for answered in (None, parent, "outside-1")
    ]
    edit = Arrival("gazette", comment("Read all of it there.", "Asha"), revises=parent)
    with listening(room.database) as sent:
        for arrivals in (batch[:1], batch, [edit, *batch]):
            assert all(getattr(outcome, "status", None) for outcome in pipeline.receive(arrivals))
    assert len(sent) > 40
    assert not (faults := faults_of(room.database, sent)), "\n\n".join(faults)
    view = read_comment(room.database, "gazette", parent, room.world.service.clock())
    assert view.revision == 2


def test_what_a_site_asks_of_its_comments_reads_no_big_table_whole(room: Newsroom) -> None:
    client = TestClient(create_app(room.world.settings, service=room.world.service))
    client.headers["Authorization"] = f"Bearer {room.world.live}"
    with listening(room.database) as sent:
        marked = {"Idempotency-Key": "once"}
        made = client.post("/api/v1/comments", json=comment_body(external_id="e-1"), headers=marked)
        assert (
            client.post("/api/v1/comments", json=comment_body(external_id="e-1"), headers=marked).json() == made.json()
        )
        path = f"/api/v1/comments/{made.json()['id']}"
        answers = [
            client.put("/api/v1/articles/a-1", json={"title": "Trams", "body": "The council voted."}),
            client.get(path),
            client.patch(path, json={"text": "Other words of the same reader."}),
            client.get("/api/v1/comments?status=published&limit=10"),
            client.get(f"/api/v1/comments?after={made.json()['id']}"),
            client.delete(path),
            client.post(f"{path}/restore"),
        ]
    assert [answer.status_code for answer in answers] == [200] * len(answers), [answer.text for answer in answers]
    assert not (faults := faults_of(room.database, sent)), "\n\n".join(faults)


def test_the_test_would_see_pairs_that_sqlite_answers_from_the_whole_table(room: Newsroom) -> None:
    known = table_of(ArticleRow).name
    asked = f"SELECT title FROM {known} WHERE (site_id, id) IN (VALUES ('gazette', 'a-1'), ('gazette', 'a-2'))"
    assert bool(faults_of(room.database, [(asked, ())])) == room.database.is_sqlite


def test_who_asks_for_an_authors_data_or_their_sender_details_makes_no_site_be_read_whole(fresh: Newsroom) -> None:
    comment_id = fresh.comment("A fair report.", name="Asha Rao")
    custody, now = fresh.world.service.custody, fresh.world.service.clock()
    with listening(fresh.database) as sent:
        tags = custody.email_tags("gazette", "asha.rao@reader.example", now)
        assert comments_of_author(fresh.database, "gazette", tags) == [comment_id]
        assert [one.comment_id for one in records_of(fresh.database, "gazette", [comment_id])] == [comment_id]
        assert comments_of_author(fresh.database, "herald", tags) == []
        assert records_of(fresh.database, "herald", [comment_id]) == []
    assert not (faults := faults_of(fresh.database, sent)), "\n\n".join(faults)
