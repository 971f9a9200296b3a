"""The page that opens a site's form."""

from __future__ import annotations

from moderation.storage.sites import site_rules
from moderation.vocabulary import Role
from tests.cli.conftest import home
from tests.web.newsroom import Newsroom, Page

__all__ = ["home"]


def test_an_admin_opens_the_form_and_faults_keep_what_was_typed(room: Newsroom) -> None:
    admin = room.browser(room.person(roles=[Role.ADMIN]))
    page = Page(admin.get("/s/gazette/form"))
    assert "Closed: no page may carry it yet" in page.text
    typed = {"csrf": page.csrf, "officer": "The Grievance Officer", "contact": "grievance@gazette.example"}
    for wrong in (
        {"origins": "https://gazette.example/path"},
        {"origins": "*"},
        {"quiet": "at night"},
        {"quiet": "22:00-07:00", "zone": "x"},
    ):
        answer = Page(admin.post("/s/gazette/form", {**typed, **wrong}))
        assert answer.status == 422
        assert "The Grievance Officer" in answer.html
    good = {**typed, "origins": "https://gazette.example\r\nhttp://localhost:8080", "quiet": "22:00-07:00"}
    assert admin.post("/s/gazette/form", good).status_code == 303
    rules = site_rules(room.database, "gazette").form
    assert rules.origins == {"https://gazette.example", "http://localhost:8080"}
    assert (str(rules.quiet), rules.quiet.zone, rules.officer) == (
        "22:00-07:00",
        "Asia/Kolkata",
        "The Grievance Officer",
    )
    assert "Open to the pages below" in Page(admin.get("/s/gazette/form")).text
    assert admin.post("/s/gazette/form", {**typed, "origins": ""}).status_code == 303
    assert site_rules(room.database, "gazette").form.origins == frozenset()


def test_the_command_line_opens_and_closes_it_too(home) -> None:
    home.run("first-run")
    home.run(
        "site",
        "form",
        "demo",
        "--origin",
        "https://gazette.example/",
        "--officer",
        "The Officer",
        "--quiet",
        "22:00-07:00",
    )
    told = home.json("site", "form", "demo", "--json")
    assert (told["origins"], told["officer"]) == (["https://gazette.example"], "The Officer")
    assert told["quiet"] == {"hours": "22:00-07:00", "zone": "Asia/Kolkata"}
    assert 'data-site="demo"' in told["script"]
    home.run("site", "form", "demo", "--drop-origin", "https://gazette.example", "--quiet", "")
    assert home.json("site", "form", "demo", "--json")["origins"] == []
    home.run("site", "form", "demo", "--origin", "*", code=1)
    home.run("site", "form", "nowhere", code=1)
