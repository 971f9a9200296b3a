"""The list: filters, search, bulk and its reverse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moderation.storage.listing import ListFilter, list_rows
from moderation.vocabulary import Scores
from tests.fakes import WordScorer
from tests.web.newsroom import Newsroom, Page, open_newsroom


def found(room: Newsroom, site: str = "gazette", **asked: object) -> list[str]:
    return [row.text for row in list_rows(room.database, site, ListFilter(**asked), room.world.service.clock())]


def test_search_finds_words_in_any_script_and_only_here(empty_url: str, tmp_path: Path) -> None:
    room = open_newsroom(tmp_path, empty_url)
    room.comment("The idiot burnt the bridge at Kallapura.")
    room.comment("ಸೇತುವೆ ಕೆಲಸ ಯಾವಾಗ ಮುಗಿಯುತ್ತದೆ?")
    room.comment("A bridge elsewhere.", site="herald")
    assert found(room, words="bridge kalla", status="all") == ["The idiot burnt the bridge at Kallapura."]
    assert len(found(room, words="ಸೇತುವೆ", status="all")) == 1
    assert found(room, words='" OR * (', status="all") == []
    assert found(room, words="bridge", status="rejected") == []
    assert found(room, "herald", words="kallapura", status="all") == []
    room.world.close()


def test_every_filter_narrows_and_pages_go_on_where_they_ended(room: Newsroom) -> None:
    room.held(6)
    assert len(found(room)) == 6
    assert len(found(room, section="city")) == 6
    assert found(room, section="sport") == found(room, ground="spam") == found(room, score_to=0.5) == []
    now = room.world.service.clock()
    first = list_rows(room.database, "gazette", ListFilter(), now, 4)
    rest = list_rows(room.database, "gazette", ListFilter(after=first[-1].key), now, 4)
    assert len({row.case_id for row in first + rest}) == 6


class Accusing(WordScorer):
    """Hears defamation in "bribe"."""

    def _one(self, text: str) -> Scores:
        share = 0.94 if "bribe" in text else 0.02
        return Scores(
            {"toxicity": 0.11, "defamation": share, "sexual_explicit": 0.99, "checkworthy": 0.98}, "words", "1"
        )


def test_a_case_is_listed_by_its_highest_harm_whatever_label_that_is(tmp_path: Path) -> None:
    room = open_newsroom(tmp_path, scorer=Accusing())
    room.comment("The clerk took a bribe.")
    meera = room.browser(room.person())
    assert "0.94 defamation" in Page(meera.get("/s/gazette/list?score_from=0.9")).text
    assert ",0.94,defamation," in meera.get("/s/gazette/list.csv").text
    room.world.close()


def test_a_case_that_waited_for_its_score_is_listed_by_it(room: Newsroom) -> None:
    room.scorer.away = True
    room.comment("You gherkin, as everybody here knows well")
    assert found(room, score_from=0.9) == []
    room.scorer.away = False
    assert room.world.service.pipeline.rejudge() == 1
    assert found(room, score_from=0.9) == ["You gherkin, as everybody here knows well"]


def test_a_wave_is_decided_once_and_taken_back_as_a_whole(room: Newsroom) -> None:
    for n in range(37):
        room.comment("You idiot, earn money from home, write to me.", name=f"Sender {n}", ip=f"203.0.113.{n + 1}")
    meera = room.browser(room.person())
    page = Page(meera.get("/s/gazette/list"))
    ids = re.findall(r'name="ids" value="([^"]+)"', page.html)
    assert len(ids) == 37
    preview = Page(meera.post("/s/gazette/bulk", {"csrf": page.csrf, "ids": ids, "act": "reject:spam"}))
    assert "Reject 37 comments as Spam" in preview.text
    cases = re.findall(r'name="cases" value="([^"]+)"', preview.html)
    form = {"csrf": page.csrf, "cases": cases, "act": "reject:spam"}
    assert meera.post("/s/gazette/bulk/decide", {**form, "count": "36"}).status_code == 422
    assert len(found(room)) == 37
    done = meera.post("/s/gazette/bulk/decide", {**form, "count": "37"}).headers["location"]
    assert "37 decided together, 37 still stand" in Page(meera.get(done)).text
    assert found(room) == []
    batch = done.partition("?")[0]
    assert f'href="{batch}" data-act="undo"' in meera.queue().html
    comment = re.search(r"/comments/(\w+)", Page(meera.get(done)).html).group(1)
    assert f'href="{batch}"' in meera.get(f"/s/gazette/comments/{comment}").text
    meera.post(f"{batch}/revert", {"csrf": page.csrf})
    assert "37 decided together, 0 still stand" in Page(meera.get(done)).text
    assert len(found(room)) == 37


def test_a_cell_is_no_formula(room: Newsroom) -> None:
    room.comment("=HYPERLINK(1) idiot")
    csv = room.browser(room.person()).get("/s/gazette/list.csv").text
    assert ",'=HYPERLINK" in csv


@pytest.mark.parametrize("path", ["list?after=x%7Cy", "list?score_from=7", "list?status=nonsense", "list?words=%00"])
def test_odd_addresses_give_a_page(room: Newsroom, path: str) -> None:
    assert room.browser(room.person()).get(f"/s/gazette/{path}").status_code in {200, 422}
