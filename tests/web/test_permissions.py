"""Every route of a site, with every role and from a foreign site."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from moderation.access.permissions import permissions_of
from moderation.vocabulary import Role
from moderation.web.mount import ROUTERS
from tests.web.newsroom import Newsroom, Page

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
OF_SITE = [route for route in ROUTES if route.path.startswith("/s/{site}")]
FORM = {"version": "1", "article": "a-1", "words": "x", "state": "x", "secret": "x"}


def gate_of(route: APIRoute):
    for dependency in route.dependant.dependencies:
        if hasattr(dependency.call, "permission"):
            return dependency.call
    return None


def path_of(route: APIRoute, site: str = "gazette") -> str:
    return re.sub(r"\{[^}]+\}", "none", route.path.replace("{site}", site))


def test_every_route_of_a_site_names_its_permission_and_every_form_asks_for_the_token() -> None:
    assert len(OF_SITE) > 20
    for route in OF_SITE:
        gate = gate_of(route)
        assert gate is not None, route.path
        assert gate.acts == ("POST" in route.methods), route.path


@pytest.mark.parametrize("role", list(Role))
def test_every_route_is_open_to_those_roles_alone_that_hold_its_permission(room: Newsroom, role: Role) -> None:
    browser = room.browser(room.person(roles=[role]))
    csrf = Page(browser.get("/me")).csrf
    for route in OF_SITE:
        may = gate_of(route).permission in permissions_of([role])
        form = {**FORM, "csrf": csrf}
        answer = browser.get(path_of(route)) if "GET" in route.methods else browser.post(path_of(route), form)
        assert (answer.status_code != 403) == may, (route.path, answer.status_code)
        assert answer.status_code < 500, route.path


def test_at_a_foreign_site_nothing_is_there_for_anybody(room: Newsroom) -> None:
    browser = room.browser(room.person(roles=list(Role)))
    csrf = Page(browser.get("/me")).csrf
    for route in OF_SITE:
        path, form = path_of(route, "herald"), {**FORM, "csrf": csrf}
        answer = browser.get(path) if "GET" in route.methods else browser.post(path, form)
        assert answer.status_code == 404, route.path


def test_without_a_session_nothing_opens_and_without_the_token_nothing_changes(room: Newsroom) -> None:
    nobody, meera = room.browser(), room.browser(room.person(roles=list(Role)))
    for route in OF_SITE:
        if "GET" in route.methods:
            assert nobody.get(path_of(route)).headers["location"].startswith("/sign-in"), route.path
        else:
            assert nobody.post(path_of(route), FORM).status_code == 401, route.path
            assert meera.post(path_of(route), FORM).status_code == 403, route.path


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://neighbour.localhost"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


def test_no_form_is_taken_from_a_page_of_somebody_else_whoever_is_signed_in(room: Newsroom) -> None:
    meera, nobody = room.browser(room.person(roles=list(Role))), room.browser()
    csrf = Page(meera.get("/me")).csrf
    acts = [route for route in ROUTES if "POST" in route.methods]
    assert len(acts) > 40
    for route in acts:
        for headers in FOREIGN:
            for browser in (meera, nobody):
                answer = browser.client.post(path_of(route), data={**FORM, "csrf": csrf}, headers=headers)
                assert answer.status_code == 403, (route.path, headers)
                assert "was not sent from a page of this service" in answer.text


def test_a_form_about_oneself_asks_for_the_sessions_token(room: Newsroom) -> None:
    meera, nobody = room.browser(room.person()), room.browser()
    own = [route for route in ROUTES if route.path.startswith("/me") and "POST" in route.methods]
    assert len(own) >= 7
    for route in own:
        assert meera.post(route.path, {"csrf": "guessed"}).status_code == 403, route.path
        assert nobody.post(route.path).status_code == 401, route.path
