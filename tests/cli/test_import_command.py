"""`moderation import`: an archive with its human decisions becomes history that can be replayed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from moderation import bootstrap
from moderation.policy.record import decode_input
from moderation.policy_desk import PolicyDesk
from moderation.ports import Arrival
from moderation.storage.tables import AuthorRow, CaseRow, CommentRow, LogEntry, OutboxRow, RevisionRow, SenderRecord
from moderation.vocabulary import Action, Author, AuthorFacts, Comment, Door
from tests.factories import World, make_world
from tests.fakes import WordScorer

LINES = [
    {
        "id": 1,
        "text": "You idiot.",
        "created_at": "2025-03-01T10:00:00+05:30",
        "decision": "reject",
        "ground": "insulting",
    },
    {"id": 2, "text": "What an idiot.", "created_at": "2025-03-02T10:00:00", "decision": "publish"},
    {
        "id": 3,
        "text": "A fair report.",
        "created_at": "2025-03-03T10:00:00Z",
        "decision": "publish",
        "author": {"name": "Asha Shenoy", "email": "asha@reader.example"},
        "article": {"id": "old-1", "title": "Tram", "section": "city"},
    },
]
BROKEN = ['{"text": "no decision", "created_at": "2025-03-01T10:00:00Z"}', "not json", '{"decision": "publish"}']


@pytest.fixture
def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = make_world(tmp_path, database_url, scorer=WordScorer())
    for name in ("data_dir", "vault_dir", "secrets_dir"):
        monkeypatch.setenv(f"MODERATION_{name.upper()}", str(getattr(made.settings, name)))
    monkeypatch.setattr(bootstrap, "build_service", lambda _settings: made.service)
    monkeypatch.setattr(type(made.service), "close", lambda _self: None)
    yield made
    monkeypatch.undo()
    made.close()


def bring(tmp_path: Path, lines: list[str], *more: str):
    file = tmp_path / "archive.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return CliRunner().invoke(import_module("moderation.cli.import").app, [str(file), "--site", "gazette", *more])


def test_an_archive_is_history_that_a_replay_can_use(world: World, tmp_path: Path) -> None:
    done = bring(tmp_path, [json.dumps(line) for line in LINES])
    assert (done.exit_code, done.stdout) == (0, "3 comments brought in, 0 were here already, 0 lines left out\n")
    desk = PolicyDesk(world.service.database, world.service.shelf)
    policy = desk.in_force("gazette").policy
    found = desk.replay("gazette", policy, datetime(2020, 1, 1, tzinfo=UTC))
    assert (found.total, found.verdicts, found.changed) == (3, 3, 0)
    assert found.table[Action.HOLD][Action.HOLD] == 2
    assert found.first == datetime(2025, 3, 1, 4, 30, tzinfo=UTC)


def test_nothing_is_told_opened_or_kept_of_senders(world: World, tmp_path: Path) -> None:
    bring(tmp_path, [json.dumps(line) for line in LINES])
    with world.service.database.reading() as session:
        statuses = {row.external_id: row.status for row in session.exec(select(CommentRow))}
        assert statuses == {"1": "rejected", "2": "published", "3": "published"}
        for table in (CaseRow, OutboxRow, SenderRecord):
            assert session.exec(select(table)).all() == []
        assert "asha@reader.example" not in repr(session.exec(select(RevisionRow)).all())
        logged = session.exec(select(LogEntry).where(LogEntry.type == "config.changed")).one()
    assert '"comments":3' in (logged.body or b"").decode()


def test_running_it_again_brings_only_what_is_new(world: World, tmp_path: Path) -> None:
    bring(tmp_path, [json.dumps(line) for line in LINES[:2]])
    done = bring(tmp_path, [json.dumps(line) for line in LINES])
    assert done.stdout == "1 comments brought in, 2 were here already, 0 lines left out\n"


def test_lines_with_faults_are_told_and_the_rest_is_brought(world: World, tmp_path: Path) -> None:
    done = bring(tmp_path, [json.dumps(LINES[0]), *BROKEN], "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {"imported": 1, "known": 0, "refused": 3, "dry_run": False}
    assert "archive.jsonl:2: `decision` must be `publish` or `reject`" in done.stderr


def test_a_dry_run_writes_nothing(world: World, tmp_path: Path) -> None:
    assert "3 comments brought in" in bring(tmp_path, [json.dumps(line) for line in LINES], "--dry-run").stdout
    with world.service.database.reading() as session:
        assert session.exec(select(CommentRow)).all() == []


def test_domains_of_the_archive_are_not_new_to_the_site(world: World, tmp_path: Path) -> None:
    words = (("Read https://tram-of-udupi.in/plan", "publish"), ("https://tram-of-udupi.in/map", "publish"),
             ("https://pills-at-night.in/buy", "reject"))  # fmt: skip
    lines = [
        json.dumps({"id": number, "text": text, "created_at": f"2025-03-0{number}T10:00:00Z", "decision": decision})
        for number, (text, decision) in enumerate(words, 1)
    ]
    assert bring(tmp_path, lines).exit_code == 0
    texts = ["It is at https://tram-of-udupi.in/late", "It is at https://pills-at-night.in/late"]
    for text in texts:
        comment = Comment(text, Door.API, author=Author("Uma Rao"), received_at=datetime.now(UTC))
        world.service.pipeline.receive([Arrival("gazette", comment)])
    with world.service.database.reading() as session:
        given = {row.text: decode_input(row.record) for row in session.exec(select(RevisionRow))}
    new = {text: {s.check for s in one.signals} >= {"link_new_domain"} for text, one in given.items()}
    assert new == {words[0][0]: True, words[1][0]: False, words[2][0]: True, texts[0]: False, texts[1]: True}


def of_author(number: int, decision: str, **author: object) -> str:
    at = f"2025-03-01T{number // 60:02}:{number % 60:02}:00Z"
    return json.dumps(
        {"id": number, "text": f"Note {number}.", "created_at": at, "decision": decision, "author": author}
    )


def known_before(world: World, number: int) -> AuthorFacts:
    query = select(RevisionRow.record).join(CommentRow).where(CommentRow.external_id == str(number))
    with world.service.database.reading() as session:
        return decode_input(session.exec(query).one()).author


def test_each_comment_knows_what_people_had_decided_on_its_author_before(world: World, tmp_path: Path) -> None:
    bring(
        tmp_path,
        [
            of_author(1, "publish", name="Asha", email="asha@reader.example"),
            of_author(2, "reject", name="A. Shenoy", email=" Asha@Reader.example"),
            of_author(3, "publish", name="Somebody else", email="else@reader.example"),
            of_author(4, "publish", name="Asha", email="asha@reader.example"),
            of_author(5, "publish", name="Nobody"),
        ],
    )
    assert known_before(world, 1) == AuthorFacts()
    assert known_before(world, 2) == AuthorFacts(known=True, published=1, recent=1, names=2)
    assert known_before(world, 3) == AuthorFacts()
    assert known_before(world, 4) == AuthorFacts(
        known=True, published=1, rejected=1, recent=2, recent_rejected=1, names=2
    )
    assert known_before(world, 5) == AuthorFacts()


def test_authors_are_counted_from_batch_to_batch_and_once(world: World, tmp_path: Path) -> None:
    lines = [of_author(n, "reject" if n % 4 == 0 else "publish", id=7, name="Asha") for n in range(1, 451)]
    bring(tmp_path, lines)
    bring(tmp_path, lines)
    with world.service.database.reading() as session:
        author = session.exec(select(AuthorRow)).one()
        owners = set(session.exec(select(CommentRow.author_id)))
    assert (author.external_id, author.published, author.rejected, author.held) == ("7", 338, 112, 0)
    assert owners == {author.id}
    assert known_before(world, 450) == AuthorFacts(
        known=True, published=337, rejected=112, recent=20, recent_rejected=5, names=1
    )


def test_an_archive_keeps_a_tag_and_no_address_and_takes_none_away(world: World, tmp_path: Path) -> None:
    asha = {"name": "Asha Shenoy", "email": "asha@reader.example"}

    def author() -> AuthorRow:
        with world.service.database.reading() as session:
            return session.exec(select(AuthorRow)).one()

    bring(tmp_path, [of_author(1, "reject", **asha)])
    assert author().email_tag
    assert author().email_sealed is None
    assert "reader.example" not in repr(author())
    world.service.pipeline.receive([Arrival("gazette", Comment("Thanks.", Door.API, author=Author(**asha)))])
    came = author()
    assert (came.rejected, came.published + came.held) == (1, 1)
    assert came.email_sealed
    bring(tmp_path, [of_author(2, "publish", **asha)])
    assert (author().published, author().email_sealed) == (came.published + 1, came.email_sealed)


def test_a_name_or_id_that_no_column_holds_is_told(world: World, tmp_path: Path) -> None:
    done = bring(tmp_path, [of_author(1, "publish", name="A" * 401), of_author(2, "publish", id="7" * 201)])
    assert "2 lines left out" in done.stdout
    assert "archive.jsonl:1: `author.name` is too long" in done.stderr
    assert "archive.jsonl:2: `author.id` is too long" in done.stderr


def test_it_tells_how_far_it_is(world: World, tmp_path: Path) -> None:
    told = bring(tmp_path, [of_author(n, "publish") for n in range(1, 251)]).stderr
    assert "250 of 250 bringing\n" in told
    assert "\r" not in told
