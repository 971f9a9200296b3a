"""People of a site and what one sets for oneself."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from moderation.access.api_keys import hash_key
from moderation.access.totp import code_at
from moderation.errors import Invalid
from moderation.storage.keys import find_key
from moderation.storage.log import count_lines
from moderation.vocabulary import Role
from moderation.web.keys import DEFAULTS, choose_keys, keys_of
from tests.web.newsroom import Newsroom, Page


def test_an_invited_person_sets_a_password_and_works(room: Newsroom) -> None:
    admin = room.browser(room.person("Ravi Kumar", roles=[Role.ADMIN]))
    csrf = Page(admin.get("/s/gazette/people")).csrf
    form = {"csrf": csrf, "name": "Tara Rao", "email": "tara@desk.example", "roles": ["moderator"]}
    page = Page(admin.post("/s/gazette/people", form))
    link = re.search(r"/sign-in/link/[\w-]+", page.html).group(0)
    tara = room.browser()
    tara.get(link)
    assert tara.post(link).status_code == 422
    assert tara.post(link, {"password": "four words of no sense"}).status_code == 303
    assert tara.queue().status == 200


def test_whoever_is_let_go_is_out_at_once_and_leaves_no_lease(room: Newsroom) -> None:
    room.held()
    user = room.person("Tara Rao")
    tara, meera = room.browser(user), room.browser(room.person())
    assert tara.queue().case
    admin = room.browser(room.person("Ravi Kumar", roles=[Role.ADMIN]))
    csrf = Page(admin.get("/s/gazette/people")).csrf
    assert admin.post(f"/s/gazette/people/{user}/roles", {"csrf": csrf}).status_code == 303
    assert tara.queue().status == 303
    assert meera.queue().case


def test_the_last_admin_cannot_go(room: Newsroom) -> None:
    user = room.person("Ravi Kumar", roles=[Role.ADMIN])
    admin = room.browser(user)
    csrf = Page(admin.get("/s/gazette/people")).csrf
    assert admin.post(f"/s/gazette/people/{user}/roles", {"csrf": csrf, "roles": ["moderator"]}).status_code == 409
    assert admin.get("/s/gazette/people").status_code == 200


def test_keys_are_remapped_and_switched_off(room: Newsroom) -> None:
    assert choose_keys({"publish": "p"}) == {"publish": "p"}
    for wrong in ({"publish": "d"}, {"publish": "5"}, {"publish": "xy"}):
        with pytest.raises(Invalid):
            choose_keys(wrong)
    assert keys_of({"keys_off": True}) == {}
    room.held()
    meera = room.browser(room.person())
    csrf = meera.queue().csrf
    assert meera.post("/me/keys", {"csrf": csrf, "key-publish": "p"}).status_code == 303
    assert "&#34;publish&#34;: &#34;p&#34;" in meera.queue().html
    meera.post("/me/keys", {"csrf": csrf, "off": "yes"})
    assert 'data-digits="off"' in meera.queue().html
    assert "<kbd>" not in meera.queue().html
    assert len(DEFAULTS) == len(set(DEFAULTS.values()))


def test_cases_that_a_person_does_not_take_go_to_others(room: Newsroom) -> None:
    room.held()
    meera, tara = room.browser(room.person()), room.browser(room.person("Tara Rao"))
    page = tara.queue()
    ground = re.search(r'name="ground" value="(\w+)" data-act="reject"', page.html).group(1)
    tara.client.post(
        "/s/gazette/cases/" + page.case + "/skip", data=page.form, headers={"Sec-Fetch-Site": "same-origin"}
    )
    csrf = Page(meera.get("/me")).csrf
    meera.post("/me/looks", {"csrf": csrf, "without": [ground], "theme": "dark"})
    after = meera.queue()
    assert not after.case
    assert 'data-theme="dark"' in after.html


def test_an_admin_gets_no_link_of_somebody_who_works_elsewhere(room: Newsroom) -> None:
    user = room.person("Tara Rao", site="herald", roles=[Role.ADMIN])
    admin = room.browser(room.person("Ravi Kumar", roles=[Role.ADMIN]))
    csrf = Page(admin.get("/s/gazette/people")).csrf
    form = {"csrf": csrf, "name": "Tara Rao", "email": "tara@desk.example", "roles": ["moderator"]}
    assert "/sign-in/link/" not in admin.post("/s/gazette/people", form).text
    assert admin.post(f"/s/gazette/people/{user}/link", {"csrf": csrf}).status_code == 403


def test_changes_of_roles_are_lines_of_the_log_without_a_name(room: Newsroom) -> None:
    user, admin = room.person("Tara Rao"), room.browser(room.person("Ravi Kumar", roles=[Role.ADMIN]))
    csrf = Page(admin.get("/s/gazette/people")).csrf
    with room.database.reading() as session:
        before = count_lines(session, "role.changed")
    for roles in (["moderator", "editor"], ["moderator", "editor"], ["editor"]):
        admin.post(f"/s/gazette/people/{user}/roles", {"csrf": csrf, "roles": roles})
    with room.database.reading() as session:
        bodies = [
            bytes(row)
            for row in session.execute(text("SELECT body FROM log_entry WHERE type = 'role.changed'")).scalars()
        ]
    assert len(bodies) == before + 2  # setting what is set already changes nothing
    assert not any(b"Tara" in body or b"@" in body for body in bodies)
    assert user.encode() in bodies[-1]


def test_what_a_leaver_decided_last_is_one_list_that_somebody_else_can_look_at_again(room: Newsroom) -> None:
    room.held(3)
    user = room.person("Tara Rao")
    tara = room.browser(user)
    for _ in range(3):
        page = tara.queue()
        tara.post(f"/s/gazette/cases/{page.case}/publish", page.form)
    chief = room.browser(room.person("Ravi Kumar", roles=[Role.ADMIN, Role.EDITOR]))
    csrf = Page(chief.get("/s/gazette/people")).csrf
    gone = chief.post(f"/s/gazette/people/{user}/roles", {"csrf": csrf})
    assert gone.headers["location"].endswith(f"/people/{user}/decisions")
    page = Page(chief.get(gone.headers["location"]))
    assert "What Tara Rao decided" in page.text
    assert "3 decisions" in page.text
    assert "No longer here" in Page(chief.get("/s/gazette/people")).text
    answer = chief.post(f"/s/gazette/people/{user}/decisions", {"csrf": csrf, "days": "7"})
    assert answer.headers["location"].endswith("opened=3")
    assert chief.queue().case
    with room.database.reading() as session:
        barred = session.execute(text("SELECT barred FROM review_case WHERE kind = 'reopened'")).scalars().all()
    assert barred == [user] * 3
    admin = room.browser(room.person("Uma Pai", roles=[Role.ADMIN]))
    assert "You are an idiot" not in admin.get(f"/s/gazette/people/{user}/decisions").text
    stranger = room.person("Zoya Khan", site="herald")
    assert admin.get(f"/s/gazette/people/{stranger}/decisions").status_code == 404


@pytest.mark.parametrize("kept", [False, True])
def test_the_keys_that_a_leaver_made_end_at_once_or_are_kept_and_revoked_in_one_press(
    room: Newsroom, kept: bool
) -> None:
    user = room.person("Tara Rao", roles=[Role.ADMIN])
    tara, chief = room.browser(user), room.browser(room.person("Ravi Kumar", roles=[Role.ADMIN]))
    made = []
    for browser, lane in ((tara, "live"), (tara, "test"), (chief, "live")):
        form = {"csrf": Page(browser.get("/me")).csrf, "lane": lane}
        made.append(re.search(rf"ck_{lane}_\w+", browser.post("/s/gazette/integrations/keys", form).text).group(0))
    csrf = Page(chief.get("/me")).csrf
    gone = chief.post(f"/s/gazette/people/{user}/roles", {"csrf": csrf, "keep_keys": "1"} if kept else {"csrf": csrf})
    page = Page(chief.get(gone.headers["location"]))
    alive = [find_key(room.database, hash_key(key)) is not None for key in made]
    if not kept:
        assert "2 keys were revoked" in page.text
        assert alive == [False, False, True]
        assert room.person("Tara Rao", roles=[Role.ADMIN]) == user
        back = [find_key(room.database, hash_key(key)) is not None for key in made]
        assert back == alive, "who comes back makes new keys"
        assert (
            "Keys that ended stay ended, also when the person comes back." in Page(chief.get("/s/gazette/people")).text
        )
        return
    assert alive == [True] * 3
    assert "Keys that Tara Rao made" in page.text
    assert "Revoke all 2 keys" in page.text
    assert "Tara Rao" in Page(chief.get("/s/gazette/people")).text.partition("No longer here")[2]
    moderator = room.browser(room.person("Zoya Khan"))
    refused = moderator.post(f"/s/gazette/people/{user}/keys", {"csrf": Page(moderator.get("/me")).csrf})
    assert refused.status_code == 403
    answer = chief.post(f"/s/gazette/people/{user}/keys", {"csrf": csrf})
    assert answer.headers["location"].endswith("revoked=2")
    assert [find_key(room.database, hash_key(key)) is not None for key in made] == [False, False, True]


def test_a_second_factor_is_set_up_by_a_picture_or_by_letters(room: Newsroom) -> None:
    meera = room.browser(room.person())
    csrf = Page(meera.get("/me")).csrf
    assert meera.get("/me/second.svg").status_code == 404
    assert meera.post("/me/second", {"csrf": csrf}).status_code == 303
    picture = meera.get("/me/second.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "no-store"
    assert "style" not in picture.text
    secret = re.search(r"<code>(\w+)</code>", meera.get("/me").text).group(1)
    assert meera.post("/me/second/confirm", {"csrf": csrf, "code": "000000"}).status_code in {422, 303}
    code = code_at(secret, int(datetime.now(UTC).timestamp()) // 30)
    assert meera.post("/me/second/confirm", {"csrf": csrf, "code": code}).status_code == 303
    page = Page(meera.get("/me"))
    assert "It is on" in page.text
    assert secret not in page.html


def test_one_session_can_be_ended_alone(room: Newsroom) -> None:
    user = room.person()
    here, there = room.browser(user), room.browser(user)
    page = Page(here.get("/me"))
    other = page.hidden("only")
    assert here.post("/me/sessions", {"csrf": page.csrf, "only": other}).status_code == 303
    assert there.queue().status == 303
    assert here.queue().status == 200
