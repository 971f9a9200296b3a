"""The page of a comment."""

from __future__ import annotations

from datetime import timedelta

from moderation.callback_desk import CallbackDesk
from moderation.storage.settle import settle_due
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
        "Model: words 1, toxicity 0.97",
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


def test_what_its_site_was_told_stands_in_the_comments_life(room: Newsroom) -> None:
    service = room.world.service
    CallbackDesk(service.database, service.custody, service.clock).add("gazette", "https://gazette.example/hook")
    (comment,) = room.held()
    life = Page(room.browser(room.person()).get(f"/s/gazette/comments/{comment}"))
    assert "The site: comment.held on its way" in life.text


def test_replies_to_a_removed_comment_are_seen_from_both_sides(room: Newsroom) -> None:
    (above,) = room.held()
    below = room.comment("Well said.", name="Reader M", parent_id=above)
    meera = room.browser(room.person())
    page = meera.queue()
    meera.post(f"/s/gazette/cases/{page.case}/reject", {**page.form, "ground": "insulting"})
    assert settle_due(room.database, room.world.service.clock() + timedelta(minutes=1)) == 1
    parent = Page(meera.get(f"/s/gazette/comments/{above}"))
    assert "no longer shown; each of them stands by itself. Reader M Published Well said." in parent.text
    reply = Page(meera.get(f"/s/gazette/comments/{below}"))
    assert "In reply to Reader A Rejected (no longer shown)" in reply.text


def test_wordings_are_compared_word_by_word() -> None:
    assert [(c.kind, c.text) for c in compare("the old tram runs", "the new tram runs")] == [
        ("same", "the "), ("del", "old "), ("ins", "new "), ("same", "tram runs"),
    ]  # fmt: skip
