"""Score texts that are no comments of ours: several doors ask for nothing but scores.

What this file decides
- Nothing is stored. The texts go through the pipeline's own `score`, a long one in pieces, in parts that the model answers within
  its deadline. Comments that come meanwhile are judged between two parts.
- A part that a busy machine answers too late is asked again while the caller waits. What can no longer be answered in time, or
  cannot be judged, ends the work at once: nobody waits for the rest.
- A text without words gets no scores and no complaint.
- What a text was flagged for is said by the site's own policy: a label is flagged from the probability that it calls `likely`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import anyio.to_thread

from moderation.bootstrap import Service
from moderation.errors import Unavailable
from moderation.policy.grammar import Level
from moderation.scoring.batching import LATE
from moderation.scoring.loading import LoadingScorer
from moderation.scoring.pieces import PIECE, cut_pieces, join_pieces
from moderation.scoring.scorer import EngineInfo, ScoringUnavailable, refuse_text
from moderation.vocabulary import Comment, Door, Field, Label, ScoreContext, Scores

PART_TEXTS: Final = 16
PART_CHARACTERS: Final = PIECE
NO_WORDS: Final = "the text has no words"
LATER: Final = "send it again later; see `/readyz` for the reason"
Answered = TypeVar("Answered")


class TooSlow(Unavailable):
    """no answer was ready in time"""

    code = "too_slow"
    hint = "send it again in a moment"


def engine_of(service: Service, site_id: str) -> EngineInfo:
    """Which model speaks for a site; one that is still loading is waited for a moment.

    Raises:
        ScoringUnavailable: it is not there, with the reason.
    """
    scorer = service.pipeline.ports.scorer_for(site_id, Field.TEXT)
    if not scorer.info.labels and isinstance(scorer, LoadingScorer):
        health = scorer.wait(service.settings.intake_deadline_ms / 1000)
        if not scorer.info.labels:
            raise ScoringUnavailable(health.reason or "the model is still loading", hint=LATER)
    return scorer.info


def examine(
    service: Service, site_id: str, texts: Sequence[str], context: ScoreContext = ScoreContext(), *, seconds: float
) -> list[Scores]:
    """The scores of each text, in order; one without words says so in `unavailable`. `seconds` is how long the caller waits.

    Raises:
        ScoringUnavailable: a text cannot be judged now.
        TooSlow: nobody waits for the answer any more.
    """
    bounds = [cut_pieces(text) for text in texts]
    pieces = [text[start:end] for text, places in zip(texts, bounds, strict=True) for start, end in places]
    until = time.monotonic() + seconds
    scored = iter(_score_all(service, site_id, pieces, context, until))
    nothing = refuse_text(engine_of(service, site_id), NO_WORDS)
    return [
        join_pieces(text, places, [next(scored) for _ in places]) if places else nothing
        for text, places in zip(texts, bounds, strict=True)
    ]


def _score_all(
    service: Service, site_id: str, texts: Sequence[str], context: ScoreContext, until: float
) -> list[Scores]:
    found: list[Scores] = []
    for part in parts(texts):
        found += _score_part(service, [(site_id, Comment(text=text, door=Door.API), context) for text in part], until)
    return found


def _score_part(service: Service, asked: Sequence[tuple[str, Comment, ScoreContext]], until: float) -> list[Scores]:
    away = LATE
    while away == LATE:
        if time.monotonic() > until:
            raise TooSlow
        scored = [one[Field.TEXT] for one in service.pipeline.score(asked)]
        away = next((one.unavailable for one in scored if one.unavailable), "")
    if away:
        raise ScoringUnavailable(away, hint=LATER)
    return scored


def parts(texts: Sequence[str]) -> list[list[str]]:
    """The texts in portions that a model answers quickly."""
    found: list[list[str]] = []
    room = 0
    for text in texts:
        if not found or len(found[-1]) == PART_TEXTS or len(text) > room:
            found.append([])
            room = PART_CHARACTERS
        found[-1].append(text)
        room -= len(text)
    return found


def likely_from(service: Service, site_id: str, label: Label) -> float:
    """From which probability the site's policy calls a label likely."""
    return service.shelf.policy_for(site_id).rules.thresholds[label][Level.LIKELY]


async def within(seconds: float, work: Callable[[], Answered]) -> Answered:
    """What `work` gives, done on a thread.

    Raises:
        TooSlow: it takes longer than `seconds`; it is not stopped, only not waited for.
    """
    try:
        return await asyncio.wait_for(anyio.to_thread.run_sync(work, abandon_on_cancel=True), seconds)
    except TimeoutError:
        raise TooSlow from None
