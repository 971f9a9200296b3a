"""Which words carried a score, on demand, from the queue."""

from __future__ import annotations

from tests.web.newsroom import Newsroom, Page


def test_the_case_leads_to_the_words_that_carried_its_score(room: Newsroom) -> None:
    (comment,) = room.held()
    meera = room.browser(room.person())
    address = f"/s/gazette/comments/{comment}/carried"
    assert f'href="{address}"' in meera.queue().html
    assert f'href="{address}"' in meera.get(f"/s/gazette/comments/{comment}").text
    page = Page(meera.get(address))
    assert "toxicity" in page.text
    assert "idiot" in page.text.split("Scored just now by words 1")[1]
    assert "−0." in page.text


def test_another_site_does_not_see_them(room: Newsroom) -> None:
    (comment,) = room.held()
    meera = room.browser(room.person())
    assert meera.get(f"/s/elsewhere/comments/{comment}/carried").status_code == 404
