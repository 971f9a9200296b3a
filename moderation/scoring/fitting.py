"""Send each text to a model that its card vouches for, and the rest to the fallback.

What this file decides
- A text in a language of the first model's card is judged by the first model, any other by the fallback (`ngrams`),
  whose own card then says whether it is fit; the score is marked so and names the engine that gave it.
- Another guess at languages than the built-in one also says on the score which language the text is in.
- Texts keep their order, and a text's engine depends on the text alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from moderation.scoring.languages import Guess, find_language, is_fit
from moderation.scoring.scorer import EngineInfo, Scorer
from moderation.vocabulary import ScoreContext, Scores


class FittingScorer:
    """Two scorers as one: `first` for the languages on its card, `fallback` for the rest."""

    def __init__(self, first: Scorer, fallback: Scorer, guess: Guess = find_language) -> None:
        self._first = first
        self._fallback = fallback
        self._guess = guess

    @property
    def info(self) -> EngineInfo:
        return self._first.info

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]:
        """One `Scores` a text, in order."""
        languages = self._first.info.languages
        spoken = [self._guess(text) for text in texts]
        fit = [is_fit(text, language, languages) for text, language in zip(texts, spoken, strict=True)]
        given = contexts or [None] * len(texts)
        found: dict[int, Scores] = {}
        for scorer, wanted in ((self._first, True), (self._fallback, False)):
            places = [place for place, is_mine in enumerate(fit) if is_mine is wanted]
            if places:
                scores = scorer.score([texts[place] for place in places], [given[place] for place in places])
                found.update(
                    (place, self._mark(texts[place], spoken[place], score, scorer))
                    for place, score in zip(places, scores, strict=True)
                )
        return [found[place] for place in range(len(texts))]

    def _mark(self, text: str, language: str, score: Scores, scorer: Scorer) -> Scores:
        if self._guess is find_language or score.unavailable:
            return score
        return replace(score, language=language, fit=is_fit(text, language, scorer.info.languages))

    def close(self) -> None:
        """Close both."""
        self._first.close()
        self._fallback.close()
