"""Pictures of every screen: 1280 and 390 pixels wide, light and dark.

    python -m tests.screenshots [FOLDER [SCREEN ...]]

Without a folder the pictures of the documents are taken into docs/pictures. Starts a newsroom of its own on loopback, fills it with the demonstration's comments and photographs every page.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from moderation.access.sessions import LinkPurpose
from moderation.app import create_app
from moderation.bootstrap import build_service
from moderation.demo.fill import fill_demo
from moderation.scoring.loading import LoadingScorer
from moderation.storage.people import make_link
from moderation.vocabulary import Author, Comment, Door, Lane, Scores
from tests.factories import make_settings, prepare
from tests.furnish import doors_of, furnish, leaver, talkative_reader
from tests.web.serving import serving

SIZES = {"1280": (1280, 900), "390": (390, 844)}
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ROUGH = {
    "idiot": "insult",
    "stupid": "insult",
    "fool": "insult",
    "thief": "defamation",
    "bribe": "defamation",
    "corrupt": "defamation",
    "kill": "threat",
    "burn": "threat",
    "whatsapp": "spam",
    "earn": "spam",
}

STAGES = ("refused", "assessment", "approved", "received", "address")


class RoughScorer:
    """Scores by a handful of words; the pictures need cases, not judgement."""

    from moderation.scoring.scorer import EngineInfo

    info = EngineInfo("rough", "1", "", "", ("toxicity", "insult", "threat", "defamation", "spam"), ("en",))

    def score(self, texts, contexts=None):
        return [self._one(text.lower()) for text in texts]

    def _one(self, text: str) -> Scores:
        values = dict.fromkeys(("toxicity", "insult", "threat", "defamation", "spam"), 0.02)
        for word, label in ROUGH.items():
            if word in text:
                values[label] = values["toxicity"] = 0.91
        return Scores(values, "rough", "1", language="en")

    def close(self) -> None:
        pass


@contextmanager
def serve(app) -> Iterator[str]:
    """The application on a free port of loopback."""
    with serving(app) as (base, _):
        yield base


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium from the machine's packages."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "install chromium: apt-get install chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        try:
            yield browser
        finally:
            browser.close()


def link_for(service, user_id: str) -> str:
    return f"/sign-in/link/{make_link(service.database, user_id, LinkPurpose.SIGN_IN, os.urandom, datetime.now(UTC))}"


def screens(service, base: str) -> dict[str, str]:
    """Name and address of every screen."""
    from sqlalchemy import select

    from moderation.storage.case_leases import CASE

    with service.database.reading() as session:
        row = session.execute(
            select(CASE.c.comment_id, CASE.c.author_id).where(CASE.c.state == "open").order_by(CASE.c.due_at)
        ).first()
    return {
        "queue": "/s/demo/queue", "list": "/s/demo/list", "comment": f"/s/demo/comments/{row.comment_id}",
        "author": f"/s/demo/authors/{talkative_reader(service)}", "switches": "/s/demo/switches", "form-settings": "/s/demo/form", "people": "/s/demo/people", "me": "/me", "me-second": "/me",
        "sites": "/sites", "decisions": f"/s/demo/people/{leaver(service)}/decisions", "policy": "/s/demo/policy",
        "integrations": "/s/demo/integrations", "callbacks": "/s/demo/integrations/callbacks", "calls": "/s/demo/integrations/calls",
        "empty": "/s/empty/queue", "missing": "/s/demo/comments/none",
        "legal": "/s/demo/legal", "legal-new": "/s/demo/legal/new", "legal-authority": "/s/demo/legal/authorities/new",
        **{f"legal-{state}": f"/s/demo/legal/requests/{number}" for number, state in legal_requests(service, row.comment_id)},
    }  # fmt: skip


def legal_requests(service, comment: str) -> list[tuple[str, str]]:
    """Requests at each stage, entered once: (number, where it stands)."""
    from moderation.evidence.application_key import ApplicationKey
    from moderation.evidence.profile import RequestType
    from moderation.evidence.request import AddressTarget, Authority, AuthorityKind, RequestRefused, Target, scope_hash
    from moderation.evidence.sender import SenderField
    from moderation.legal_desk import LegalDesk
    from moderation.storage.ids import new_id
    from moderation.storage.legal import LegalBook
    from moderation.storage.legal_rows import Draft

    key = ApplicationKey.load(service.settings.secrets_dir, rng=os.urandom)
    desk, now = (
        LegalDesk(LegalBook(service.database, key, new_id=new_id, rng=os.urandom), service.clock),
        service.clock(),
    )
    if known := sorted(filed.request.id for filed in desk.book.all("demo")):
        return list(zip(known, STAGES, strict=True))
    police = Authority(
        "", "IN", AuthorityKind.POLICE, "Cyber Crime Police Station, Mangaluru", "+91 824 222 0500", "state site"
    )
    court = Authority(
        "", "IN", AuthorityKind.COURT, "Principal District Court, Udupi", "+91 820 252 0000", "court directory"
    )
    called, waits = (desk.book.add_authority("demo", one, "clerk", now) for one in (police, court))
    desk.book.verify_authority("demo", called, "clerk", now)
    elements = frozenset({"written_order", "officer_name", "case_number", "section", "items_named"})

    def enter(authority: str, rank: str = "inspector", **more: object) -> str:
        words = {"officer": "N. Gowda", "purpose": "investigation of a threat", "reference": "Cr. 114/2026"}
        words |= {"necessity": "the order names this comment; address, port and time answer it", "order": b"%PDF"}
        targets = (Target(comment, (SenderField.IP, SenderField.PORT, SenderField.AT), content=True),)
        whole = {"targets": targets, "elements": elements, **words, **more}
        head = ("demo", RequestType.INFORMATION_ORDER, "IN-BNSS-94", now, "intake")
        return desk.book.enter(Draft(*head, authority_id=authority, officer_rank=rank, **whole), now)

    poor, ready, said, entered = (
        enter(waits, "constable", elements=frozenset()),
        enter(called),
        enter(called),
        enter(called),
    )
    window = AddressTarget("203.0.113.7", "c2FsdA==", now - timedelta(days=180), now)
    found = enter(called, addresses=(window,), targets=())
    for number in (poor, ready, said, found):
        try:
            filed = desk.submit("demo", number, "intake")
        except RequestRefused:
            continue
        if number in {said, found}:
            desk.approve("demo", number, "boss", seen_scope=scope_hash(filed.request))
    return list(zip((poor, ready, said, entered, found), STAGES, strict=True))


DOCUMENTS = {
    "queue-1280-light": "queue",
    "queue-390-light": "queue-phone",
    "list-1280-light": "list",
    "reader-1280-light": "form",
    "embedded-1280-light": "form-light",
    "embedded-1280-dark": "form-dark",
    "integrations-1280-light": "integrations",
    "author-1280-light": "author",
    "switches-390-light": "switches-phone",
}


def picture_documents(folder: Path) -> None:
    """The pictures that the documents show, under their names there."""
    with tempfile.TemporaryDirectory() as taken:
        main(Path(taken), ["queue", "list", "reader", "embedded", "integrations", "author", "switches"])
        for name, shown in DOCUMENTS.items():
            shutil.copy(Path(taken) / f"{name}.png", folder / f"{shown}.png")


def picture_embedded(page: Page, service, engine: str, path: Path, scheme: str) -> None:
    """The embedded form as a reader meets it on a site's own page, light or dark."""
    from moderation.intake.reader_form import FormRules
    from moderation.storage.site_form import set_form
    from tests.journeys.host_page import host_page

    with host_page() as host:
        host.engine, host.look = engine, scheme
        officer = FormRules(frozenset({host.origin}), "The Grievance Officer", "grievance@gazette.example")
        set_form(service.database, "gazette", officer)
        service.shelf.forget("gazette")
        page.goto(host.url)
        page.get_by_label("Name:").fill("Asha Shenoy")
        page.get_by_label("E-mail:").fill("asha@reader.example")
        told = (
            "At last. My daughter works the late shift at the hospital and has walked home from the market for years. "
            "Will the 11 stop at the school again? The timetable in the paper leaves that line out."
        )
        page.get_by_label("Comment:").fill(told)
        page.screenshot(path=path, full_page=True)


def connect(service) -> None:
    """A site that is half connected: keys, calls with and without a problem, a callback that arrived and one that died."""
    from moderation.access.api_keys import make_key
    from moderation.call_book import Call
    from moderation.callback_desk import CallbackDesk
    from moderation.coral_desk import CoralDesk
    from moderation.courier import Courier
    from moderation.ports import Arrival
    from moderation.storage.ids import new_id
    from moderation.storage.keys import set_shadow, store_key
    from tests.callbacks.receivers import listening, reply

    now, made = datetime.now(UTC), {}
    for lane, days in ((Lane.TEST, 3), (Lane.LIVE, 1)):
        made[lane] = new_id()
        store_key(service.database, made[lane], "demo", lane, make_key(lane, os.urandom), now - timedelta(days=days))
    set_shadow(service.database, "demo", made[Lane.LIVE], on=True)
    body = b'{"article": {"id": "a1", "title": "Ferry fares to rise"}, "text": "", "disclaimer": {"accepted": true}}'
    fault = b'{"code":"invalid","errors":[{"pointer":"/text","code":"required","message":"write a comment"}]}'
    for n, (lane, status) in enumerate(
        [(Lane.TEST, 422), (Lane.TEST, 201), (Lane.LIVE, 201), (Lane.LIVE, 429), (Lane.TEST, 201)]
    ):
        call = Call(
            "POST",
            "/api/v1/comments",
            now - timedelta(minutes=40 - 7 * n),
            "demo",
            made[lane],
            lane.value,
            status=status,
        )
        call.milliseconds, call.content_type, call.body, call.answer = (
            18 + n,
            "application/json",
            body,
            fault if status == 422 else b'{"code":"too_many_requests"}',
        )
        service.calls.add(call)
    comment = Comment(
        "Good morning, and thank you.", Door.API, author=Author(name="Asha Rao"), lane=Lane.TEST, received_at=now
    )
    service.intake.submit(Arrival("demo", comment, made[Lane.TEST])).result(30)
    CoralDesk(service.database, service.custody).make("demo")
    desk, courier = CallbackDesk(service.database, service.custody, service.clock), Courier()
    with listening() as site, listening(lambda handler: reply(handler, 410)) as gone:
        for url in (site.url, gone.url):
            endpoint, _ = desk.add("demo", url, allow_private=True)
            desk.ping("demo", endpoint)
        for _ in range(30):
            courier.round(service)
        desk.rotate("demo", desk.endpoints("demo")[0].id)
        courier.finish(service)


def main(folder: Path, only: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    settings = make_settings(Path(tempfile.mkdtemp()), "")
    prepare(settings)
    scorer = LoadingScorer(RoughScorer)
    scorer.wait(5)
    service = build_service(settings, scorer=scorer)
    print(fill_demo(service))
    meera, doors = furnish(service), doors_of(service)
    connect(service)
    app = create_app(settings, workers=False, service=service)
    with serve(app) as base, chromium() as browser:
        for width, (w, h) in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": w, "height": h}, color_scheme=scheme, device_scale_factor=1
                )
                page = context.new_page()
                take(page, base, doors, folder, f"{width}-{scheme}", only)
                page.goto(base + link_for(service, meera))
                page.click("button.publish")
                take(page, base, screens(service, base), folder, f"{width}-{scheme}", only)
                if not only or "embedded" in only:
                    picture_embedded(page, service, base, folder / f"embedded-{width}-{scheme}.png", scheme)
                context.close()
    service.close()


def take(page: Page, base: str, wanted: dict[str, str], folder: Path, look: str, only: list[str]) -> None:
    """Photograph these screens."""
    for name, path in wanted.items():
        if only and name not in only:
            continue
        page.goto(base + path)
        if name == "integrations":
            page.click("text=Make a test key")
        if name == "me-second" and not page.locator(".enrol").count():
            page.click("#second button")
        page.screenshot(path=folder / f"{name}-{look}.png", full_page=look.startswith("390") or name != "queue")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(Path(sys.argv[1]), sys.argv[2:])
    else:
        picture_documents(Path(__file__).resolve().parents[1] / "docs" / "pictures")
