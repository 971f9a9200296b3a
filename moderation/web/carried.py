"""Which words carried a score: on demand, what each label loses when a word or a sentence is left out.

What this file decides
- The wording in force is scored anew, by the engine of its site, with the article's subjects and the parent's words; the page
  says which engine and version answered, which may be newer than the decision.
- Labels that are at least possible are shown, else the highest one; of each the five strongest stretches.
- Before a second opinion is given, whoever is asked for it is told no score here either.
- An engine that cannot answer now is said so, with its reason; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from moderation.access.permissions import Permission
from moderation.scoring.calibration import Likelihood, say_likelihood
from moderation.scoring.explain import LEAST, Explanation, Part, explain_text
from moderation.scoring.scorer import ScoringUnavailable
from moderation.storage.history import History, read_history
from moderation.text.show import show
from moderation.vocabulary import Field, ScoreContext
from moderation.web.blind import is_blind
from moderation.web.viewer import Desk, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Carrier:
    """A stretch of the text and by how much the label falls without it."""

    words: str
    drop: float


@dataclass(frozen=True, slots=True)
class Carried:
    """One label: its probability, the word for it, and what carried it."""

    label: str
    share: float
    level: str
    words: tuple[Carrier, ...]
    sentences: tuple[Carrier, ...]


@dataclass(frozen=True, slots=True)
class CarriedPage:
    """What the page shows."""

    comment: str
    text: str
    engine: str = ""
    version: str = ""
    labels: tuple[Carried, ...] = ()
    unavailable: str = ""
    blind: bool = False


@router.get("/comments/{comment}/carried")
def show_carried(comment: str, desk: Desk = reading(Permission.QUEUE_READ)) -> Response:
    """Which words carried the scores of a comment."""
    history = read_history(desk.service.database, desk.site_id, comment)
    latest = history.wordings[-1]
    if is_blind(history, desk.user_id, desk.frame.now):
        return desk.pages.render("carried.html", desk.frame, CarriedPage(history.id, show(latest.text), blind=True))
    scorer = desk.service.scorers.scorer_for(desk.site_id, Field.TEXT)
    try:
        found = explain_text(scorer, latest.text, _context_of(history))
    except ScoringUnavailable as problem:
        page = CarriedPage(history.id, show(latest.text), unavailable=problem.message)
    else:
        labels = tuple(_carried(found, label, latest.text) for label in found.labels)
        page = CarriedPage(history.id, show(latest.text), found.scores.engine, found.scores.version, labels)
    return desk.pages.render("carried.html", desk.frame, page)


def _context_of(history: History) -> ScoreContext:
    given = history.wordings[-1].given
    return ScoreContext(
        subjects=given.article.subjects if given else (),
        parent=history.parent.text if history.parent else "",
        headline=history.article.title if history.article else "",
    )


def _carried(found: Explanation, label: str, text: str) -> Carried:
    share = found.scores.values[label]
    level = say_likelihood(share)
    ranked = sorted(found.sentences, key=lambda part: -part.drops[label])
    return Carried(
        label,
        share,
        "" if level is Likelihood.UNLIKELY else level.value,
        _carriers(found.strongest(label, SHOWN), label, text),
        _carriers(ranked[:1], label, text),
    )


def _carriers(parts: tuple[Part, ...] | list[Part], label: str, text: str) -> tuple[Carrier, ...]:
    return tuple(
        Carrier(show(" ".join(text[part.start : part.end].split())), part.drops[label])
        for part in parts
        if part.drops[label] >= LEAST
    )
