"""One word of each listed text, its cue: a comment without any cue is let go before anything is looked for in it.

- The cue of a word is itself. A phrase waits for a word of it that is listed anyway, or for its longest: most are rarer than
  `the` and `your`.
- A cue that a list leaves open is heard as the beginning of a word.

Whether the listed text itself stands there is the matcher's.
"""

from __future__ import annotations

from collections.abc import Collection

from moderation.checks.reading import spaced_words
from moderation.checks.word_lists import ListedWord


class Cues:
    """The cues of some lists."""

    def __init__(self, listed: Collection[ListedWord]) -> None:
        alone = {one.text for one in listed}
        self._whole: set[str] = set()
        self._open: set[str] = set()
        for one in listed:
            words = one.text.split(" ")
            closed = words[:-1] if one.open_ended else words
            if closed:
                self._whole.add(max(closed, key=lambda word: (word in alone, len(word))))
            else:
                self._open.add(one.text)
        self._lengths = sorted({len(cue) for cue in self._open})
        self._heads = {cue[:length] for cue in self._open for length in self._lengths[:1]}

    def heard_in(self, folded: str) -> bool:
        """Whether a cue stands in a folded text."""
        return any(map(self.is_heard, spaced_words(folded).split()))

    def is_heard(self, word: str) -> bool:
        """Whether a folded word is a cue, or begins with one that a list leaves open."""
        if word in self._whole:
            return True
        if not self._open or word[: self._lengths[0]] not in self._heads:
            return False
        return any(word[:length] in self._open for length in self._lengths)
