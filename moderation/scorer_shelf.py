"""Which scorer speaks for a site and a field, and one living scorer for each engine that is named.

What this file decides, strongest first
- A field named in `MODERATION_FIELD_ENGINES` (`name=ngrams,website=ngrams`) has that engine on every site.
- A site with an engine of its own has that one.
- `MODERATION_ENGINE`, where it is set; else what `moderation models use` chose; else the default.

The guess at languages is `MODERATION_LANGUAGE_GUESS`'s: the light built-in one, or `lingua`.
What an engine's name means is `moderation.scoring.engines`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from moderation.errors import Invalid
from moderation.scoring.batching import BatchLimits
from moderation.scoring.engines import Engines
from moderation.scoring.languages import Guess, find_language
from moderation.scoring.loading import LoadingScorer
from moderation.scoring.scorer import Scorer
from moderation.scoring.store import ModelStore
from moderation.settings import Settings
from moderation.vocabulary import Field


class ScorerShelf:
    """The scorers of one process."""

    def __init__(
        self,
        engines: Engines,
        main: LoadingScorer,
        engine_of: Callable[[str], str | None],
        by_field: Mapping[Field, str],
    ) -> None:
        self._engines = engines
        self.main = main
        self._engine_of = engine_of
        self._by_field = by_field

    def scorer_for(self, site_id: str, field: Field) -> Scorer:
        """The scorer of a field of a site."""
        name = self._by_field.get(field) or self._engine_of(site_id)
        return self._engines.get(name) if name else self.main

    def close(self) -> None:
        """Close them all."""
        self.main.close()
        self._engines.close()


def open_scorers(
    settings: Settings, engine_of: Callable[[str], str | None], *, main: LoadingScorer | None = None
) -> ScorerShelf:
    """The scorers that the settings and the sites name; the main one begins to load now.

    Raises:
        Invalid: `MODERATION_FIELD_ENGINES` cannot be read.
    """
    patience = settings.intake_deadline_ms / 1000
    engines = Engines(
        settings.data_dir / "models",
        patience=patience,
        limits=BatchLimits(deadline=patience),
        open_guess=partial(open_guess, settings),
    )
    return ScorerShelf(
        engines,
        main or engines.get(name_engine(settings, engines.store)),
        engine_of,
        read_field_engines(settings.field_engines),
    )


def open_guess(settings: Settings) -> Guess:
    """The guess at a text's language that the settings name.

    Raises:
        ModelUnusable: it needs an extra that is not installed.
    """
    if settings.language_guess != "lingua":
        return find_language
    from moderation.scoring.lingua_guess import open_lingua

    return open_lingua()


def name_engine(settings: Settings, store: ModelStore) -> str:
    """The engine for all that name no other."""
    chosen = "" if "engine" in settings.model_fields_set else store.active()
    return chosen or settings.engine


def read_field_engines(words: str) -> dict[Field, str]:
    """`name=ngrams,website=ngrams` as a mapping.

    Raises:
        Invalid: a field is unknown or has no engine.
    """
    found: dict[Field, str] = {}
    for part in filter(None, map(str.strip, words.split(","))):
        field, _, engine = (piece.strip() for piece in part.partition("="))
        if field not in list(Field) or not engine:
            raise Invalid(
                "`MODERATION_FIELD_ENGINES` names a field that is none, or no engine for it",
                hint=f"write `field=engine` with one of {', '.join(Field)}, and commas between",
            )
        found[Field(field)] = engine
    return found
