"""The policy pages, without script: read, change, try, publish, roll back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from moderation.policy.files import policy_path
from moderation.replay_desk import Replayer
from moderation.storage.policies import set_two_people
from moderation.storage.replay_jobs import JobState, end_replay, note_progress, take_replay
from moderation.vocabulary import Role
from tests.web.newsroom import Browser, Newsroom, Page

DEFAULT = policy_path("default").read_text(encoding="utf-8")
LIGHT = policy_path("light").read_text(encoding="utf-8")
EDITOR = (Role.MODERATOR, Role.EDITOR)
HOME = "/s/gazette/policy"


def open_page(browser: Browser, path: str = HOME) -> Page:
    page = Page(browser.get(path))
    assert page.status == 200
    return page


def save(browser: Browser, text: str, **more: str) -> str:
    form = {"csrf": open_page(browser, f"{HOME}/edit").csrf, "text": text, "act": "save", **more}
    answer = browser.post(f"{HOME}/edit", form)
    assert answer.status_code == 303
    return answer.headers["location"].removeprefix(HOME)


def press(browser: Browser, path: str, **form: str) -> Page:
    csrf = open_page(browser, HOME).csrf or open_page(browser, f"{HOME}/edit").csrf
    answer = browser.post(HOME + path, {"csrf": csrf, **form})
    return Page(browser.get(answer.headers["location"])) if answer.status_code == 303 else Page(answer)


@pytest.fixture
def editor(room: Newsroom) -> Browser:
    return room.browser(room.person(roles=EDITOR))


def test_the_rules_in_force_are_told_in_plain_words(room: Newsroom, editor: Browser) -> None:
    page = open_page(editor)
    assert "Insult: at least likely (0.60) → it waits for a person, within 4 hours; ground: insulting." in page.text
    assert "valid legal order" in page.text
    assert "&&" not in unescape(page.html)


def test_faults_stand_beside_their_lines_and_the_text_is_kept(room: Newsroom, editor: Browser) -> None:
    wrong = DEFAULT.replace("when: score.insult >= likely", "when: score.insul >= likely")
    form = {"csrf": open_page(editor, f"{HOME}/edit").csrf, "text": wrong.replace("\n", "\r\n"), "act": "check"}
    page = Page(editor.post(f"{HOME}/edit", form))
    assert "there is no name `score.insul`" in page.text
    assert "<mark>score.insul</mark>" in page.html
    assert "did you mean `score.insult`?" in page.text
    kept = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.html, re.DOTALL)
    assert kept is not None
    assert unescape(kept[1]) == wrong


def test_a_text_with_faults_is_saved_and_cannot_be_published(room: Newsroom, editor: Browser) -> None:
    place = save(editor, "policy: broken\n")
    assert "keep this version from being used" in open_page(editor, HOME + place).text
    for step in ("publish", "propose", "shadow", "replay"):
        answer = press(editor, f"{place}/{step}")
        assert answer.status == 422
        assert "a policy needs" in answer.text
    assert "Version 2 draft" in open_page(editor).text


def test_a_replay_shows_the_table_the_people_and_the_samples(room: Newsroom, editor: Browser) -> None:
    room.held(3)
    room.comment("A fair report, thank you.")
    place = save(editor, LIGHT, note="publish first, read afterwards")
    page = press(editor, f"{place}/replay", days="30")
    assert "The replay waits for its turn." in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.html
    assert editor.get(f"{HOME}{place}/replay").json() == {"state": "waiting", "done": 0, "total": 0}
    assert Replayer().round(room.world.service) == 1
    assert editor.get(f"{HOME}{place}/replay").json() == {"state": "done"}
    page = open_page(editor, HOME + place)
    assert "http-equiv" not in page.html
    assert "4 comments, 3 decided otherwise." in page.text
    hour = f"{datetime.now(UTC):%H}:00"
    assert f"by the policy then it was {hour} with 3.0." in page.text
    assert page.text.count(":00 ") >= 24
    assert "hold → publish" in page.text
    assert "You are an idiot, number 1 of this thread." in page.text
    assert "<details><summary>Read it</summary>" in page.html
    assert "too few to go by" in page.text


def test_a_replay_s_progress_stands_beside_what_the_last_one_found(room: Newsroom, editor: Browser) -> None:
    room.held(2)
    place = save(editor, LIGHT)
    press(editor, f"{place}/replay", days="30")
    Replayer().round(room.world.service)
    press(editor, f"{place}/replay", days="7")
    now = datetime.now(UTC)
    job = take_replay(room.database, now)
    assert job is not None
    assert note_progress(room.database, job, 12_000, 50_000, now)
    page = open_page(editor, HOME + place)
    assert "Replaying: 12,000 of 50,000 comments so far." in page.text
    assert "2 comments, 2 decided otherwise." in page.text
    end_replay(room.database, job, JobState.FAILED)
    page = open_page(editor, HOME + place)
    assert "The replay failed" in page.text
    assert "2 comments, 2 decided otherwise." in page.text


def test_a_version_is_published_and_rolled_back_by_one_press_each(room: Newsroom, editor: Browser) -> None:
    room.held(1)
    place = save(editor, LIGHT)
    page = press(editor, f"{place}/publish")
    assert "in force light" in page.text
    assert room.world.service.shelf.policy_for("gazette").name == "light"
    back = re.search(rf'action="({HOME}/versions/[^"]+/publish)"', page.html)
    assert back is not None
    assert "in force default" in press(editor, back[1].removeprefix(HOME)).text


def test_the_difference_to_the_version_in_force_is_told_in_words(room: Newsroom, editor: Browser) -> None:
    place = save(editor, DEFAULT.replace("characters: 2000", "characters: 1500"))
    page = open_page(editor, HOME + place)
    assert "− removed characters: 2000 + added characters: 1500" in page.text


def test_a_second_editor_is_needed_where_the_site_asks_for_one(room: Newsroom, editor: Browser) -> None:
    set_two_people(room.database, "gazette", two_people=True, by="u0", now=datetime.now(UTC))
    place = save(editor, LIGHT)
    assert f'action="{HOME}{place}/publish"' not in open_page(editor, HOME + place).html
    press(editor, f"{place}/propose")
    assert press(editor, f"{place}/publish").status == 403
    colleague = room.browser(room.person("Ravi Rao", roles=EDITOR))
    assert "in force light" in press(colleague, f"{place}/publish").text


def test_a_policy_decides_alongside_until_it_is_stopped(room: Newsroom, editor: Browser) -> None:
    place = save(editor, LIGHT)
    assert "decides alongside" in press(editor, f"{place}/shadow").text
    assert "decides alongside" not in press(editor, f"{place}/shadow", stop="yes").text


def test_a_moderator_reads_and_changes_nothing(room: Newsroom, editor: Browser) -> None:
    place = save(editor, LIGHT)
    reader = room.browser(room.person("Ravi Rao"))
    page = open_page(reader)
    assert "Change it" not in page.text
    assert reader.get(f"{HOME}/edit").status_code == 403
    csrf = Page(reader.get("/s/gazette/queue")).csrf
    for path in ("/edit", f"{place}/publish", f"{place}/replay", f"{place}/shadow", f"{place}/propose", "/two-people"):
        assert reader.post(HOME + path, {"csrf": csrf, "text": "x"}).status_code == 403


def test_another_site_s_version_is_unknown_here(room: Newsroom, editor: Browser) -> None:
    place = save(editor, LIGHT)
    stranger = room.browser(room.person("Ravi Rao", site="herald", roles=EDITOR))
    assert stranger.get(HOME + place).status_code == 404
    assert stranger.get(f"/s/herald/policy{place}").status_code == 404


def test_an_admin_asks_for_two_people_and_stops_asking(room: Newsroom) -> None:
    admin = room.browser(room.person(roles=(Role.ADMIN,)))
    page = press(admin, "/two-people", wanted="yes")
    assert "Let one editor publish alone" in page.text
    assert "Ask for a second editor" in press(admin, "/two-people").text
