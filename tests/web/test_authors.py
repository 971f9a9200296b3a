"""The page of an author: history, standing with an end, and how far a ban would reach."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from moderation.storage.log import count_lines
from moderation.storage.settle import settle_due
from moderation.vocabulary import Role
from tests.web.newsroom import Browser, Newsroom, Page


@pytest.fixture
def editor(room: Newsroom) -> Browser:
    return room.browser(room.person("Tara Rao", roles=[Role.EDITOR]))


def author_of(room: Newsroom, name: str) -> str:
    with room.database.reading() as session:
        from sqlmodel import select

        from moderation.storage.tables import AuthorRow

        return session.exec(select(AuthorRow.id).where(AuthorRow.name == name)).one()


def stand(browser: Browser, author: str, **form: object) -> int:
    csrf = Page(browser.get("/me")).csrf
    return browser.post(f"/s/gazette/authors/{author}/standing", {"csrf": csrf, **form}).status_code


def status_now(room: Newsroom, comment: str) -> str:
    from moderation.storage.comments import read_comment

    return read_comment(room.database, "gazette", comment, datetime.now(UTC)).status.value


def test_a_suspension_is_the_editors_needs_a_reason_and_an_end_and_is_a_line_of_the_log(
    room: Newsroom, editor: Browser
) -> None:
    room.held()
    moderator, author = room.browser(room.person()), author_of(room, "Reader A")
    ban = {"standing": "ban", "words": "spam again"}
    assert stand(moderator, author, **ban) == 403
    assert stand(editor, author, standing="ban") == 422
    assert stand(editor, author, standing="suspend", words="spam again") == 422
    with room.database.reading() as session:
        before = count_lines(session, "config.changed")
    assert stand(editor, author, standing="suspend", words="spam again", days="3") == 303
    page = Page(editor.get(f"/s/gazette/authors/{author}"))
    assert "suspended until" in page.text
    assert "spam again" in page.text
    with room.database.reading() as session:
        assert count_lines(session, "config.changed") == before + 1
    assert status_now(room, room.comment("A harmless remark.", name="Reader A")) == "rejected"


def test_trust_and_holding_end_by_themselves(room: Newsroom, editor: Browser) -> None:
    first = room.comment("A fair report.", name="Uma Pai")
    author = author_of(room, "Uma Pai")
    assert stand(editor, author, standing="hold", days="2") == 303
    assert status_now(room, room.comment("Another fair report.", name="Uma Pai")) == "held"
    later = datetime.now(UTC) + timedelta(days=3)
    from moderation.storage.fact_book import Standing
    from moderation.storage.tables import AuthorRow

    with room.database.reading() as session:
        row = session.get(AuthorRow, author)
    assert row is not None
    assert Standing.of(row).facts(None, later).premoderated is False
    assert status_now(room, first) == "published"
    assert stand(editor, author, standing="none") == 303
    assert status_now(room, room.comment("A third report.", name="Uma Pai")) == "published"


def test_the_line_beside_a_case_tells_the_standing_that_holds_and_none_that_has_ended(
    room: Newsroom, editor: Browser
) -> None:
    room.held()
    author = author_of(room, "Reader A")
    case = editor.queue().case
    beside = re.compile(r'<section class="author"[\s\S]*?</section>')
    for standing, words in (("hold", "always held"), ("trust", "trusted"), ("suspend", "suspended"), ("ban", "banned")):
        assert (
            stand(editor, author, standing=standing, words="spam again", days="" if standing == "ban" else "2") == 303
        )
        assert f"· {words}" in beside.search(Page(editor.get(f"/s/gazette/queue?case={case}")).html).group(0), standing
        with room.database.writing() as session:
            from moderation.storage.tables import AuthorRow

            row = session.get(AuthorRow, author)
            past = datetime.now(UTC) - timedelta(minutes=1)
            row.standing_until, row.banned_until = past, past if row.banned_until else None
            session.add(row)
        assert words not in beside.search(Page(editor.get(f"/s/gazette/queue?case={case}")).html).group(0), standing


def test_the_line_beside_a_case_counts_and_names_the_last_ground(room: Newsroom, editor: Browser) -> None:
    room.comment("A fair report.", name="Reader A")
    room.held()
    page = editor.queue()
    editor.post(f"/s/gazette/cases/{page.case}/reject", {**page.form, "ground": "insulting"})
    settle_due(room.database, datetime.now(UTC) + timedelta(minutes=1))
    room.held()
    assert "1 published · 1 rejected · last: Insult" in editor.queue().text


def test_the_page_says_how_many_others_a_ban_would_hit_and_holds_them(room: Newsroom, editor: Browser) -> None:
    for name in ("Asha Shenoy", "Ravi Kumar", "Uma Pai"):
        room.comment(f"A thought of {name}.", name=name, ip="203.0.113.9")
    room.comment("A thought from next door.", name="Zoya Khan", ip="203.0.113.200")
    author = author_of(room, "Asha Shenoy")
    page = Page(editor.get(f"/s/gazette/authors/{author}"))
    said = re.findall(r"<strong>(\d+) other", page.html)
    assert said == ["0", "2", "3"]  # the e-mail address, the address, its network
    assert "203.0.113" not in page.html
    tags = re.findall(r'name="tags" value="(\w+)"', page.html)
    form = {"standing": "ban", "words": "threats", "tags": [tags[1]]}
    assert stand(editor, author, **form) == 422  # a ban of an address ends
    assert stand(editor, author, **form, days="200") == 422
    assert stand(editor, author, **form | {"tags": ["0" * 32]}, days="30") == 422
    assert stand(editor, author, **form, days="30") == 303
    assert "Address banned until" in Page(editor.get(f"/s/gazette/authors/{author}")).text
    assert status_now(room, room.comment("A second thought.", name="Ravi Kumar", ip="203.0.113.9")) == "held"
    assert status_now(room, room.comment("A second look.", name="Zoya Khan", ip="203.0.113.200")) == "published"
    assert stand(editor, author, standing="none") == 303
    assert status_now(room, room.comment("A third thought.", name="Ravi Kumar", ip="203.0.113.9")) == "published"


def test_history_is_filtered_by_status_with_its_counts(room: Newsroom, editor: Browser) -> None:
    room.comment("A fair report.", name="Reader A")
    room.held()
    author = author_of(room, "Reader A")
    page = Page(editor.get(f"/s/gazette/authors/{author}?status=held"))
    assert "Published 1" in page.text
    assert "Held 1" in page.text
    assert "You are an idiot" in page.text
    assert "A fair report" not in page.text


def test_a_comment_that_was_held_and_rejected_is_one_of_the_last_outcomes(room: Newsroom) -> None:
    from moderation.storage.settle import settle_due

    for n in range(4):
        room.comment(f"You are an idiot, number {n}.", name="Reader A")
    meera, author = room.browser(room.person()), author_of(room, "Reader A")
    for act in ("reject", "reject", "publish"):
        page = meera.queue()
        meera.post(f"/s/gazette/cases/{page.case}/{act}", {**page.form, "ground": "insulting"})
    settle_due(room.database, datetime.now(UTC) + timedelta(minutes=5))
    assert "2 of 4 rejected" in Page(meera.get(f"/s/gazette/authors/{author}")).text
