from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, text
from sqlmodel import select

from moderation.checks.catalogue import CHECKS
from moderation.errors import ModerationError
from moderation.policy.files import policy_path
from moderation.policy.parse import load_policy
from moderation.policy_shelf import PolicyShelf
from moderation.ports import Arrival, Outcome
from moderation.storage.comments import read_comment
from moderation.storage.counters import Counters
from moderation.storage.tables import AuthorRow, CaseRow, CommentRow, LogEntry, RevisionRow, SenderRecord
from moderation.vocabulary import Article, Author, Comment, Door, Lane, Sender, Status
from tests.factories import World, make_world
from tests.fakes import WordScorer


@pytest.fixture
def scorer() -> WordScorer:
    return WordScorer()


@pytest.fixture
def world(tmp_path: Path, empty_url: str, scorer: WordScorer) -> Iterator[World]:
    made = make_world(tmp_path, empty_url, scorer=scorer)
    yield made
    made.close()


def arrival(words: str, *, email: str = "asha@reader.example", ip: str = "203.0.113.5", **more: object) -> Arrival:
    comment = Comment(
        text=words,
        door=Door.API,
        article=Article("a-1", title="Council votes"),
        author=Author("Asha Shenoy", email),
        sender=Sender(ip=ip, port=4001),
        received_at=datetime.now(UTC),
    )
    return Arrival("gazette", replace(comment, **more))


def good(outcomes: list[Outcome | ModerationError]) -> list[Outcome]:
    assert all(isinstance(outcome, Outcome) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, Outcome)]


def counts(world: World) -> dict[str, int]:
    with world.service.database.reading() as session:
        return {
            model.__tablename__: session.exec(select(func.count()).select_from(model)).one()
            for model in (CommentRow, RevisionRow, SenderRecord, CaseRow, LogEntry)
        }


def test_one_transaction_writes_everything_of_a_comment(world: World) -> None:
    outcome = good(world.service.pipeline.receive([arrival("You idiot, resign!")]))[0]
    assert outcome.status is Status.HELD
    assert counts(world) == {"comment": 1, "revision": 1, "sender_record": 1, "review_case": 1, "log_entry": 3}


def test_log_indices_are_contiguous_and_name_the_sealed_record(world: World) -> None:
    for n in range(3):
        world.service.pipeline.receive([arrival(f"A fair point, number {n} {i}") for i in range(4)])
    with world.service.database.reading() as session:
        entries = session.exec(select(LogEntry).order_by(LogEntry.idx)).all()
        records = session.exec(select(SenderRecord)).all()
    assert [entry.idx for entry in entries] == list(range(36))
    by_idx = {entry.idx: entry for entry in entries}
    assert all(by_idx[r.leaf_idx].type == "sender.logged" and by_idx[r.leaf_idx].ref == r.id for r in records)


def test_a_batch_gives_what_the_same_comments_give_one_after_another(
    tmp_path: Path, empty_url: str, scorer: WordScorer
) -> None:
    texts = ["Well said", "You idiot", "Buy gold now", "Buy gold now", "Buy gold now", "You idiot again", "Thank you"]
    emails = ["a@b.example", "c@d.example"]
    arrivals = [arrival(words, email=emails[n % 2], ip=f"203.0.113.{n % 2}") for n, words in enumerate(texts)]
    world = make_world(tmp_path / "together", empty_url, scorer=scorer)
    alone_world = make_world(tmp_path / "alone", "", scorer=scorer)
    for one in (world, alone_world):
        one.service.pipeline.ports.store.counters = Counters(clock=lambda: 0.0)  # no minute may end between the two
    together = good(world.service.pipeline.receive(arrivals))
    alone = [good(alone_world.service.pipeline.receive([one]))[0] for one in arrivals]
    assert [(o.status, o.grounds, o.reasons) for o in together] == [(o.status, o.grounds, o.reasons) for o in alone]
    assert [_facts(world, o) for o in together] == [_facts(alone_world, o) for o in alone]
    alone_world.close()
    world.close()


def _facts(world: World, outcome: Outcome) -> tuple[object, ...]:
    from moderation.policy.record import decode_input

    with world.service.database.reading() as session:
        record = session.exec(select(RevisionRow.record).where(RevisionRow.comment_id == outcome.id)).one()
    given = decode_input(record)
    sender = given.sender
    return given.author, sender.same_text, sender.same_text_others, sender.cluster_size, sender.last_minute


def test_a_comment_that_cannot_be_written_takes_no_other_with_it(world: World) -> None:
    broken = arrival("This one breaks", parent_id="x" * 300) if not world.service.database.is_sqlite else None
    if broken is None:
        # SQLite bounds no lengths, so the row is refused by a trigger that stands for any fault of one row.
        with world.service.database.writing() as session:
            session.connection().execute(
                text(
                    "CREATE TRIGGER refuse BEFORE INSERT ON comment WHEN NEW.parent_id = 'bad'"
                    " BEGIN SELECT RAISE(ABORT, 'no'); END"
                )
            )
        broken = arrival("This one breaks", parent_id="bad")
    outcomes = world.service.pipeline.receive([arrival("First"), broken, arrival("Third")])
    assert [isinstance(outcome, Outcome) for outcome in outcomes] == [True, False, True]
    assert counts(world)["comment"] == 2
    with world.service.database.reading() as session:
        assert list(session.exec(select(LogEntry.idx).order_by(LogEntry.idx))) == list(range(6))


def test_what_was_held_only_for_a_missing_score_is_judged_again(world: World, scorer: WordScorer) -> None:
    scorer.away = True
    nice, rude = good(
        world.service.pipeline.receive([arrival("Lovely work"), arrival("You gherkin, as everybody here knows well")])
    )
    assert nice.status is Status.HELD
    assert rude.status is Status.HELD
    assert world.service.pipeline.rejudge() == 0
    scorer.away = False
    assert world.service.pipeline.rejudge() == 2
    now = datetime.now(UTC)
    assert read_comment(world.service.database, "gazette", nice.id, now).status is Status.PUBLISHED
    again = read_comment(world.service.database, "gazette", rude.id, now)
    assert again.status is Status.HELD
    assert "abusive" in again.grounds
    with world.service.database.reading() as session:
        decisions = session.exec(
            select(func.count()).select_from(LogEntry).where(LogEntry.type == "decision.made", LogEntry.ref == nice.id)
        ).one()
    assert decisions == 2


def test_an_author_is_counted_by_address_and_not_in_the_test_lane(world: World) -> None:
    world.service.pipeline.receive([arrival("One"), arrival("You idiot"), arrival("Two", lane=Lane.TEST)])
    world.service.pipeline.receive([arrival("Three")])
    with world.service.database.reading() as session:
        author = session.exec(select(AuthorRow)).one()
    assert (author.published, author.held, author.rejected, author.recent) == (2, 1, 0, "php")


def test_no_author_without_account_or_address(world: World) -> None:
    world.service.pipeline.receive([arrival("A word", author=Author("Nobody"))])
    with world.service.database.reading() as session:
        assert session.exec(select(AuthorRow)).all() == []
        assert session.exec(select(CommentRow.author_id)).one() is None


def test_a_text_whose_end_no_model_read_is_not_published_as_if_it_had_been(
    tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = policy_path("default").read_text(encoding="utf-8")
    patient = written.replace("comment.characters > limits.characters", "comment.characters > 60000")
    assert patient != written
    lenient = load_policy(patient, path="lenient.yaml", checks=CHECKS)
    monkeypatch.setattr(PolicyShelf, "policy_for", lambda *_: lenient)
    world = make_world(tmp_path, empty_url)
    world.service.scorer.wait(60)
    who, did, what = (
        ("we", "they", "many", "few", "some"),
        ("saw", "liked", "read", "knew", "kept"),
        "bdgjklmnprstvy",
    )
    sentences = (f"{w} {d} {one}aru{two}i road today." for w in who for d in did for one in what for two in what)
    (half_read,) = good(world.service.pipeline.receive([arrival(" ".join(sentences)[:25_000])]))
    assert half_read.status is Status.HELD
    assert (half_read.decision.grounds, half_read.decision.unavailable) == ((), ("scoring",))
    with world.service.database.reading() as session:
        case = session.exec(select(CaseRow).where(CaseRow.comment_id == half_read.id)).one()
        assert case.kind == "held"  # a person reads it: the model would not read more of it another time
    world.close()
