"""The mail client; the only file that talks to a mail server.

What this file decides
- `smtps://` is encrypted from the first byte; `smtp://` is encrypted as soon as the server offers it. A password never goes
  over a line that is not encrypted, unless the server is on this machine.
- What the server refuses for good is given up; everything else is worth another try.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from moderation.errors import Invalid, ModerationError

SECONDS: Final = 20.0
PORTS: Final = {"smtp": 587, "smtps": 465}
FOR_GOOD: Final = range(500, 600)
HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class MailRefused(ModerationError):
    """the mail server refused the mail for good"""

    code = "mail_refused"
    hint = "look at the address and at `MODERATION_MAIL_FROM`"


class MailUnreachable(ModerationError):
    """the mail server could not be used"""

    code = "mail_unreachable"
    hint = "look at `MODERATION_MAIL_URL`"


def send_mail(url: str, password: str, message: EmailMessage) -> None:
    """Hand one mail to the server.

    Raises:
        MailRefused: for good.
        MailUnreachable: another try may work.
    """
    parts = read_url(url)
    try:
        with _connect(parts) as server:
            if parts.username:
                _sign_in(server, parts, password)
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as problem:
        codes = [code for code, _ in problem.recipients.values()]
        raise _failure(max(codes, default=0)) from None
    except smtplib.SMTPResponseException as problem:
        raise _failure(problem.smtp_code) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise MailUnreachable(f"the mail server could not be used: {type(problem).__name__}") from None


def read_url(url: str) -> SplitResult:
    """The parts of a mail server's address.

    Raises:
        Invalid: it is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise Invalid("`MODERATION_MAIL_URL` is no mail server", hint="write `smtp://user@host:587` or `smtps://host`")
    return parts


def _connect(parts: SplitResult) -> smtplib.SMTP:
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    safe = ssl.create_default_context()
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=safe)
    server = smtplib.SMTP(host, port, timeout=SECONDS)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=safe)
        server.ehlo()
    return server


def _sign_in(server: smtplib.SMTP, parts: SplitResult, password: str) -> None:
    if not isinstance(server.sock, ssl.SSLSocket) and parts.hostname not in HERE:
        raise MailUnreachable("the mail server offers no encryption, so no password is sent to it")
    server.login(unquote(parts.username or ""), password or unquote(parts.password or ""))


def _failure(code: int) -> ModerationError:
    kind = MailRefused if code in FOR_GOOD else MailUnreachable
    return kind(f"the mail server answered {code}")
