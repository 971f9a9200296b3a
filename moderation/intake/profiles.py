"""What each door must give: the comments API and the form ask for everything, other protocols have less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from moderation.vocabulary import Door


@dataclass(frozen=True, slots=True)
class Profile:
    """The fields that a door must give, and whether the reader's identity is judged there."""

    required: frozenset[str]


FULL: Final = Profile(frozenset({"name", "email", "text", "disclaimer"}))
TEXT: Final = Profile(frozenset({"text"}))
BARE: Final = Profile(frozenset())

PROFILES: Final[Mapping[Door, Profile]] = MappingProxyType(
    {
        Door.API: FULL,
        Door.FORM: FULL,
        Door.CLI: BARE,
        Door.IMPORT: BARE,
        Door.AKISMET: BARE,
        Door.CORAL: TEXT,
    }
)
