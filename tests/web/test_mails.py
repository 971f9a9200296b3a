"""Mails through a real SMTP server: invitations, a lost password, a reader's address; and what happens when it is away."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from moderation.access.passwords import hash_password
from moderation.mail_desk import ask_confirmations, send_mails
from moderation.storage.people import change_person, find_by_email
from moderation.vocabulary import Role
from tests.web.newsroom import Newsroom, Page, open_newsroom


class Box:
    """What the server took; addresses that begin with `bad` are refused for good."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str]] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - the library's name
        if address.startswith("bad"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the library's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((message["To"], message["Subject"], message.get_content()))
        return "250 OK"


@pytest.fixture
def box() -> Iterator[tuple[Box, Controller]]:
    taken = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(taken, hostname="127.0.0.1", port=port)
    server.start()
    yield taken, server
    with contextlib.suppress(RuntimeError):  # a test may have stopped it
        server.stop(no_assert=True)


@pytest.fixture
def room(tmp_path: Path, box: tuple[Box, Controller]) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path, mail_url=f"smtp://127.0.0.1:{box[1].port}", mail_from="desk@gazette.example")
    yield opened
    opened.world.close()


def deliver(room: Newsroom) -> int:
    return send_mails(room.world.service)


def link_in(words: str) -> str:
    return re.search(r"http://localhost:8000(/\S+)", words).group(1)


def test_an_invitation_comes_by_mail_and_opening_its_link_does_nothing(room: Newsroom, box) -> None:
    admin = room.browser(room.person("Ravi Kumar", roles=[Role.ADMIN]))
    csrf = Page(admin.get("/s/gazette/people")).csrf
    form = {"csrf": csrf, "name": "Tara Rao", "email": "tara@desk.example", "roles": ["moderator"], "how": "mail"}
    page = Page(admin.post("/s/gazette/people", form))
    assert "A mail to Tara Rao is on its way." in page.text
    assert "/sign-in/link/" not in page.html
    with room.database.reading() as session:
        lying = str(session.execute(text("SELECT * FROM mail")).all())
    assert "tara@" not in lying
    assert "/sign-in/" not in lying
    assert deliver(room) == 1
    ((to, subject, words),) = box[0].mails
    assert (to, subject) == ("tara@desk.example", "You are invited to moderate The Gazette")
    link, tara = link_in(words), room.browser()
    for _ in range(3):  # as mail scanners do
        assert tara.get(link).status_code == 200
    assert tara.get("/me").status_code == 303
    assert tara.post(link, {"password": "four words of no sense"}).status_code == 303
    assert tara.queue().status == 200
    assert tara.post(link, {"password": "four words of no sense"}).status_code == 409
    with room.database.reading() as session:
        assert session.execute(text("SELECT state, sealed FROM mail")).all() == [("sent", None)]


def test_a_lost_password_is_set_anew_by_a_mailed_link_and_ends_all_sessions(room: Newsroom, box) -> None:
    user = room.person()
    change_person(room.database, user, password_hash=hash_password("four words of no sense"))
    inside, lost = room.browser(user), room.browser()
    known = Page(lost.post("/sign-in/lost", {"email": "Meera@desk.example"}))
    unknown = Page(lost.post("/sign-in/lost", {"email": "nobody@desk.example"}))
    assert known.text == unknown.text
    assert deliver(room) == 1
    link = link_in(box[0].mails[0][2])
    assert lost.get(link).status_code == 200
    assert inside.queue().status == 200
    assert lost.post(link, {"password": "five other words of none"}).status_code == 303
    assert inside.queue().status == 303
    assert lost.queue().status == 200


def test_asking_too_often_is_refused(room: Newsroom) -> None:
    browser = room.browser()
    statuses = [browser.post("/sign-in/lost", {"email": "meera@desk.example"}).status_code for _ in range(12)]
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == 429


def test_a_refused_mail_is_given_up_and_an_absent_server_is_tried_again(room: Newsroom, box) -> None:
    admin = room.browser(room.person("Ravi Kumar", roles=[Role.ADMIN]))
    csrf = Page(admin.get("/s/gazette/people")).csrf
    form = {"csrf": csrf, "name": "Tara Rao", "roles": ["moderator"], "how": "mail"}
    admin.post("/s/gazette/people", {**form, "email": "bad@desk.example"})
    deliver(room)
    box[1].stop()
    admin.post("/s/gazette/people", {**form, "email": "tara@desk.example"})
    deliver(room)
    with room.database.reading() as session:
        rows = session.execute(text("SELECT state, attempts, last_error, sealed IS NULL FROM mail ORDER BY id")).all()
    assert rows[0] == ("failed", 1, "the mail server answered 550", 1)
    assert rows[1][:2] == ("waiting", 1)
    assert rows[1][3] == 0
    assert deliver(room) == 0  # the pause


def test_a_new_address_is_asked_once_and_only_the_press_confirms(room: Newsroom, box) -> None:
    service = room.world.service
    room.comment("A fair report.", name="Asha Shenoy")
    assert ask_confirmations(service) == 0  # the site did not ask for it
    meera = room.browser(room.person())
    csrf = Page(meera.get("/s/gazette/switches")).csrf
    assert meera.post("/s/gazette/switches/confirm", {"csrf": csrf, "confirm": "yes"}).status_code == 303
    assert ask_confirmations(service) == 1
    room.comment("Another one.", name="Asha Shenoy")
    assert ask_confirmations(service) == 0
    deliver(room)
    ((to, subject, words),) = box[0].mails
    assert (to, subject) == ("asha.shenoy@reader.example", "Is this your comment at The Gazette?")
    link, reader = link_in(words), room.browser()
    assert "Was it you?" in Page(reader.get(link)).text
    assert confirmed(room) == [0]
    assert "Your e-mail address is confirmed." in Page(reader.post(link)).text
    assert confirmed(room) == [1]
    assert reader.post(link).status_code == 200  # pressed twice
    assert reader.get("/confirm/nonsense").status_code == 409


def confirmed(room: Newsroom) -> list[int]:
    with room.database.reading() as session:
        return [int(value) for value in session.execute(text("SELECT confirmed FROM author")).scalars()]


def test_without_a_mail_server_the_pages_say_how_it_goes(tmp_path: Path) -> None:
    opened = open_newsroom(tmp_path / "plain")
    admin = opened.browser(opened.person("Ravi Kumar", roles=[Role.ADMIN]))
    page = Page(admin.get("/s/gazette/people"))
    assert "Mail the invitation" not in page.text
    form = {"csrf": page.csrf, "name": "T", "email": "t@desk.example", "roles": ["moderator"], "how": "mail"}
    assert "/sign-in/link/" in admin.post("/s/gazette/people", form).text
    assert "moderation user link" in Page(opened.browser().get("/sign-in/lost")).text
    assert send_mails(opened.world.service) == 0
    assert find_by_email(opened.database, "t@desk.example") is not None
    opened.world.close()


def test_a_mail_whose_link_has_lapsed_is_not_sent(room: Newsroom, box) -> None:
    room.person()
    room.browser().post("/sign-in/lost", {"email": "meera@desk.example"})
    with room.database.writing() as session:
        session.execute(
            text("UPDATE mail SET expires_at = :at"), {"at": str(datetime.now(UTC) - timedelta(days=1))[:26]}
        )
    assert deliver(room) == 0
    assert box[0].mails == []
