"""A held comment, a person's verdict, the undo window, and what the site is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from moderation.appeals.eligibility import NotAppealable
from moderation.errors import Conflict, Forbidden, Invalid, NotFound
from moderation.pipeline import Pipeline
from moderation.ports import Arrival, Outcome
from moderation.review.verdict import BarredJudge, Ruling, StaleVerdict
from moderation.storage.comments import read_comment
from moderation.storage.outbox import Attempted, take_due, write_attempts
from moderation.storage.settle import settle_due
from moderation.storage.tables import AuthorRow, CaseRow, Endpoint, OutboxRow
from moderation.vocabulary import Action, Article, Author, Comment, Door, Ground, Sender, Status
from tests.factories import World, make_world
from tests.fakes import WordScorer

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Desk:
    """A newsroom whose clock a test can move."""

    def __init__(self, folder: Path, url: str) -> None:
        self.world: World = make_world(folder, url, scorer=WordScorer())
        self.now = datetime.now(UTC)
        self.pipeline = Pipeline(replace(self.world.service.pipeline.ports, clock=lambda: self.now))
        self.database = self.world.service.database
        with self.database.writing() as session:
            sealed = self.world.service.custody.seal_secrets("e1", ["whsec_" + "A" * 32])
            session.add(
                Endpoint(
                    id="e1", site_id="gazette", url="http://127.0.0.1:9/", secrets_sealed=sealed, created_at=self.now
                )
            )

    def receive(self, words: str, **more: object) -> Outcome:
        comment = Comment(
            text=words,
            door=Door.API,
            article=Article("a-1"),
            author=Author("Asha", "asha@reader.example"),
            sender=Sender(ip="203.0.113.5"),
        )
        outcome = self.pipeline.receive([Arrival("gazette", comment, **more)])[0]
        assert isinstance(outcome, Outcome), outcome
        return outcome

    def case(self, comment_id: str) -> CaseRow:
        with self.database.reading() as session:
            query = select(CaseRow).where(CaseRow.comment_id == comment_id).order_by(CaseRow.id.desc())
            return session.exec(query).first()

    def rule(self, comment_id: str, action: Action, ground: Ground | None = None, **more: object) -> object:
        case = self.case(comment_id)
        return self.pipeline.rule(Ruling("gazette", case.id, case.version, action, "u1", ground, **more))

    def status(self, comment_id: str) -> Status:
        return read_comment(self.database, "gazette", comment_id, self.now).status

    def told(self) -> list[str]:
        with self.database.reading() as session:
            rows = session.exec(
                select(OutboxRow).where(OutboxRow.state != "cancelled").order_by(OutboxRow.due_at)
            ).all()
        return [row.type for row in rows if row.due_at <= self.now]


@pytest.fixture
def desk(tmp_path: Path, empty_url: str) -> Iterator[Desk]:
    made = Desk(tmp_path, empty_url)
    yield made
    made.world.close()


def test_former_status_stands_until_the_undo_window_ends(desk: Desk) -> None:
    held = desk.receive("You idiot")
    plan = desk.rule(held.id, Action.PUBLISH)
    assert desk.status(held.id) is Status.HELD
    view = read_comment(desk.database, "gazette", held.id, desk.now)
    assert view.settles_at == plan.settles_at == desk.now + timedelta(seconds=10)
    assert desk.told() == ["comment.held"]
    desk.now += timedelta(seconds=10)
    assert desk.status(held.id) is Status.PUBLISHED
    assert desk.told() == ["comment.held", "comment.published"]
    assert settle_due(desk.database, desk.now) == 1
    assert desk.status(held.id) is Status.PUBLISHED


def test_undo_inside_the_window_tells_nothing(desk: Desk) -> None:
    held = desk.receive("You idiot")
    plan = desk.rule(held.id, Action.REJECT, Ground.ABUSIVE)
    desk.now += timedelta(seconds=5)
    desk.pipeline.undo("gazette", plan.id, "u1")
    desk.now += timedelta(hours=1)
    assert desk.told() == ["comment.held"]
    assert desk.status(held.id) is Status.HELD
    assert desk.case(held.id).state == "open"


def test_undo_after_the_window_is_told_as_changed(desk: Desk) -> None:
    held = desk.receive("You idiot")
    plan = desk.rule(held.id, Action.REJECT, Ground.ABUSIVE)
    desk.now += timedelta(seconds=60)
    desk.pipeline.undo("gazette", plan.id, "u1")
    assert desk.told() == ["comment.held", "comment.rejected", "comment.decision_changed"]
    assert desk.status(held.id) is Status.HELD
    for _ in range(2):  # what was said before is told before
        (earlier,) = take_due(desk.database, desk.now)
        arrived = Attempted(earlier.id, earlier.endpoint_id, 1, 204, "", delivered=True)
        write_attempts(desk.database, [arrived], desk.now)
    (changed,) = take_due(desk.database, desk.now)
    assert changed.payload["type"] == "comment.decision_changed"
    assert changed.payload["data"]["status"] == "held"
    assert changed.payload["data"]["previous_status"] == "rejected"


def test_a_verdict_twice_or_on_an_old_version_is_stale(desk: Desk) -> None:
    held = desk.receive("You idiot")
    case = desk.case(held.id)
    ruling = Ruling("gazette", case.id, case.version, Action.PUBLISH, "u1")
    desk.pipeline.rule(ruling)
    with pytest.raises(StaleVerdict):
        desk.pipeline.rule(ruling)


def test_an_edit_that_arrives_meanwhile_is_not_decided_unseen(desk: Desk) -> None:
    held = desk.receive("You idiot")
    case = desk.case(held.id)
    desk.receive("You idiot, and worse", revises=held.id)
    with pytest.raises(StaleVerdict):
        desk.pipeline.rule(Ruling("gazette", case.id, case.version, Action.PUBLISH, "u1"))


def test_rejecting_an_edit_keeps_the_earlier_wording_published(desk: Desk) -> None:
    nice = desk.receive("Well said")
    desk.receive("You idiot", revises=nice.id)
    assert desk.status(nice.id) is Status.PUBLISHED
    desk.rule(nice.id, Action.REJECT, Ground.ABUSIVE)
    desk.now += timedelta(minutes=1)
    settle_due(desk.database, desk.now)
    view = read_comment(desk.database, "gazette", nice.id, desk.now)
    assert (view.status, view.latest_status) == (Status.PUBLISHED, Status.REJECTED)
    assert (view.published_text, view.text) == ("Well said", "You idiot")


def test_publishing_an_edit_replaces_the_wording(desk: Desk) -> None:
    nice = desk.receive("Well said")
    desk.receive("You idiot", revises=nice.id)
    desk.rule(nice.id, Action.PUBLISH)
    desk.now += timedelta(minutes=1)
    settle_due(desk.database, desk.now)
    view = read_comment(desk.database, "gazette", nice.id, desk.now)
    assert (view.status, view.published_text) == (Status.PUBLISHED, "You idiot")


def test_rejection_needs_a_ground_and_other_needs_words(desk: Desk) -> None:
    held = desk.receive("You idiot")
    with pytest.raises(Invalid, match="names the line"):
        desk.rule(held.id, Action.REJECT)
    with pytest.raises(Invalid, match="needs words"):
        desk.rule(held.id, Action.REJECT, Ground.OTHER)
    desk.rule(held.id, Action.REJECT, Ground.OTHER, words="copied from a leaflet")


def test_another_persons_verdict_cannot_be_undone(desk: Desk) -> None:
    held = desk.receive("You idiot")
    plan = desk.rule(held.id, Action.PUBLISH)
    with pytest.raises(Forbidden):
        desk.pipeline.undo("gazette", plan.id, "u2")


def test_another_sites_case_does_not_exist(desk: Desk) -> None:
    held = desk.receive("You idiot")
    case = desk.case(held.id)
    with pytest.raises(NotFound):
        desk.pipeline.rule(Ruling("herald", case.id, case.version, Action.PUBLISH, "u1"))
    with pytest.raises(NotFound):
        desk.pipeline.withdraw("herald", held.id)


def test_withdrawal_is_told_and_can_be_undone(desk: Desk) -> None:
    held = desk.receive("You idiot")
    assert desk.pipeline.withdraw("gazette", held.id).status is Status.WITHDRAWN
    assert desk.case(held.id).state == "withdrawn"
    with pytest.raises(Conflict):
        desk.pipeline.withdraw("gazette", held.id)
    assert desk.pipeline.restore("gazette", held.id).status is Status.HELD
    assert desk.case(held.id).state == "open"
    assert desk.told() == ["comment.held", "comment.withdrawn", "comment.decision_changed"]


def test_an_authors_counts_follow_verdicts(desk: Desk) -> None:
    held = desk.receive("You idiot")
    plan = desk.rule(held.id, Action.REJECT, Ground.ABUSIVE)
    desk.now += timedelta(minutes=1)
    settle_due(desk.database, desk.now)
    assert _counts(desk) == (0, 0, 1)
    desk.pipeline.undo("gazette", plan.id, "u1")
    assert _counts(desk) == (0, 1, 0)


def _counts(desk: Desk) -> tuple[int, int, int]:
    with desk.database.reading() as session:
        row = session.exec(select(AuthorRow)).one()
    return row.published, row.held, row.rejected


def test_an_appeal_is_judged_by_somebody_else_and_told_as_changed(desk: Desk) -> None:
    held = desk.receive("You idiot")
    desk.rule(held.id, Action.REJECT, Ground.ABUSIVE)
    desk.now += timedelta(minutes=1)
    settle_due(desk.database, desk.now)
    desk.pipeline.appeal("gazette", held.id, "It was meant for the referee")
    with pytest.raises(NotAppealable):
        desk.pipeline.appeal("gazette", held.id, "again")
    case = desk.case(held.id)
    assert (case.kind, case.barred) == ("appeal", "u1")
    with pytest.raises(BarredJudge):
        desk.rule(held.id, Action.PUBLISH)
    desk.pipeline.rule(Ruling("gazette", case.id, case.version, Action.PUBLISH, "u2"))
    desk.now += timedelta(minutes=1)
    assert desk.status(held.id) is Status.PUBLISHED
    assert desk.told()[-1] == "comment.decision_changed"
