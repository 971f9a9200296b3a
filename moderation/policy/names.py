"""The names that a rule may use, with their types, taken from the vocabulary and from the catalogue of checks.

What this file decides
- `score.<label>` is the worst calibrated probability over all fields of the comment.
- `check.<name>` is what a check found, also the worst over fields; a check that found nothing is false, 0 or
  the empty text.
- `author.*`, `article.*`, `comment.*` and `sender.*` are facts; the article's body and every raw address stay out.
- `limits.<name>` are the policy's own numbers; `now` is a time; `sample` is a number from 0 to 1 that is as
  good as drawn by lot, so that a rule can pick a share of the comments for a person.
- Harm is what a score or a check says. More of it never helps an author.

It leaves the values to `decide.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, Protocol

from moderation.policy.grammar import Level, Type
from moderation.vocabulary import ArticleFacts, AuthorFacts, CommentFacts, Label, SenderFacts

_TYPES: Final = {
    "bool": Type.BOOL,
    "int": Type.INT,
    "float": Type.DOUBLE,
    "str": Type.STRING,
    "tuple[str, ...]": Type.TEXTS,
}
_FACTS: Final = {"author": AuthorFacts, "article": ArticleFacts, "comment": CommentFacts, "sender": SenderFacts}
_WITHHELD: Final = frozenset({"article.body"})
_OWN: Final = {"now": Type.TIME, "sample": Type.DOUBLE, "comment.fit": Type.BOOL}
SOURCES: Final = ("score", "check", "author", "article", "comment", "sender", "limits", "now", "sample")


class CheckSpec(Protocol):
    """What a policy must know of a check: the type of its value."""

    @property
    def type(self) -> type[bool] | type[int] | type[float] | type[str]: ...


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that an expression of one policy may use."""

    types: Mapping[str, Type]

    def type_of(self, path: str) -> Type:
        """Give the type of a name, `Type.UNKNOWN` when there is no such name."""
        return Type.LEVEL if path in set(Level) else self.types.get(path, Type.UNKNOWN)


def names_for(checks: Mapping[str, CheckSpec], limits: Mapping[str, int]) -> Names:
    """Give the names for a catalogue of checks and a policy's limits."""
    types: dict[str, Type] = dict(_OWN)
    types |= {f"score.{label}": Type.DOUBLE for label in Label}
    types |= {f"check.{name}": _TYPES[spec.type.__name__] for name, spec in checks.items()}
    types |= {f"limits.{name}": Type.INT for name in limits}
    for source, facts in _FACTS.items():
        types |= {f"{source}.{one.name}": _TYPES[str(one.type)] for one in fields(facts)}
    return Names(MappingProxyType({path: kind for path, kind in types.items() if path not in _WITHHELD}))


def is_harm(path: str) -> bool:
    """Tell whether a name says how harmful a comment is."""
    return path.startswith(("score.", "check."))
