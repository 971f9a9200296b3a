"""A lost password: a link by mail, for whoever gives an address.

What this file decides
- The answer is the same whether somebody has that address or not, and takes the same time: the rest happens after it.
- Tries are counted like those of signing in. The link opens a page; only the press with a new password does something.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import Response

from moderation.access.sessions import LinkPurpose
from moderation.bootstrap import Service
from moderation.mail_desk import Mail, can_mail, lifetime_of, queue_mail
from moderation.mail_words import lost_password_words
from moderation.storage.people import find_by_email, make_link
from moderation.web.sign_in import throttle_of
from moderation.web.viewer import pages_of, plain_frame, service_of

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class LostPage:
    """The form, or that a mail is on its way if the address is known; without a mail server how it goes by hand."""

    mails: bool
    sent: bool = False


@router.get("/sign-in/lost")
def show_lost(request: Request) -> Response:
    """The form."""
    page = LostPage(can_mail(service_of(request)))
    return pages_of(request).render("lost_password.html", plain_frame(request), page)


@router.post("/sign-in/lost")
def ask_link(request: Request, tasks: BackgroundTasks, email: Annotated[str, Form(max_length=254)] = "") -> Response:
    """Mail a link to whoever has this address."""
    service = service_of(request)
    throttle_of(request).hit(f"lost|{email}", request.client.host if request.client else None)
    if can_mail(service):
        tasks.add_task(mail_link, service, email)
    page = LostPage(can_mail(service), sent=can_mail(service))
    answer = pages_of(request).render("lost_password.html", plain_frame(request), page)
    answer.background = tasks
    return answer


def mail_link(service: Service, email: str) -> None:
    """Queue the mail, if somebody works here under this address."""
    person = find_by_email(service.database, email)
    if person is None or person.disabled:
        return
    token = make_link(service.database, person.id, LinkPurpose.RESET, os.urandom, service.clock())
    words = lost_password_words(person.name, f"{service.settings.pages_url}/sign-in/link/{token}")
    queue_mail(service, Mail(person.email, words, lifetime_of(LinkPurpose.RESET)))
