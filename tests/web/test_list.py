"""The list: filters, search, bulk and its reverse."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from moderation.storage.listing import ListFilter, list_rows
from moderation.storage.tables import CaseRow
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


def test_every_filter_is_an_address_and_the_file_holds_the_lines_of_its_page(room: Newsroom) -> None:
    odd = room.comment("You idiot, the odd one out.", name="Odd Reader", article="a-2", ip="198.51.100.7")
    room.held(3)
    with room.database.writing() as session:
        case = session.exec(select(CaseRow).where(CaseRow.comment_id == odd)).one()
        case.section, case.language, case.ground, case.score, case.cluster = "sport", "kn", "spam", 0.31, "c-odd"
        author, case_id = case.author_id, case.id
        session.add(case)
    meera = room.browser(room.person())
    assert Page(meera.get("/s/gazette/list")).html.count("data-row") == 4
    narrow = ["ground=spam", "section=sport", "article=a-2", f"author={author}", "language=kn", "cluster=c-odd"]
    for asked in [*narrow, "score_from=0.3&score_to=0.4", f"sender={author}", "words=odd", "status=all&words=odd"]:
        page = Page(meera.get(f"/s/gazette/list?{asked}"))
        assert page.html.count("data-row") == 1, asked
        assert "the odd one out" in page.text, asked
        file = re.search(r'href="(/s/gazette/list\.csv\?[^"]*)"', page.html).group(1).replace("&amp;", "&")
        lines = list(csv.DictReader(io.StringIO(meera.get(file).text.lstrip("\ufeff"))))
        assert [line["comment_id"] for line in lines] == [odd], asked
    meera.get(f"/s/gazette/queue?case={case_id}")
    assert "the odd one out" in meera.get("/s/gazette/list.csv?by=me").text
    assert "the odd one out" not in room.browser(room.person("Tara Rao")).get("/s/gazette/list.csv?by=me").text
    now = room.world.service.clock()
    ages = [len(list_rows(room.database, "gazette", ListFilter(hours=2), now + timedelta(hours=n))) for n in (1, 3)]
    assert ages == [4, 0]


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
    assert ",'=HYPERLINK" in room.browser(room.person()).get("/s/gazette/list.csv").text


@pytest.mark.parametrize("path", ["list?after=x%7Cy", "list?score_from=7", "list?status=nonsense", "list?words=%00"])
def test_odd_addresses_give_a_page(room: Newsroom, path: str) -> None:
    assert room.browser(room.person()).get(f"/s/gazette/{path}").status_code in {200, 422}
