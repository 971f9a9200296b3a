"""Two people judge one case, on both databases: blind first, agreement decides, an editor settles what differs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from moderation.opinion_desk import OpinionDesk
from moderation.review.opinion import AskedAlready, NotAsked, OpinionResult, Question, View
from moderation.review.verdict import EditorNeeded, OpinionPending, Ruling, StaleVerdict, WordsMissing
from moderation.storage.case_leases import Wish, lease_next
from moderation.storage.comments import read_comment
from moderation.storage.listing import ListFilter, list_rows
from moderation.storage.members import set_roles
from moderation.storage.sites import set_editor_publishes
from moderation.storage.tables import CaseRow, LogEntry
from moderation.vocabulary import Action, Ground, Role, Status
from tests.web.newsroom import Browser, Newsroom, Page, open_newsroom

LEASE = timedelta(minutes=2)


@pytest.fixture
def room(tmp_path: Path, empty_url: str) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path, empty_url)
    yield opened
    opened.world.close()


class Trio:
    """A moderator who asks, one who is asked, an editor, and a case."""

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self.meera, self.tara = room.person("Meera Nair"), room.person("Tara Rao")
        self.edith = room.person("Edith Pinto", roles=[Role.EDITOR])
        (self.comment,) = room.held()
        self.desk = OpinionDesk(room.world.service.pipeline.ports)

    def row(self) -> CaseRow:
        with self.room.database.reading() as session:
            return session.exec(select(CaseRow).where(CaseRow.comment_id == self.comment)).one()

    def ruling(self, by: str, action: Action, ground: Ground | None = None, **more: object) -> Ruling:
        row = self.row()
        return Ruling("gazette", row.id, row.version, action, by, ground, **more)

    def ask(self, of: str | None = None, action: Action = Action.PUBLISH, ground: Ground | None = None) -> Question:
        row, now = self.row(), self.room.world.service.clock()
        view = View(self.meera, action, ground)
        return self.desk.ask(Question("", "gazette", row.id, row.version, view, of, "is this a quotation?", now))

    def shown(self, to: str, *, settles: bool = False) -> list[str]:
        wish = Wish("gazette", to, 3, settles=settles)
        return lease_next(self.room.database, wish, self.room.world.service.clock(), LEASE)

    def flag(self) -> None:
        with self.room.database.writing() as session:
            row = session.get(CaseRow, self.row().id)
            row.grounds, row.ground = ["defamatory"], "defamatory"
            session.add(row)


def test_a_case_handed_over_is_shown_to_the_colleague_alone_and_decided_by_agreeing(room: Newsroom) -> None:
    trio = Trio(room)
    trio.ask(of=trio.tara)
    assert trio.shown(trio.meera) == trio.shown(trio.edith, settles=True) == []
    assert trio.shown(trio.tara) == [trio.row().id]
    answer = trio.desk.answer(trio.ruling(trio.tara, Action.PUBLISH))
    assert answer.result is OpinionResult.AGREED
    assert (trio.row().state, trio.row().decided_by) == ("decided", trio.tara)
    now = room.world.service.clock() + timedelta(minutes=1)
    assert read_comment(room.database, "gazette", trio.comment, now).status is Status.PUBLISHED
    with room.database.reading() as session:
        kinds = list(session.exec(select(LogEntry.type).where(LogEntry.site_id == "gazette").order_by(LogEntry.idx)))
    assert kinds[-3:] == ["opinion.asked", "opinion.given", "verdict.given"]


def test_two_that_differ_leave_the_case_to_an_editor_and_to_nobody_else(room: Newsroom) -> None:
    trio = Trio(room)
    trio.ask()
    answer = trio.desk.answer(trio.ruling(trio.tara, Action.REJECT, Ground.INSULTING))
    assert answer.result is OpinionResult.DISAGREED
    assert trio.row().state == "escalated"
    assert trio.shown(trio.tara) == trio.shown(trio.meera) == []
    with pytest.raises(EditorNeeded):
        room.world.service.pipeline.rule(trio.ruling(trio.tara, Action.PUBLISH))
    assert trio.shown(trio.edith, settles=True) == [trio.row().id]
    plan = room.world.service.pipeline.rule(trio.ruling(trio.edith, Action.PUBLISH, as_editor=True))
    room.world.service.pipeline.undo("gazette", plan.id, trio.edith)
    assert trio.row().state == "escalated"


def test_nobody_decides_beside_an_open_question(room: Newsroom) -> None:
    trio = Trio(room)
    before = trio.ruling(trio.tara, Action.PUBLISH)
    trio.ask(of=trio.tara)
    with pytest.raises(StaleVerdict):
        room.world.service.pipeline.rule(before)
    with pytest.raises(OpinionPending):
        room.world.service.pipeline.rule(trio.ruling(trio.edith, Action.PUBLISH, as_editor=True))
    for outsider in (trio.meera, trio.edith):
        with pytest.raises(NotAsked):
            trio.desk.answer(trio.ruling(outsider, Action.PUBLISH))
    with pytest.raises(AskedAlready):
        trio.ask()
    trio.desk.take_back("gazette", trio.row().id, trio.meera)
    assert trio.shown(trio.meera) == [trio.row().id]


def test_an_overdue_question_is_anybodys_but_the_askers(room: Newsroom) -> None:
    trio = Trio(room)
    trio.ask(of=trio.tara)
    with room.database.writing() as session:
        row = session.get(CaseRow, trio.row().id)
        row.due_at = room.world.service.clock() - timedelta(minutes=1)
        session.add(row)
    assert trio.shown(trio.meera) == []
    assert trio.shown(trio.edith) == [trio.row().id]


def test_what_was_asked_of_somebody_who_leaves_is_anybodys_to_answer(room: Newsroom) -> None:
    trio = Trio(room)
    trio.ask(of=trio.tara)
    room.person("Adam Admin", roles=[Role.ADMIN])
    set_roles(room.database, "gazette", trio.tara, frozenset(), room.world.service.clock())
    assert trio.shown(trio.meera) == []
    assert trio.shown(trio.edith) == [trio.row().id]


def test_over_a_defamation_flag_words_are_typed_and_an_editor_publishes_where_the_site_says_so(room: Newsroom) -> None:
    trio = Trio(room)
    trio.flag()
    rule = room.world.service.pipeline.rule
    with pytest.raises(WordsMissing):
        rule(trio.ruling(trio.meera, Action.PUBLISH))
    set_editor_publishes(room.database, "gazette", trio.edith, room.world.service.clock(), wanted=True)
    with pytest.raises(EditorNeeded):
        rule(trio.ruling(trio.meera, Action.PUBLISH, words="the court has found so"))
    trio.ask(of=trio.tara)
    answer = trio.desk.answer(trio.ruling(trio.tara, Action.PUBLISH, words="the court has found so"))
    assert answer.result is OpinionResult.NEEDS_EDITOR
    with pytest.raises(WordsMissing):
        rule(trio.ruling(trio.edith, Action.PUBLISH, as_editor=True))
    rule(trio.ruling(trio.edith, Action.PUBLISH, words="reported from the judgment", as_editor=True))
    assert trio.row().state == "decided"


def test_a_bulk_decision_leaves_an_open_question_and_another_persons_flag_alone(room: Newsroom) -> None:
    trio = Trio(room)
    trio.ask(of=trio.tara)
    tara = room.browser(trio.tara)
    row, csrf = trio.row(), Page(tara.get("/me")).csrf
    form = {"csrf": csrf, "ids": [row.id], "act": "publish"}
    assert tara.post("/s/gazette/bulk", form).status_code == 422
    decided = {"csrf": csrf, "cases": [f"{row.id}:{row.version}"], "act": "publish", "count": "1"}
    tara.post("/s/gazette/bulk/decide", decided)
    assert trio.row().state == "open"


def page_of(browser: Browser, path: str) -> Page:
    return Page(browser.get(f"/s/gazette/{path}"))


def test_the_pages_hide_the_first_view_and_the_scores_until_the_second_is_given(room: Newsroom) -> None:
    trio = Trio(room)
    meera, tara, edith = (room.browser(one) for one in (trio.meera, trio.tara, trio.edith))
    page = meera.queue()
    assert "Why here" in page.text
    handed = {**page.form, "colleague": trio.tara, "view": "reject:spam", "note": "is this a quotation?"}
    assert meera.post(f"/s/gazette/cases/{page.case}/opinion", {**handed, "view": ""}).status_code == 422
    assert meera.post(f"/s/gazette/cases/{page.case}/opinion", handed).headers["location"] == "/s/gazette/opinions"
    blind = tara.queue()
    for path in ("queue", f"queue?case={page.case}", f"comments/{trio.comment}", "opinions"):
        seen = page_of(tara, path).text
        assert "is this a quotation?" in seen, path
        assert "would reject: Spam" not in seen, path
    assert "Why here" not in blind.text
    assert "<mark>" not in blind.html
    assert "would reject: Spam" in page_of(meera, "opinions").text
    answer = tara.post(f"/s/gazette/cases/{page.case}/publish", blind.form, headers={"X-Fragment": "1"})
    assert "Meera Nair would reject it as Spam. An editor settles it." in Page(answer).text
    for browser in (meera, tara):
        both = page_of(browser, "opinions").text
        assert "Meera Nair would reject: Spam" in both
        assert "Tara Rao would publish" in both
    settle = edith.queue()
    assert "Meera Nair would reject: Spam" in settle.text
    assert edith.post(f"/s/gazette/cases/{page.case}/publish", settle.form).status_code == 303
    assert "An editor had the last word." in page_of(meera, "opinions").text


def test_no_page_tells_the_asked_one_what_the_colleague_wrote_or_the_checks_found(room: Newsroom) -> None:
    trio = Trio(room)
    meera, tara = room.browser(trio.meera), room.browser(trio.tara)
    page = meera.queue()
    note = {"csrf": page.csrf, "words": "plain spam, I say"}
    assert meera.post(f"/s/gazette/comments/{trio.comment}/notes", note).status_code == 303
    meera.post(f"/s/gazette/cases/{page.case}/reject", {**page.form, "ground": "spam", "words": "an advert"})
    back = meera.queue()
    assert meera.post(back.undo, back.form).status_code == 303
    again = page_of(meera, f"queue?case={page.case}")
    for view in ("reject:spam", "publish"):  # asked, taken back and asked once more
        handed = {**page_of(meera, f"queue?case={page.case}").form, "colleague": trio.tara, "view": view}
        assert meera.post(f"/s/gazette/cases/{page.case}/opinion", handed).status_code == 303
        if view == "reject:spam":
            meera.post(f"/s/gazette/cases/{page.case}/opinion/back", {"csrf": again.csrf})
    file = f"comments/{trio.comment}"
    telling = ("plain spam, I say", "an advert", "would reject: Spam", "insult", "Insult", "0.9")
    for path in ("queue", file, f"{file}/carried", "list", "list.csv", "opinions"):
        seen = page_of(tara, path).text
        # without the words of the filters and of the buttons
        told = seen.partition("Score Age")[2] if path == "list" else seen.partition("Reject as")[0]
        assert told
        assert not [words for words in telling if words in told], path
    own = page_of(meera, file).text
    assert "plain spam, I say" in own
    assert "insult" in own
    tara.post(f"/s/gazette/cases/{page.case}/publish", tara.queue().form)
    after = page_of(tara, file).text
    assert "plain spam, I say" in after
    assert "would reject: Spam" in after
    assert "insult" in after


def test_an_editors_rule_takes_the_publish_button_from_moderators(room: Newsroom) -> None:
    trio = Trio(room)
    trio.flag()
    edith, meera = room.browser(trio.edith), room.browser(trio.meera)
    csrf = Page(edith.get("/me")).csrf
    assert edith.post("/s/gazette/switches/defamation", {"csrf": csrf, "editor": "yes"}).status_code == 303
    page = meera.queue()
    assert "only an editor publishes it" in page.text
    assert 'data-act="publish"' not in page.html
    refused = meera.post(f"/s/gazette/cases/{page.case}/publish", {**page.form, "words": "true, as the court found"})
    assert refused.status_code == 403
    meera.post("/s/gazette/leases", {"csrf": page.csrf, "ids": page.case, "gone": "2100-01-01T00:00:00Z"})
    assert 'data-act="publish"' in edith.queue().html


def test_a_filter_does_not_tell_the_finding_to_whoever_is_asked(room: Newsroom) -> None:
    trio = Trio(room)
    trio.flag()
    trio.ask(of=trio.tara)
    meera, tara = room.browser(trio.meera), room.browser(trio.tara)
    for narrow in ("ground=defamatory", "score_from=0.5", "status=all&ground=defamatory", "status=held&score_from=0.5"):
        path = f"/s/gazette/list.csv?{narrow}"
        assert trio.comment in meera.get(path).text, narrow
        assert trio.comment not in tara.get(path).text, narrow
    assert trio.comment in tara.get("/s/gazette/list.csv").text


def test_list_and_counts_name_what_waits_for_an_editor(room: Newsroom) -> None:
    trio = Trio(room)
    trio.ask()
    trio.desk.answer(trio.ruling(trio.tara, Action.REJECT, Ground.SPAM))
    rows = list_rows(room.database, "gazette", ListFilter(status="escalated"), room.world.service.clock())
    assert [row.comment_id for row in rows] == [trio.comment]
    assert 'class="count">1<' in room.browser(trio.edith).get("/s/gazette/opinions").text
