"""Stand-ins behind real ports, for tests that are not about them."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.errors import Unavailable
from moderation.scoring.scorer import EngineInfo
from moderation.vocabulary import ScoreContext, Scores


class WordScorer:
    """Scores by one word, so that a test can say which comment is abusive."""

    info = EngineInfo("words", "1", "", "", ("toxicity", "insult"), ("en",))

    def __init__(self) -> None:
        self.away = False
        self.calls: list[int] = []

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]:
        self.calls.append(len(texts))
        if self.away:
            raise Unavailable("the model is away")
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> Scores:
        share = 0.97 if any(word in text.lower() for word in ("idiot", "gherkin")) else 0.01
        return Scores({"toxicity": share, "insult": share}, "words", "1")

    def close(self) -> None:
        pass
