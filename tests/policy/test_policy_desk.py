"""A site's policy is written, tried, approved, put in force, and taken back; on both databases."""

from __future__ import annotations

import json
import pickle
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from moderation.api.shape import intake_rules
from moderation.cli.doctor_looks import State, look_at_policies
from moderation.errors import NotFound
from moderation.intake.accept import InvalidComment, accept
from moderation.intake.profiles import TEXT
from moderation.log_jobs import note_policies
from moderation.policy import PolicyInvalid
from moderation.policy.files import policy_path
from moderation.policy.lifecycle import PolicyState, SecondPersonNeeded, VersionInForce, VersionSettled
from moderation.policy.replay_words import report_data
from moderation.policy_desk import PolicyDesk
from moderation.policy_shelf import PolicyShelf
from moderation.ports import Arrival
from moderation.replay_desk import Replayer
from moderation.review.verdict import Ruling
from moderation.storage.policies import set_two_people
from moderation.storage.replay import PastReader, Stretch, stretches
from moderation.storage.sites import add_site, site_rules
from moderation.storage.tables import CaseRow, LogEntry, RevisionRow, VerdictRow
from moderation.vocabulary import Action, Article, Author, Comment, Door, Ground
from tests.conftest import drop_postgres, make_postgres
from tests.factories import World, make_world
from tests.fakes import WordScorer

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
DEFAULT = policy_path("default").read_text(encoding="utf-8")
LIGHT = policy_path("light").read_text(encoding="utf-8").replace("characters: 2000", "characters: 1500")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One newsroom of each kind for all tests here; every test gets sites of its own."""
    folder = tmp_path_factory.mktemp("desk")
    url = f"sqlite:///{folder / 'moderation.db'}" if request.param == "sqlite" else make_postgres()
    made = make_world(folder, url, scorer=WordScorer())
    yield made
    made.close()
    if request.param == "postgresql":
        drop_postgres(url)


@pytest.fixture
def desk(world: World) -> PolicyDesk:
    ticks = iter(range(10**6))
    database, texts = world.service.database, world.service.shelf.text
    shelf = PolicyShelf(
        lambda site: site_rules(database, site), lambda: next(ticks) * 10.0, version_text=lambda name: texts(name)[1]
    )
    return PolicyDesk(database, shelf)


@pytest.fixture
def site(world: World) -> str:
    name = f"site-{uuid.uuid4().hex[:8]}"
    add_site(world.service.database, name, "The Gazette", datetime.now(UTC))
    return name


def send(world: World, text: str, site: str) -> str:
    article = Article("a-1", title="Council votes for the tram line", section="city")
    author = Author("Asha Shenoy", "asha@reader.example")
    comment = Comment(text, Door.API, article, author, received_at=datetime.now(UTC))
    (outcome,) = world.service.pipeline.receive([Arrival(site, comment)])
    assert not isinstance(outcome, Exception)
    return outcome.id


def test_a_draft_becomes_the_policy_and_the_former_one_is_one_step_away(
    world: World, desk: PolicyDesk, site: str
) -> None:
    before = desk.in_force(site)
    draft = desk.save(site, LIGHT, by="u1", note="publish first")
    desk.publish(site, draft, "u1")
    now = desk.in_force(site)
    assert (before.name, now.name, now.policy.name) == ("default", f"version:{draft}", "light")
    rules = site_rules(world.service.database, site)
    assert (rules.limit, rules.disclaimer_mode, rules.previous_policy) == (1500, "notice", "default")
    states = [(row.number, row.state) for row in desk.versions(site)]
    assert states == [(2, PolicyState.ACTIVE), (1, PolicyState.RETIRED)]

    first = desk.versions(site)[1].id
    desk.publish(site, first, "u1")
    assert desk.in_force(site).text == before.text
    assert site_rules(world.service.database, site).limit == 2000


def test_every_publication_is_a_line_of_the_log(world: World, desk: PolicyDesk, site: str) -> None:
    draft = desk.save(site, LIGHT, by="u1")
    desk.publish(site, draft, "u2")
    with world.service.database.reading() as session:
        rows = session.exec(select(LogEntry).where(LogEntry.type == "policy.activated", LogEntry.site_id == site)).all()
    assert [(row.ref, row.site_id) for row in rows] == [(draft, site)]
    body = (rows[0].body or b"").decode()
    for told in (desk.in_force(site).policy.hash, '"by":"u2"', '"written_by":"u1"', '"before":"default"'):
        assert told in body


def test_the_policy_in_force_says_how_long_a_title_may_be(world: World, desk: PolicyDesk, site: str) -> None:
    def takes(characters: int) -> bool:
        draft = Comment("A fair report.", Door.API, title="ā" * characters)
        try:
            accept(draft, intake_rules(world.service, site), datetime.now(UTC), profile=TEXT)
        except InvalidComment as refused:
            assert [fault.pointer for fault in refused.faults] == ["/title"]  # noqa: PT017 - the pointer is the claim
            return False
        return True

    assert takes(200)
    assert not takes(201)
    desk.publish(site, desk.save(site, LIGHT.replace("title_characters: 200", "title_characters: 40"), by="u1"), "u1")
    world.service.shelf.forget(site)
    assert takes(40)
    assert not takes(41)


def config_lines(world: World) -> list[str]:
    with world.service.database.reading() as session:
        rows = session.exec(select(LogEntry).where(LogEntry.type == "config.changed").order_by(col(LogEntry.idx))).all()
    return [(row.body or b"").decode() for row in rows]


def test_a_roll_back_and_what_governs_publication_are_lines_of_the_log(
    world: World, desk: PolicyDesk, site: str
) -> None:
    draft = desk.save(site, LIGHT, by="u1")
    desk.publish(site, draft, "u2")
    back = desk.versions(site)[1].id
    desk.publish(site, back, "u3")
    with world.service.database.reading() as session:
        here = (LogEntry.type == "policy.activated", LogEntry.site_id == site)
        rows = session.exec(select(LogEntry).where(*here).order_by(LogEntry.idx)).all()
    assert [row.ref for row in rows] == [draft, back]
    assert '"by":"u3"' in (rows[1].body or b"").decode()
    desk.shadow(site, draft, "u4")
    set_two_people(world.service.database, site, two_people=True, by="u5", now=world.service.clock())
    shadow, two = config_lines(world)[-2:]
    assert f'"by":"u4","policy":"version:{draft}","what":"shadow_policy"' in shadow
    assert '"by":"u5","on":true,"what":"policy_two_people"' in two


def test_a_policy_from_a_file_is_told_by_the_log_once_and_again_when_the_file_is_another(
    world: World, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = world.service

    def lines() -> list[str]:
        with service.database.reading() as session:
            rows = session.exec(select(LogEntry).where(LogEntry.ref == f"policy:{site}").order_by(LogEntry.idx)).all()
        return [(row.body or b"").decode() for row in rows]

    assert note_policies(service) > 0
    assert note_policies(service) == 0
    first = service.shelf.policy("default").hash
    assert len(lines()) == 1
    assert f'"name":"default","sha256":"{first}"' in lines()[0]
    (tmp_path / "default.yaml").write_text(LIGHT, encoding="utf-8")
    monkeypatch.setattr(service.shelf, "_folder", tmp_path)
    monkeypatch.setattr(service.shelf, "_policies", {})
    assert note_policies(service) > 0
    assert f'"before":"{first}"' in lines()[1]
    assert service.shelf.policy("default").hash in lines()[1]
    draft = PolicyDesk(service.database, service.shelf).save(site, LIGHT + "# mine\n", by="u1")
    PolicyDesk(service.database, service.shelf).publish(site, draft, "u1")
    assert note_policies(service) == 0


def test_a_site_that_asks_for_two_people_gets_two(world: World, desk: PolicyDesk, site: str) -> None:
    set_two_people(world.service.database, site, two_people=True, by="u0", now=world.service.clock())
    draft = desk.save(site, LIGHT, by="writer")
    desk.propose(site, draft, "writer")
    with pytest.raises(SecondPersonNeeded):
        desk.publish(site, draft, "writer")
    assert desk.in_force(site).name == "default"
    desk.publish(site, draft, "colleague")
    assert desk.in_force(site).name == f"version:{draft}"
    back = desk.versions(site)[1].id
    desk.publish(site, back, "writer")
    assert desk.in_force(site).policy.name == "default"


def test_a_draft_with_faults_is_saved_and_goes_no_further(desk: PolicyDesk, site: str) -> None:
    draft = desk.save(site, DEFAULT.replace("score.insult", "score.insul"), by="u1")
    for step in (desk.propose, desk.publish):
        with pytest.raises(PolicyInvalid):
            step(site, draft, "u1")
    with pytest.raises(PolicyInvalid):
        desk.shadow(site, draft, "u1")
    assert desk.in_force(site).name == "default"


def test_what_was_proposed_or_in_force_stands_still(desk: PolicyDesk, site: str) -> None:
    draft = desk.save(site, LIGHT, by="u1")
    assert desk.save(site, LIGHT + "# a word more\n", by="u1", version_id=draft) == draft
    desk.propose(site, draft, "u1")
    with pytest.raises(VersionSettled):
        desk.save(site, DEFAULT, by="u1", version_id=draft)
    desk.publish(site, draft, "u1")
    with pytest.raises(VersionInForce):
        desk.publish(site, draft, "u2")


def test_another_site_s_version_does_not_exist_here(desk: PolicyDesk, site: str) -> None:
    draft = desk.save(site, LIGHT, by="u1")
    for step in (desk.publish, desk.propose):
        with pytest.raises(NotFound):
            step("herald", draft, "u1")
    assert desk.versions("herald") == []


def test_a_second_policy_decides_alongside_and_changes_nothing(world: World, desk: PolicyDesk, site: str) -> None:
    shadow = desk.save(site, LIGHT, by="u1")
    desk.shadow(site, shadow, "u1")
    assert desk.settings(site) == (f"version:{shadow}", False)
    world.service.shelf._sites.clear()
    comment = send(world, "You idiot.", site)
    with world.service.database.reading() as session:
        row = session.exec(select(RevisionRow).where(RevisionRow.comment_id == comment)).one()
    assert (row.action, row.decision["policy"]) == ("hold", desk.in_force(site).policy.hash)
    assert row.shadow is not None
    assert (row.shadow["action"], row.shadow["policy"]) == ("publish", desk.version(site, shadow).hash)
    desk.shadow(site, None, "u1")
    assert desk.settings(site) == (None, False)


def test_a_replay_tells_what_a_draft_would_have_changed(world: World, desk: PolicyDesk, site: str) -> None:
    held = [send(world, text, site) for text in ("You idiot.", "What an idiot!", "Idiot and liar.")]
    send(world, "A fair report, thank you.", site)
    send(world, "You idiot.", "herald")
    rule_on(world, site, held[0], Action.REJECT)
    rule_on(world, site, held[1], Action.PUBLISH)
    draft = desk.save(site, LIGHT, by="u1")
    assert desk.count(site, EPOCH) == 4
    found = desk.replay(site, desk.load(LIGHT), EPOCH)
    desk.ask_replay(site, draft, EPOCH)
    assert Replayer().round(world.service) == 1
    assert found.table[Action.HOLD] == {Action.PUBLISH: 3, Action.HOLD: 0, Action.REJECT: 0}
    assert (found.total, found.verdicts, found.newly[Action.PUBLISH]) == (4, 2, (3, 1))
    assert {one.id for one in found.samples} == set(held)
    assert desk.version(site, draft).replay == json.loads(json.dumps(report_data(found)))
    assert Replayer().round(world.service) == 0
    assert desk.count(site, datetime.now(UTC) + timedelta(days=1)) == 0


def test_the_last_verdict_that_stands_counts(world: World, desk: PolicyDesk, site: str) -> None:
    comment = send(world, "You idiot.", site)
    rule_on(world, site, comment, Action.REJECT)
    with world.service.database.reading() as session:
        verdict = session.exec(select(VerdictRow).where(VerdictRow.comment_id == comment)).one()
    world.service.pipeline.undo(site, verdict.id, "u1")
    rule_on(world, site, comment, Action.PUBLISH)
    found = desk.replay(site, desk.in_force(site).policy, EPOCH)
    assert (found.verdicts, found.old_otherwise, found.changed) == (1, 0, 0)


def test_what_was_published_and_looked_at_counts_as_load_and_plain_publishing_does_not(
    world: World, desk: PolicyDesk, site: str
) -> None:
    desk.publish(site, desk.save(site, LIGHT, by="u1"), "u1")
    world.service.shelf.forget(site)
    send(world, "You idiot.", site)
    send(world, "A fair report on the tram line.", site)
    past = list(PastReader(world.service.database, site)(Stretch(EPOCH, None)))
    assert [(one.old, one.looked_at) for one in past] == [(Action.PUBLISH, True), (Action.PUBLISH, False)]


def test_stretches_hold_every_wording_once_however_they_are_cut(
    world: World, desk: PolicyDesk, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [send(world, f"A fair report, number {number}.", site) for number in range(9)]
    with world.service.database.writing() as session:  # three of one moment, which no cut may part
        moment = session.exec(select(RevisionRow.created_at).where(RevisionRow.comment_id == sent[2])).one()
        for row in session.exec(select(RevisionRow).where(col(RevisionRow.comment_id).in_(sent[3:5]))):
            row.created_at = moment
    monkeypatch.setattr("moderation.storage.replay.PAGE", 2)
    read = pickle.loads(pickle.dumps(PastReader(world.service.database, site)))
    cut = list(stretches(world.service.database, EPOCH))
    assert len(cut) > 2
    assert [one.id for part in cut for one in read(part)] == sent


def test_a_stored_decision_is_explained_by_the_policy_that_made_it(world: World, desk: PolicyDesk, site: str) -> None:
    comment = send(world, "You idiot.", site)
    told = desk.explain(site, comment)
    assert told.same
    assert told.then.action is Action.HOLD
    assert {one.rule for one in told.explanation.why} == {"abuse", "insult"}
    desk.publish(site, desk.save(site, LIGHT, by="u1"), "u1")
    assert desk.explain(site, comment).same
    with pytest.raises(NotFound):
        desk.explain("herald", comment)


def rule_on(world: World, site: str, comment: str, action: Action) -> None:
    with world.service.database.reading() as session:
        case = session.exec(
            select(CaseRow).where(CaseRow.comment_id == comment).order_by(col(CaseRow.opened_at).desc())
        ).first()
    assert case is not None
    ground = Ground.INSULTING if action is Action.REJECT else None
    world.service.pipeline.rule(Ruling(site, case.id, case.version, action, "u1", ground))


def test_doctor_knows_a_version_that_was_published_in_the_web(world: World, desk: PolicyDesk, site: str) -> None:
    version = desk.save(site, LIGHT, by="meera")
    desk.publish(site, version, "meera")
    found = look_at_policies(world.settings)
    assert found.state is State.FINE
    assert version in found.detail
