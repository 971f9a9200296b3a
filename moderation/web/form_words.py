"""The words of the readers' form and of its status page, in the languages that have a catalogue for them.

What this file decides
- The site says which language its form speaks; what has no catalogue is English. The disclaimer is the site's own and is not
  translated here.
- Every fault that intake may find has a sentence for readers, whatever its wording for programs is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from moderation.intake.accept import InvalidComment
from moderation.web.pages import RIGHT_TO_LEFT, in_language, translate
from moderation.web.words import N_

LANGUAGES: Final = ("en", "kn", "ur")
FORM_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "heading": N_("Leave a Comment"),
        "title": N_("Title:"),
        "name": N_("Name:"),
        "email": N_("E-mail:"),
        "email_hint": N_("Your e-mail address is not published."),
        "text": N_("Comment:"),
        "limit": N_("At most # characters."),
        "one": N_("You have 1 character left."),
        "many": N_("You have # characters left."),
        "over": N_("You have # characters too many."),
        "empty": N_("Leave this empty"),
        "disclaimer": N_("Disclaimer"),
        "agree": N_("I have read this and agree."),
        "notice": N_("By sending you agree to this."),
        "post": N_("Post comment"),
        "sending": N_("Sending…"),
        "faults": N_("Your comment was not sent yet:"),
        "lost": N_("Your comment could not be sent. It is kept here; try again in a moment."),
        "long": N_("The comment is too long."),
        "often": N_("Many comments came from your connection. Try again in a minute."),
        "closed": N_("Comments are closed here."),
        "officer": N_("Complaints about comments:"),
        "status": N_("See where your comment stands"),
        "keep": N_("Keep this address: it always tells where your comment stands. Nobody else can guess it."),
        "another": N_("Write another comment"),
        "why": N_("Why"),
    }
)
HEADINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "published": N_("Your comment is published"),
        "held": N_("Your comment is being checked"),
        "rejected": N_("Your comment was not published"),
        "withdrawn": N_("Your comment was taken back"),
    }
)
FIELD_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "/text": "text",
        "/title": "title",
        "/author/name": "name",
        "/author/email": "email",
        "/disclaimer/accepted": "accepted",
        "/disclaimer/version": "accepted",
    }
)
FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text required": N_("Write a comment."),
        "text too_long": N_("The comment is too long."),
        "title too_long": N_("The title is too long."),
        "name required": N_("Write your name."),
        "name too_long": N_("The name is too long."),
        "name name_is_email": N_("This is an e-mail address; write your name."),
        "name name_is_url": N_("This is a web address; write your name."),
        "name name_is_symbols": N_("A name has letters; write your name."),
        "email required": N_("Write your e-mail address."),
        "email too_long": N_("The e-mail address is too long."),
        "email email_malformed": N_("This is not an e-mail address; check it for typing errors."),
        "email email_disposable": N_("This address is of a throw-away service; use your own."),
        "email email_no_domain": N_("No mail server answers for this address; check it for typing errors."),
        "accepted required": N_("Read the disclaimer and accept it."),
        "accepted outdated": N_("The disclaimer has changed; read it and send again."),
        "unstorable": N_("This field holds a sign that cannot be kept; write it without that sign."),
    }
)


def choose_language(asked: str) -> str:
    """The language of the catalogue nearest to a tag such as `kn-IN`."""
    code = asked.partition("-")[0].strip().lower()
    return code if code in LANGUAGES else "en"


def direction_of(language: str) -> str:
    """The direction in which a language is written."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def form_words(language: str) -> dict[str, str]:
    """All words of the form."""
    with in_language(language):
        return {name: translate(words) for name, words in FORM_WORDS.items()}


def fault_words(problem: InvalidComment, language: str) -> dict[str, str]:
    """The first fault of each field, in words for readers."""
    found: dict[str, str] = {}
    with in_language(language):
        for fault in problem.faults:
            field = FIELD_OF.get(fault.pointer, "text")
            said = FAULTS.get(f"{field} {fault.code}") or FAULTS.get(fault.code) or fault.message
            found.setdefault(field, translate(said))
    return found
