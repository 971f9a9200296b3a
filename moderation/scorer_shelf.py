"""Which scorer speaks for a site and a field, and one living scorer for each engine that is named.

What this file decides, strongest first; the service and every command choose by `EngineChoice`
- What a command is told by `--engine` speaks for every field.
- A field named in `MODERATION_FIELD_ENGINES` (`name=ngrams,website=ngrams`) has that engine on every site.
- A site with an engine of its own has that one.
- `MODERATION_ENGINE`, where it is set; else what `moderation models use` chose; else the default.

The guess at languages is `MODERATION_LANGUAGE_GUESS`'s: the light built-in one, or `lingua`.
What an engine's name means is `moderation.scoring.engines`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from moderation.errors import Invalid
from moderation.scoring.batching import BatchLimits
from moderation.scoring.engines import Engines
from moderation.scoring.languages import Guess, find_language
from moderation.scoring.loading import Health, LoadingScorer
from moderation.scoring.store import ModelStore
from moderation.settings import Settings
from moderation.vocabulary import Field


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engine speaks for a field, by name: those of single fields, and the one for all that name no other."""

    for_all: str
    by_field: Mapping[Field, str]

    def name(self, field: Field, of_site: str | None = None) -> str:
        """The engine of a field, where `of_site` is the site's own."""
        return self.by_field.get(field) or of_site or self.for_all

    def names(self) -> tuple[str, ...]:
        """Every engine that may be asked, the one for all first."""
        return tuple(dict.fromkeys((self.for_all, *self.by_field.values())))


def choose_engines(settings: Settings, store: ModelStore, asked: str = "") -> EngineChoice:
    """What the settings and `moderation models use` chose; an engine that is asked for by name speaks for every field.

    Raises:
        Invalid: `MODERATION_FIELD_ENGINES` cannot be read.
    """
    by_field = read_field_engines(settings.field_engines)
    return EngineChoice(asked, {}) if asked else EngineChoice(name_engine(settings, store), by_field)


class ScorerShelf:
    """The scorers of one process."""

    def __init__(
        self, engines: Engines, main: LoadingScorer, engine_of: Callable[[str], str | None], choice: EngineChoice
    ) -> None:
        self._engines = engines
        self.main = main
        self._engine_of = engine_of
        self._choice = choice

    def scorer_for(self, site_id: str, field: Field) -> LoadingScorer:
        """The scorer of a field of a site."""
        name = self._choice.name(field, self._engine_of(site_id))
        return self.main if name == self._choice.for_all else self._engines.get(name)

    def others(self) -> Mapping[str, Health]:
        """How far each engine is that is asked for beside the main one."""
        return {name: health for name, health in self._engines.health().items() if name != self._choice.for_all}

    def close(self) -> None:
        """Close them all."""
        self.main.close()
        self._engines.close()


def open_scorers(
    settings: Settings,
    engine_of: Callable[[str], str | None],
    *,
    main: LoadingScorer | None = None,
    of_sites: Collection[str] = (),
) -> ScorerShelf:
    """The scorers that the settings and the sites name; all that are known begin to load now.

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
    choice = choose_engines(settings, engines.store)
    first = main or engines.get(choice.for_all)
    for name in {*choice.names(), *of_sites} - {choice.for_all}:
        engines.get(name)
    return ScorerShelf(engines, first, engine_of, choice)


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
