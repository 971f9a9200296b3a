"""Templates and what every page has: the frame around it, words in the person's language, safe headers.

What this file decides
- Everything is escaped; no template may switch that off (a test greps for it).
- Readers' words go through `shown`, which names what is invisible or turns the line around (a test walks the pages).
- A page gets its own typed context as `page` and the frame as `frame`; nothing else leaks in.
- A fragment is the same template without the frame's outer parts, asked for by the `X-Fragment` header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from moderation.access.permissions import Permission
from moderation.storage.queue_counts import QueueCounts
from moderation.text.show import show
from moderation.web import legal_words, words
from moderation.web.browsers import browser_of
from moderation.web.clock_words import ago, lasting, moment
from moderation.web.language_names import language_name

HERE: Final = Path(str(files("moderation.web")))
LANGUAGES: Final = ("en",)
RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ks", "ps", "sd", "ur"})
_NONE: Final = NullTranslations()
_now: ContextVar[datetime] = ContextVar("page_now")
_translations: ContextVar[NullTranslations] = ContextVar("page_translations")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the pages' head counts. Read when a page asks for it: an act that answers with a piece shows no head."""

    counts: QueueCounts
    asked: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page."""

    base: str
    now: datetime
    path: str = ""
    language: str = "en"
    person: str = ""
    csrf: str = ""
    site_id: str = ""
    site_name: str = ""
    many_sites: bool = False
    permissions: frozenset[Permission] = frozenset()
    numbers: Callable[[], Numbers] | None = None
    banner: str = ""
    switches: tuple[tuple[str, str], ...] = ()
    theme: str = ""
    density: str = ""
    fold: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> QueueCounts | None:
        """How the queue stands, on a page of a site."""
        return self.numbers().counts if self.numbers else None

    @property
    def asked(self) -> int:
        """How many second opinions wait for the person."""
        return self.numbers().asked if self.numbers else 0

    def may(self, permission: str) -> bool:
        """Whether the person may do this at this site."""
        return permission in self.permissions

    @property
    def direction(self) -> str:
        """The direction in which the page's language is written."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def site_url(self) -> str:
        """Where the pages of this site begin."""
        return f"{self.base}/s/{self.site_id}"


class Pages:
    """The templates, compiled once."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.env = _environment(base)

    def render(
        self, template: str, frame: Frame, page: object, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """One page."""
        return HTMLResponse(self.text(template, frame, page), status, headers=dict(headers or {}))

    def text(self, template: str, frame: Frame, page: object) -> str:
        """One page or fragment as text."""
        here, language = _now.set(frame.now), _translations.set(translations(frame.language))
        try:
            return self.env.get_template(template).render(frame=frame, page=page)
        finally:
            _now.reset(here)
            _translations.reset(language)


def _environment(base: str) -> Environment:
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue().gettext(text),
        lambda one, many, n: catalogue().ngettext(one, many, n),
        newstyle=True,
    )
    env.filters.update(
        ago=_with_now(ago),
        lasting=lasting,
        moment=moment,
        browser=browser_of,
        language_name=language_name,
        shown=show,
    )
    env.globals.update(words=words, legal_words=legal_words)
    env.globals.update(static=lambda name: f"{base}/static/{name}?v={fingerprint(name)}")
    return env


def _with_now(of: Callable[[datetime, datetime], str]) -> Callable[[datetime], str]:
    return lambda at: of(at, _now.get())


@lru_cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, compiled as it is read; English is the language of the sources."""
    path = HERE / "locale" / language / "LC_MESSAGES" / "messages.po"
    if not language.isascii() or not language.isalpha() or not path.is_file():
        return _NONE
    made = BytesIO()
    with path.open("rb") as file:
        write_mo(made, read_po(file, locale=language))
    made.seek(0)
    return Translations(made)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Words of `translate` in a language, outside a page."""
    before = _translations.set(translations(language))
    try:
        yield
    finally:
        _translations.reset(before)


def catalogue() -> NullTranslations:
    """The catalogue of the page that is being made."""
    return _translations.get(_NONE)


def translate(text: str, **values: Any) -> str:
    """A word outside a template, in the language of the page that is being made."""
    found = catalogue().gettext(text)
    return found % values if values else found


@lru_cache
def fingerprint(name: str) -> str:
    """Eight letters that change when the file does, so that a browser may keep it for ever."""
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:8]
