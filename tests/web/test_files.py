"""The page of a comment."""

from __future__ import annotations

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
