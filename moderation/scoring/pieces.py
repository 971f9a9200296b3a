"""A long text in pieces that a model answers quickly, and what the pieces say as what the text says.

What this file decides
- A piece is as long as a comment of the usual limit may be. Whoever asks for a short text meanwhile waits for a piece and not for
  the whole of somebody else's book.
- Neighbours overlap, so that an insult on a seam is whole in one of them. Of a label the highest value of any piece counts, as
  it does with the model's own windows; spans are united.
- A text is read up to `LONGEST`, which is as much as Perspective's clients may send; what lies behind is cut and the score says
  so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from moderation.scoring.windows import Bounds, cut_text, unite_spans
from moderation.vocabulary import Scores, Span

PIECE: Final = 2_000
OVERLAP: Final = 200
LONGEST: Final = 20_480


def cut_pieces(text: str) -> list[Bounds]:
    """Where the pieces of a text begin and end."""
    return [(start, end) for start, end in cut_text(text[:LONGEST], PIECE, OVERLAP) if text[start:end].strip()]


def join_pieces(text: str, bounds: Sequence[Bounds], scored: Sequence[Scores]) -> Scores:
    """The scores of a text from those of its pieces; one that could not be judged speaks for all."""
    away = next((one for one in scored if one.unavailable), None)
    if away is not None:
        return away
    if len(scored) == 1:
        return replace(scored[0], cut=scored[0].cut or len(text) > LONGEST)
    moved = [
        Span(span.start + start, span.end + start, span.label)
        for (start, _), one in zip(bounds, scored, strict=True)
        for span in one.spans
    ]
    return replace(
        scored[0],
        values=_worst([one.values for one in scored]),
        raw=_worst([one.raw for one in scored]),
        factors=_worst([one.factors for one in scored]),
        spans=unite_spans(moved, text),
        fit=all(one.fit for one in scored),
        cut=any(one.cut for one in scored) or len(text) > LONGEST,
    )


def _worst(maps: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: max(one[name] for one in maps if name in one) for name in maps[0]}
