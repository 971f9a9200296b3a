"""A newsroom with people and a browser that keeps its cookie, for tests of the pages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from fastapi import FastAPI
from sqlmodel import select
from starlette.responses import Response
from starlette.testclient import TestClient

from moderation.access.sessions import LinkPurpose
from moderation.app import create_app
from moderation.ports import Arrival
from moderation.scoring.scorer import Scorer
from moderation.storage.people import add_person, make_link
from moderation.storage.tables import CaseRow
from moderation.vocabulary import Article, Author, Comment, Door, Lane, Role, Sender
from tests.factories import World, make_world
from tests.fakes import WordScorer

ALL_HERE = frozenset({Role.MODERATOR, Role.EDITOR, Role.ADMIN})
SAME = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Newsroom:
    """A world, its application and its people."""

    world: World
    app: FastAPI
    scorer: WordScorer

    @property
    def database(self):
        return self.world.service.database

    def person(self, name: str = "Meera Nair", site: str = "gazette", roles: Iterable[Role] = (Role.MODERATOR,)) -> str:
        email = name.split(maxsplit=1)[0].lower() + "@desk.example"
        return add_person(self.database, email, name, site, frozenset(roles), datetime.now(UTC)).id

    def browser(self, user_id: str | None = None) -> Browser:
        browser = Browser(self.app)
        if user_id:
            browser.sign_in(self, user_id)
        return browser

    def comment(
        self, text: str, *, name: str = "Asha Shenoy", site: str = "gazette", article: str = "a-1", **more
    ) -> str:
        lane = more.pop("lane", Lane.LIVE)
        comment = Comment(
            text=text,
            door=Door.API,
            article=Article(article, f"https://{site}.example/{article}", "Council votes for the tram line", "city"),
            author=Author(name=name, email=name.replace(" ", ".").lower() + "@reader.example"),
            sender=Sender(ip=more.pop("ip", "203.0.113.9"), user_agent="Mozilla/5.0"),
            lane=lane,
            received_at=datetime.now(UTC),
            **more,
        )
        return self.world.service.intake.submit(Arrival(site, comment)).result(30).id

    def lapse(self) -> None:
        """Let the leases of all cases end."""
        with self.database.writing() as session:
            for row in session.exec(select(CaseRow)):
                row.leased_until = self.world.service.clock() - timedelta(seconds=1)
                session.add(row)

    def held(self, count: int = 1, **more) -> list[str]:
        return [
            self.comment(f"You are an idiot, number {n} of this thread.", name=f"Reader {chr(65 + n % 26)}", **more)
            for n in range(count)
        ]


class Browser:
    """A browser without script: it follows forms, keeps cookies and says where a form comes from."""

    def __init__(self, app: FastAPI) -> None:
        self.client = TestClient(app, base_url="http://localhost", follow_redirects=False)

    def sign_in(self, room: Newsroom, user_id: str) -> None:
        token = make_link(room.database, user_id, LinkPurpose.SIGN_IN, os.urandom, datetime.now(UTC))
        assert self.get(f"/sign-in/link/{token}").status_code == 200
        assert self.post(f"/sign-in/link/{token}").status_code == 303

    def get(self, path: str, **more) -> Response:
        return self.client.get(path, **more)

    def post(self, path: str, data: dict | None = None, **more) -> Response:
        headers = {**SAME, **more.pop("headers", {})}
        return self.client.post(path, data=data or {}, headers=headers, **more)

    def queue(self, site: str = "gazette") -> Page:
        return Page(self.get(f"/s/{site}/queue"))


class Page:
    """A page as text, with what a test wants of it."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.html = response.text
        self.status = response.status_code

    @property
    def text(self) -> str:
        plain = re.sub(r"<(template|script|style)[\s\S]*?</\1>", " ", self.html)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html)
        return unescape(found.group(1)) if found else ""

    @property
    def case(self) -> str:
        body = re.sub(r"<template[\s\S]*?</template>", " ", self.html)
        found = re.search(r'data-case="([^"]+)"', body)
        return found.group(1) if found else ""

    @property
    def csrf(self) -> str:
        return self.hidden("csrf")

    @property
    def form(self) -> dict[str, str]:
        return {"csrf": self.csrf, "version": self.hidden("version")}

    @property
    def undo(self) -> str:
        found = re.search(r'action="([^"]+/undo)"', self.html)
        return found.group(1) if found else ""


def open_newsroom(folder: Path, url: str = "", scorer: Scorer | None = None, **more: object) -> Newsroom:
    scorer = scorer or WordScorer()
    world = make_world(folder, url, scorer=scorer, **more)
    return Newsroom(world, create_app(world.settings, workers=False, service=world.service), scorer)
