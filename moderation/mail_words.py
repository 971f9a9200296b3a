"""What the mails say: an invitation, a lost password, the confirmation of a reader's address.

The sentences stand in the same catalogue as those of the pages (`make catalogue`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from babel.support import NullTranslations, Translations

LOCALE: Final = Path(str(files("moderation"))) / "web" / "locale"


@dataclass(frozen=True, slots=True)
class MailWords:
    """Subject and text of a mail."""

    subject: str
    text: str


@lru_cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(LOCALE), [language])


def translate(text: str, language: str = "en", **values: str) -> str:
    """A sentence in the language of whoever reads it."""
    found = _catalogue(language).gettext(text)
    return found % values if values else found


def invitation_words(site: str, name: str, by: str, link: str) -> MailWords:
    """To somebody who is to work at a site."""
    return MailWords(
        translate("You are invited to moderate %(site)s", site=site),
        _letter(
            translate("Hello %(name)s,", name=name),
            translate("%(by)s invites you to work on the comments of %(site)s.", by=by, site=site),
            translate("Open this link and choose a password. It works once, for seven days:"),
            link,
            translate("Nothing happens before you press the button on that page."),
        ),
    )


def added_words(site: str, name: str, by: str, link: str) -> MailWords:
    """To somebody who works here already and has a new site."""
    return MailWords(
        translate("You now work at %(site)s as well", site=site),
        _letter(
            translate("Hello %(name)s,", name=name),
            translate("%(by)s gave you a role at %(site)s. Sign in as always:", by=by, site=site),
            link,
        ),
    )


def lost_password_words(name: str, link: str) -> MailWords:
    """To somebody who has lost the password."""
    return MailWords(
        translate("A new password"),
        _letter(
            translate("Hello %(name)s,", name=name),
            translate("somebody, probably you, asked for a new password. This link works once, for half an hour:"),
            link,
            translate("Nothing happens before you press the button on that page. If it was not you, do nothing."),
        ),
    )


def confirmation_words(site: str, link: str) -> MailWords:
    """To a reader whose address is new to a site."""
    return MailWords(
        translate("Is this your comment at %(site)s?", site=site),
        _letter(
            translate("A comment at %(site)s was sent with this e-mail address.", site=site),
            translate("If it was yours, open this link and press the button:"),
            link,
            translate("If it was not yours, do nothing. You get no second mail of this kind."),
        ),
    )


def _letter(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
