"""The doors in one table: how each is called with a text, where its key goes, and how it says no."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

from moderation.intake.reader_form import FormRules
from moderation.storage.coral_secrets import add_secret
from moderation.storage.site_form import set_form
from tests.doors.serving import Served
from tests.factories import comment_body

SECRET = "empsec_" + "7" * 64
SITE = "https://gazette.example"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
READERS = iter(range(1, 100_000))


def bearer(key: str, _raw: bytes) -> dict:
    return {"headers": {"authorization": f"Bearer {key}"}}


def in_query(name: str) -> Callable[[str, bytes], dict]:
    return lambda key, _raw: {"params": {name: key}}


def signature(secret: str, raw: bytes) -> dict:
    return {"headers": {"x-coral-signature": "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}}


def keyless(_key: str, _raw: bytes) -> dict:
    return {"headers": {"origin": SITE}}


@dataclass(frozen=True)
class Door:
    """A door. `auth` says with a key, over the bytes that are sent, who asks."""

    path: str
    body: Callable[[str], dict]
    no: Callable[[httpx.Response], object]
    auth: Callable[[str, bytes], dict] = bearer
    form: bool = False
    unknown: Mapping = field(default_factory=lambda: {"nonsense": 1})

    @property
    def kind(self) -> str:
        return FORM if self.form else JSON

    def bytes_of(self, body: dict) -> bytes:
        return (urlencode(body) if self.form else json.dumps(body)).encode()

    def send(self, served: Served, raw: bytes, key: str, kind: str = "") -> httpx.Response:
        """Send these bytes; without a key nothing says who asks."""
        asked = self.auth(key, raw) if key or self.auth is keyless else {}
        headers = {**asked.pop("headers", {}), "content-type": kind or self.kind}
        return httpx.post(served.root + self.path, content=raw, headers=headers, timeout=20, **asked)


def problem(answer: httpx.Response) -> object:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["code"]


def google(answer: httpx.Response) -> object:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    kinds = [one.get("errorType") or one.get("reason") for one in error.get("details", [])]
    return next((kind for kind in kinds if kind), error["status"])


def openai(answer: httpx.Response) -> object:
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return error["code"] or error["type"]


def akismet(answer: httpx.Response) -> object:
    if answer.status_code == 429:  # this protocol has no words for it
        return answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-akismet-debug-help"]
    return answer.text


def page(answer: httpx.Response) -> object:
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.rstrip().endswith("</html>")
    return "page"


def coral_body(text: str) -> dict:
    return {
        "action": "NEW",
        "comment": {"body": text, "parentID": None},
        "author": {"id": f"reader-{next(READERS)}", "role": "COMMENTER"},
        "story": {"id": "s", "url": "https://news.example/s"},
    }


def reader(text: str) -> dict:
    return {"text": text, "name": "Asha Shenoy", "email": f"asha-{next(READERS)}@reader.example"}


DOORS = {
    "comments": Door("/api/v1/comments", comment_body, problem),
    "score": Door("/api/v1/score", lambda text: {"text": text}, problem),
    "openai": Door("/v1/moderations", lambda text: {"input": text}, openai),
    "perspective": Door(
        "/v1alpha1/comments:analyze",
        lambda text: {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, "languages": ["en"]},
        google,
        auth=in_query("key"),
        unknown={"requestedAttributes": {"FLIRTATION": {}}},
    ),
    "akismet": Door(
        "/1.1/comment-check",
        lambda text: {
            "blog": "https://news.example/",
            "user_ip": f"198.18.{next(READERS) % 250}.9",
            "comment_content": text,
        },
        akismet,
        auth=in_query("api_key"),
        form=True,
    ),
    "coral": Door("/hooks/coral/gazette", coral_body, problem, auth=signature),
    "form": Door(
        "/embed/gazette/comments",
        lambda text: {**reader(text), "accepted": True, "article": {"id": "a-7"}},
        problem,
        auth=keyless,
    ),
    "page": Door(
        "/form/gazette",
        lambda text: {**reader(text), "accepted": "yes", "article": "a-7"},
        page,
        auth=keyless,
        form=True,
    ),
}
NAMES = list(DOORS)
WITH_KEY = [name for name, door in DOORS.items() if door.auth is not keyless]


def open_doors(served: Served) -> None:
    """What Coral and the forms need: a secret, and an origin."""
    service = served.world.service
    custody = service.custody
    add_secret(service.database, "gazette", SECRET, custody.seal_secrets, custody.open_secrets, service.clock())
    set_form(service.database, "gazette", FormRules(frozenset({SITE})))
    service.shelf.forget("gazette")


def good_key(served: Served, name: str) -> str:
    return SECRET if name == "coral" else served.world.live


def call(
    served: Served, name: str, text: str = "A fair report.", *, key: str | None = None, **change: object
) -> httpx.Response:
    door = DOORS[name]
    raw = door.bytes_of({**door.body(text), **change})
    return door.send(served, raw, good_key(served, name) if key is None else key)
