"""Mails over STARTTLS: encrypted before anything is said, refused without a trusted certificate, no password in the clear."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from moderation.callbacks.smtp import MailUnreachable, send_mail
from tests.certificate import write_certificate
from tests.cli.conftest import free_port

SECRET = "four words of no sense"


class Box:
    """What arrived: the words, and whether the line was encrypted."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bool]] = []
        self.signed_in: list[tuple[str, str, bool]] = []

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 - the library's name
        self.mails.append((envelope.content.decode(), session.ssl is not None))
        return "250 OK"

    def authenticate(self, _server, session, _envelope, _mechanism, given) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.signed_in.append((given.login.decode(), given.password.decode(), session.ssl is not None))
        return AuthResult(success=given.password.decode() == SECRET)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `localhost`, with its key."""
    return write_certificate(tmp_path_factory.mktemp("certificate") / "mail.pem", "localhost")


@contextmanager
def mail_server(certificate: Path | None, host: str = "127.0.0.1") -> Iterator[tuple[Box, int]]:
    """A mail server; with a certificate it takes nothing before STARTTLS, without one it offers none."""
    box, tls = Box(), None
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    options = {"tls_context": tls, "require_starttls": tls is not None, "auth_require_tls": tls is not None}
    server = Controller(box, hostname=host, port=free_port(), authenticator=box.authenticate, **options)
    server.start()
    yield box, server.port
    server.stop()


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@gazette.example", "tara@desk.example", "Come"
    message.set_content("A link for you.")
    return message


def test_mail_and_password_go_over_an_encrypted_line(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate) as (box, port):
        send_mail(f"smtp://desk%40gazette.example@localhost:{port}", SECRET, mail())
    assert box.signed_in == [("desk@gazette.example", SECRET, True)]
    ((words, encrypted),) = box.mails
    assert encrypted
    assert "A link for you." in words


def test_a_server_that_nobody_vouches_for_hears_nothing(certificate: Path) -> None:
    with mail_server(certificate) as (box, port), pytest.raises(MailUnreachable, match="SSLCertVerificationError"):
        send_mail(f"smtp://desk@localhost:{port}", SECRET, mail())
    assert box.signed_in == box.mails == []


def test_a_certificate_for_another_name_is_refused(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate) as (box, port), pytest.raises(MailUnreachable, match="SSLCertVerificationError"):
        send_mail(f"smtp://desk@127.0.0.1:{port}", SECRET, mail())
    assert box.signed_in == box.mails == []


def test_no_password_goes_over_an_open_line_to_another_machine() -> None:
    with mail_server(None, "127.0.0.2") as (box, port), pytest.raises(MailUnreachable, match="no encryption"):
        send_mail(f"smtp://desk@127.0.0.2:{port}", SECRET, mail())
    assert box.signed_in == box.mails == []


def test_a_server_on_this_machine_needs_no_encryption() -> None:
    with mail_server(None) as (box, port):
        send_mail(f"smtp://desk@127.0.0.1:{port}", SECRET, mail())
    assert box.signed_in == [("desk", SECRET, False)]
    assert len(box.mails) == 1
