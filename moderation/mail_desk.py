"""The mails of this service: what they say, how they wait, and the jobs that send them.

What this file decides
- Every mail has one purpose and one link. Opening a link changes nothing: the page behind it has a button.
- A mail waits sealed in the database, is tried again with growing pauses while its link holds, and is blanked in the end.
- Without a mail server nothing is put in: whoever asks is told how it goes without.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

import structlog

from moderation.access.sessions import LIFETIMES, LinkPurpose, make_token
from moderation.bootstrap import Service
from moderation.callbacks.smtp import MailRefused, MailUnreachable, send_mail
from moderation.errors import ModerationError
from moderation.mail_words import MailWords, confirmation_words
from moderation.storage.confirmations import LIFETIME, note_asked, unasked_authors
from moderation.storage.ids import new_id
from moderation.storage.mails import WaitingMail, add_mail, due_mails, end_mail, fail_mail

log = structlog.get_logger(__name__)

PAUSES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=2),
    timedelta(hours=8),
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person."""

    to: str
    words: MailWords
    lives: timedelta


def can_mail(service: Service) -> bool:
    """Whether a mail server is set."""
    return bool(service.settings.mail_url)


def queue_mail(service: Service, mail: Mail) -> None:
    """Let a mail wait for the next round."""
    mail_id, now = new_id(), service.clock()
    body = json.dumps({"to": mail.to, "subject": mail.words.subject, "text": mail.words.text})
    add_mail(service.database, mail_id, service.custody.seal_own(_context(mail_id), body), now + mail.lives, now)


def lifetime_of(purpose: LinkPurpose) -> timedelta:
    """How long a mail with such a link is worth sending."""
    return LIFETIMES[purpose]


def send_mails(service: Service) -> int:
    """Send what is due; how many were tried."""
    if not can_mail(service):
        return 0
    waiting = due_mails(service.database, service.clock())
    for one in waiting:
        _send(service, one)
    return len(waiting)


def ask_confirmations(service: Service) -> int:
    """Ask new readers about their address, where the site wants it; how many were asked."""
    if not can_mail(service):
        return 0
    asked = unasked_authors(service.database, service.clock())
    for one in asked:
        token = make_token(os.urandom).secret
        to = service.custody.open_email(one.site_id, one.email_sealed)
        note_asked(service.database, one, token, service.clock())
        words = confirmation_words(one.site_name, f"{service.settings.pages_url}/confirm/{token}")
        queue_mail(service, Mail(to, words, LIFETIME))
    return len(asked)


def _send(service: Service, one: WaitingMail) -> None:
    settings = service.settings
    try:
        message = _message(service, one, settings.mail_from, service.clock())
        send_mail(settings.mail_url, settings.mail_password.get_secret_value(), message)
    except MailRefused as problem:
        _give_up(service, one, problem, None)
    except (MailUnreachable, ModerationError) as problem:
        left = PAUSES[one.attempts] if one.attempts < len(PAUSES) else None
        _give_up(service, one, problem, service.clock() + left if left else None)
    else:
        end_mail(service.database, one.id, service.clock())


def _give_up(service: Service, one: WaitingMail, problem: ModerationError, again: datetime | None) -> None:
    log.warning("mail_not_sent", mail=one.id, code=problem.code, again=bool(again))
    fail_mail(service.database, one.id, problem.message, again)


def _message(service: Service, one: WaitingMail, sender: str, now: datetime) -> EmailMessage:
    said = json.loads(service.custody.open_own(_context(one.id), one.sealed))
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, said["to"], said["subject"]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{one.id}@{sender.rpartition('@')[2].strip('<> ') or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(said["text"])
    return message


def _context(mail_id: str) -> str:
    return f"mail|{mail_id}"
