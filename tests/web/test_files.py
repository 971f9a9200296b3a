"""The pages of a comment and an author, and the switches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from moderation.storage.sites import switch_at
from moderation.vocabulary import Role
from moderation.web.files import compare
from tests.web.newsroom import Newsroom, Page


def test_a_comments_page_tells_its_life_and_opens_it_again(room: Newsroom) -> None:
    (comment,) = room.held()
    meera = room.browser(room.person())
    page = meera.queue()
    meera.post(f"/s/gazette/cases/{page.case}/reject", {**page.form, "ground": "insulting"})
    meera.post(f"/s/gazette/comments/{comment}/notes", {"csrf": page.csrf, "words": "seen <b>before</b>"})
    life = Page(meera.get(f"/s/gazette/comments/{comment}"))
    for words in (
        "Received",
        "The policy decided: held",
        "Into the queue",
        "Meera Nair: rejected, Insult",
        "seen <b>before</b>",
    ):
        assert words in life.text
    assert "<b>before" not in life.html
    answer = meera.post(f"/s/gazette/comments/{comment}/reopen", {"csrf": page.csrf})
    assert "You are an idiot" in Page(meera.get(answer.headers["location"])).text
    assert meera.post(f"/s/gazette/comments/{comment}/reopen", {"csrf": page.csrf}).status_code == 409


def test_wordings_are_compared_word_by_word() -> None:
    assert [(c.kind, c.text) for c in compare("the old tram runs", "the new tram runs")] == [
        ("same", "the "), ("del", "old "), ("ins", "new "), ("same", "tram runs"),
    ]  # fmt: skip


def test_a_ban_is_the_editors_and_holds_what_comes_next(room: Newsroom) -> None:
    room.held()
    moderator, editor = room.browser(room.person()), room.browser(room.person("Tara Rao", roles=[Role.EDITOR]))
    page = moderator.queue()
    author = page.html.split("/authors/")[1].split('"')[0]
    form = {"csrf": page.csrf, "standing": "ban", "words": "spam again"}
    assert moderator.post(f"/s/gazette/authors/{author}/standing", form).status_code == 403
    csrf = Page(editor.get(f"/s/gazette/authors/{author}")).csrf
    assert editor.post(f"/s/gazette/authors/{author}/standing", {**form, "csrf": csrf, "words": ""}).status_code == 422
    assert editor.post(f"/s/gazette/authors/{author}/standing", {**form, "csrf": csrf}).status_code == 303
    assert "banned" in Page(editor.get(f"/s/gazette/authors/{author}")).text
    room.comment("A harmless remark.", name="Reader A")
    assert len(room.world.service.pipeline.ports.store.waiting_for_scores(9)) == 0
    last = Page(editor.get("/s/gazette/list?status=all&words=harmless"))
    assert "Published" not in last.html.split("<tbody>")[1]


def test_a_switch_holds_what_comes_until_its_end(room: Newsroom) -> None:
    meera = room.browser(room.person())
    page = Page(meera.get("/s/gazette/switches"))
    assert meera.post("/s/gazette/switches", {"csrf": page.csrf, "word": "hold", "hours": "1"}).status_code == 303
    assert "Every comment waits for a person" in Page(meera.get("/s/gazette/switches")).text
    room.comment("A harmless remark.")
    assert "A harmless remark." in meera.queue().text
    now = datetime.now(UTC)
    ended = {"switch": {"word": "hold", "until": (now - timedelta(seconds=1)).isoformat()}}
    assert switch_at(ended, now) == ""
