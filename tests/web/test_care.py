"""What a person takes on: a bound of severe cases within the hour, and breaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from moderation.storage.care import severe_taken, working_since
from tests.web.newsroom import Newsroom, Page


def make_severe(room: Newsroom, count: int) -> None:
    with room.database.writing() as session:
        session.execute(
            text(
                "UPDATE review_case SET severity = 3 WHERE id IN"
                " (SELECT id FROM review_case ORDER BY due_at, id LIMIT :n)"
            ),
            {"n": count},
        )


def test_severe_cases_stop_at_the_bound_and_stay_for_colleagues(room: Newsroom) -> None:
    room.held(8)
    make_severe(room, 5)
    user = room.person()
    meera = room.browser(user)
    csrf = Page(meera.get("/me")).csrf
    assert meera.post("/me/care", {"csrf": csrf, "severe": "0"}).status_code == 422
    assert meera.post("/me/care", {"csrf": csrf, "severe": "2"}).status_code == 303
    seen = 0
    for _ in range(5):
        page = meera.queue()
        assert page.case
        seen += "very grave" in page.text
        assert severe_taken(room.database, user, datetime.now(UTC)) <= 2
        meera.post(f"/s/gazette/cases/{page.case}/publish", page.form)
    assert seen == 2
    end = meera.queue()
    assert not end.case
    assert "as many severe cases as you wanted" in end.text
    tara = room.browser(room.person("Tara Rao"))
    assert "very grave" in tara.queue().text


def test_a_break_is_offered_after_the_chosen_time_and_not_before(room: Newsroom) -> None:
    room.held(6)
    user = room.person()
    meera = room.browser(user)
    csrf = Page(meera.get("/me")).csrf
    meera.post("/me/care", {"csrf": csrf, "rest": "45"})
    for _ in range(5):
        page = meera.queue()
        meera.post(f"/s/gazette/cases/{page.case}/publish", page.form)
    assert "time for a break" not in meera.queue().text
    now = datetime.now(UTC)
    with room.database.writing() as session:
        for n, row in enumerate(session.execute(text("SELECT id FROM verdict ORDER BY id DESC")).scalars().all()):
            at = (now - timedelta(minutes=9 * n + 9)).replace(tzinfo=None).isoformat(" ")
            session.execute(text("UPDATE verdict SET at = :at WHERE id = :id"), {"at": at, "id": row})
    assert now - working_since(room.database, user, now) >= timedelta(minutes=44)
    assert "You have read for 45 min" in meera.queue().text
    with room.database.writing() as session:
        gone = (now - timedelta(minutes=11)).replace(tzinfo=None).isoformat(" ")
        session.execute(text("UPDATE verdict SET at = :at WHERE at > :at"), {"at": gone})
    assert "time for a break" not in meera.queue().text


def test_severe_text_is_folded_for_whoever_wants_it_and_a_blind_view_is_not_told_its_kind(room: Newsroom) -> None:
    room.held(1)
    make_severe(room, 1)
    user = room.person()
    meera, tara = room.browser(user), room.browser(room.person("Tara Rao"))
    page = meera.queue()
    assert "Severe text is folded" not in page.text
    meera.post("/me/looks", {"csrf": page.csrf, "fold": "yes"})
    folded = meera.queue()
    assert "Severe text is folded: Abuse" in folded.text
    assert "data-fold><summary>" in folded.html
    listed = Page(meera.get("/s/gazette/list")).text
    assert "Severe text is folded: Abuse" in listed
    assert "You are an idiot" not in listed
    inside = folded.html.partition('<details class="fold"')[2].partition("</details>")[0]
    assert "You are an <mark>idiot" in inside
    meera.post("/s/gazette/leases", {"csrf": page.csrf, "ids": page.case, "gone": "2100-01-01T00:00:00Z"})
    hers = tara.queue()
    tara.post(f"/s/gazette/cases/{hers.case}/opinion", {**hers.form, "view": "publish", "colleague": user})
    assert "Severe text is folded: Other" in meera.queue().text


def test_a_comments_page_folds_a_severe_text_as_well(room: Newsroom) -> None:
    comment = room.comment("I will kill you tonight, idiot.")
    meera = room.browser(room.person())
    unfolded = meera.get(f"/s/gazette/comments/{comment}").text
    meera.post("/me/looks", {"csrf": Page(meera.get("/me")).csrf, "fold": "yes"})
    page = Page(meera.get(f"/s/gazette/comments/{comment}"))
    assert '<details class="fold"' not in unfolded
    assert "I will kill you" in page.html.partition('<details class="fold"')[2].partition("</details>")[0]
