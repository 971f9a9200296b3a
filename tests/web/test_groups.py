"""The list by what cases have in common, filters that came by a link, and who took what."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from moderation.storage.groups import read_groups
from tests.web.newsroom import Newsroom, Page, open_newsroom


def wave(room: Newsroom, count: int) -> None:
    for n in range(count):
        room.comment(
            "You idiot, earn money from home, write to me now.",
            name=f"Sender {n}",
            ip=f"203.0.113.{n + 1}",
            article="a-2",
        )


def test_copies_are_one_line_and_articles_and_authors_are_counted(empty_url: str, tmp_path: Path) -> None:
    room = open_newsroom(tmp_path, empty_url)
    wave(room, 5)
    room.held(2)
    (copies,) = read_groups(room.database, "gazette", "cluster")
    assert copies.count == 5
    assert copies.words.startswith("You idiot, earn money")
    assert [(one.key, one.count) for one in read_groups(room.database, "gazette", "article")] == [
        ("a-2", 5),
        ("a-1", 2),
    ]
    assert sum(one.count for one in read_groups(room.database, "gazette", "author")) == 7
    assert read_groups(room.database, "herald", "article") == []
    room.world.close()


def test_a_group_leads_to_its_cases_which_are_decided_at_once(room: Newsroom) -> None:
    wave(room, 5)
    room.held(2)
    meera = room.browser(room.person())
    assert "5 copies: decide once" in Page(meera.get("/s/gazette/list")).text
    groups = Page(meera.get("/s/gazette/list?group=cluster"))
    (copies,) = read_groups(room.database, "gazette", "cluster")
    assert f'href="/s/gazette/list?cluster={copies.key}"' in groups.html
    page = Page(meera.get(f"/s/gazette/list?cluster={copies.key}"))
    assert "5 copies: decide once" in page.text
    form = {"csrf": page.csrf, "cluster": copies.key, "act": "reject:spam"}
    assert "Reject 5 comments as Spam" in Page(meera.post("/s/gazette/bulk", form)).text
    assert meera.get("/s/gazette/list?group=nothing").status_code == 422


def test_copies_that_a_colleague_reads_are_left_out_and_counted(room: Newsroom) -> None:
    wave(room, 5)
    meera, tara = room.browser(room.person()), room.browser(room.person("Tara Rao"))
    (copies,) = read_groups(room.database, "gazette", "cluster")
    tara.queue()  # and with it the two that are ready behind
    form = {"csrf": Page(meera.get("/s/gazette/list")).csrf, "cluster": copies.key, "act": "reject:spam"}
    page = Page(meera.post("/s/gazette/bulk", form))
    assert "Reject all 2 as Spam" in page.text
    assert "3 are left out" in page.text


def test_a_filter_that_came_by_a_link_is_named_and_can_be_taken_away(room: Newsroom) -> None:
    wave(room, 2)
    room.held(2)
    meera = room.browser(room.person())
    page = Page(meera.get("/s/gazette/list?article=a-2&ground=abusive"))
    assert "Article: Council votes for the tram line" in page.text
    assert 'href="/s/gazette/list?status=open&amp;ground=abusive"' in page.html


def test_mine_is_what_i_have_before_me_or_decided(room: Newsroom) -> None:
    room.held(6)
    meera, tara = room.browser(room.person()), room.browser(room.person("Tara Rao"))
    page = meera.queue()
    mine = Page(meera.get("/s/gazette/list?by=me"))
    assert mine.html.count("data-row") == 3
    assert Page(tara.get("/s/gazette/list?by=me")).html.count("data-row") == 0
    meera.post(f"/s/gazette/cases/{page.case}/reject", {**page.form, "ground": "insulting"})
    assert Page(meera.get("/s/gazette/list?status=all&by=me")).html.count("data-row") == 1


def test_a_comment_that_was_opened_again_has_one_line(room: Newsroom) -> None:
    (comment,) = room.held()
    meera = room.browser(room.person())
    page = meera.queue()
    meera.post(f"/s/gazette/cases/{page.case}/publish", page.form)
    meera.post(f"/s/gazette/comments/{comment}/reopen", {"csrf": page.csrf})
    listed = meera.get("/s/gazette/list.csv?status=all").text.lstrip("\ufeff")
    assert [row["comment_id"] for row in csv.DictReader(io.StringIO(listed))] == [comment]


def test_who_else_wrote_from_the_same_address_is_one_press_away_and_no_address_is_shown(room: Newsroom) -> None:
    room.comment("A fair report.", name="Second Self", ip="203.0.113.77")
    room.comment("Somebody else entirely.", name="Far Away", ip="198.51.100.3")
    room.comment("You idiot.", name="First Self", ip="203.0.113.77")
    meera = room.browser(room.person())
    page = meera.queue()
    assert "1 other person wrote from the same address" in page.text
    link = re.search(r'href="(/s/gazette/list\?status=all&amp;sender=[^"]+)"', page.html).group(1)
    listed = Page(meera.get(link.replace("&amp;", "&")))
    assert "Second Self" in listed.text
    assert "First Self" in listed.text
    assert "Far Away" not in listed.text
    assert "203.0.113" not in page.html + listed.html
