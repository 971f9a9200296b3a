"""People of a site and what one sets for oneself."""

from __future__ import annotations

import re

import pytest

from moderation.errors import Invalid
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
