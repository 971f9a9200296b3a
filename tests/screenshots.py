"""Pictures of every screen: 1280 and 390 pixels wide, light and dark.

Starts a newsroom of its own on loopback with the shipped model, fills it with the demonstration's comments, people, questions and
calls, and photographs every page into the folder `screenshots`. `--documents` renews the pictures that the documents show instead.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from moderation.access.sessions import LinkPurpose
from moderation.app import create_app
from moderation.bootstrap import Service, build_service
from moderation.demo.fill import fill_demo
from moderation.storage.people import make_link
from tests.factories import make_settings, prepare
from tests.furnish import doors_of, furnish, leaver, talkative_reader
from tests.furnish_desk import BATCH, DECIDED, PASSWORD, drafts, failed_call, furnish_desk, opinions, pictured_case
from tests.furnish_rooms import STAGES, connect, legal_requests
from tests.web.serving import serving

SIZES = {"1280": (1280, 900), "390": (390, 844)}
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


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


def screens(service, meera: str) -> dict[str, str]:
    """Name and address of every screen of somebody who is signed in."""
    row = pictured_case(service)
    number = {state: number for number, state in legal_requests(service, row.comment_id)}
    return {
        "queue": f"/s/demo/queue?case={row.id}", "list": "/s/demo/list", "list-found": "/s/demo/list?status=all&words=ferry",
        "list-copies": "/s/demo/list?group=cluster", "list-articles": "/s/demo/list?group=article",
        "list-authors": "/s/demo/list?group=author", "bulk": "/s/demo/list", "stale": "/s/demo/queue",
        "comment": f"/s/demo/comments/{row.comment_id}", "carried": f"/s/demo/comments/{row.comment_id}/carried",
        "author": f"/s/demo/authors/{talkative_reader(service)}",
        "opinions": "/s/demo/opinions", **opinions(service, meera), "batch": f"/s/demo/batches/{BATCH}",
        "switches": "/s/demo/switches", "form-settings": "/s/demo/form", "kept": "/s/demo/kept",
        "people": "/s/demo/people", "me": "/me", "me-second": "/me", "sites": "/sites",
        "decisions": f"/s/demo/people/{leaver(service)}/decisions",
        "policy": "/s/demo/policy", "policy-edit": "/s/demo/policy/edit",
        **{f"policy-{word}": f"/s/demo/policy/versions/{version}" for word, version in drafts(service, meera).items()},
        "integrations": "/s/demo/integrations", "callbacks": "/s/demo/integrations/callbacks",
        "calls": "/s/demo/integrations/calls", "call": f"/s/demo/integrations/calls/{failed_call(service)}",
        "empty": "/s/empty/queue", "missing": "/s/demo/comments/none",
        "legal": "/s/demo/legal", "legal-new": "/s/demo/legal/new", "legal-authority": "/s/demo/legal/authorities/new",
        **{f"legal-{state}": f"/s/demo/legal/requests/{number[state]}" for state in STAGES}, "guarded": "/s/demo/guarded",
    }  # fmt: skip


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


def press_bulk(page: Page) -> None:
    """Tick what is on the first lines and look at what would happen."""
    for box in page.locator("input[name=ids]").all()[:4]:
        box.check()
    page.select_option("select[name=act]", "reject:spam")
    page.click("form[data-list] button")


def press_stale(page: Page) -> None:
    """Decide, as a page without script, a case that a colleague has decided meanwhile."""
    page.evaluate(
        """decided => {
            const form = document.querySelector("form[data-acts]");
            form.action = form.querySelector(".publish").formAction.replace(/cases\\/[^/]+/, "cases/" + decided);
            form.submit();
        }""",
        DECIDED["case"],
    )
    page.wait_for_selector("h1")


def make_key(page: Page) -> None:
    """The snippets hold the key that was made."""
    page.click("text=Make a test key")


def enrol(page: Page) -> None:
    """The picture for an authenticator."""
    if not page.locator(".enrol").count():
        page.click("#second button")


def password(page: Page) -> None:
    """The question for the second factor."""
    page.fill("input[name=email]", "zoya@desk.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("form button")


ONE_SCREEN = {"queue", "list"}  # what stands at the foot of the screen stands there, and a long list is a list
PRESSES = {
    "bulk": press_bulk, "stale": press_stale, "integrations": make_key, "me-second": enrol, "second-factor": password,
}  # fmt: skip


@dataclass(frozen=True)
class Furnished:
    """A service with every screen full: who signs in, the screens for everybody and those behind the door."""

    service: Service
    person: str
    doors: dict[str, str]
    known: dict[str, str]


@contextmanager
def furnished(folder: Path) -> Iterator[Furnished]:
    """The demonstration's site with people, questions, calls and requests."""
    settings = make_settings(folder, engine="embedded")
    prepare(settings)
    service = build_service(settings)
    service.scorer.wait(60)
    fill_demo(service)
    meera, doors = furnish(service), doors_of(service)
    connect(service)
    furnish_desk(service, meera)
    yield Furnished(service, meera, doors, screens(service, meera))
    service.close()


def main(folder: Path, only: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, furnished(Path(data)) as room:
        app = create_app(room.service.settings, workers=False, service=room.service)
        with serve(app) as base, chromium() as browser:
            for width, (w, h) in SIZES.items():
                for scheme in ("light", "dark"):
                    size = {"width": w, "height": h}
                    context = browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=1)
                    page = context.new_page()
                    take(page, base, room.doors, folder, f"{width}-{scheme}", only)
                    page.goto(base + link_for(room.service, room.person))
                    page.click("button.publish")
                    take(page, base, room.known, folder, f"{width}-{scheme}", only)
                    if not only or "embedded" in only:
                        picture_embedded(page, room.service, base, folder / f"embedded-{width}-{scheme}.png", scheme)
                    context.close()


def show(page: Page, base: str, name: str, path: str) -> None:
    """Go to a screen and do what makes it full."""
    page.goto(base + path)
    if name in PRESSES:
        PRESSES[name](page)


def take(page: Page, base: str, wanted: dict[str, str], folder: Path, look: str, only: list[str]) -> None:
    """Photograph these screens."""
    for name, path in wanted.items():
        if only and name not in only:
            continue
        show(page, base, name, path)
        page.screenshot(path=folder / f"{name}-{look}.png", full_page=name not in ONE_SCREEN)


def ask() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("screens", nargs="*", metavar="SCREEN", help="names of screens; without one, every screen")
    parser.add_argument("--out", type=Path, default=Path("screenshots"), metavar="FOLDER")
    parser.add_argument("--documents", action="store_true", help="renew the pictures in docs/pictures instead")
    return parser.parse_args()


if __name__ == "__main__":
    asked = ask()
    if asked.documents:
        picture_documents(Path(__file__).resolve().parents[1] / "docs" / "pictures")
    else:
        main(asked.out, asked.screens)
