"""Judge without a server and without a database: the pipeline's own `Judging`, over a policy file and a model.

What this file decides
- The same `accept`, checks, scores and policy as in the service. What only a database knows (standing, repeats, floods) is
  not known here and fires nothing.
- A model that cannot be opened is a fact, as in the service: the comment is held, and the reason is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from moderation.checks.catalogue import CHECKS
from moderation.errors import ModerationError, NotFound
from moderation.intake.accept import IntakeRules, InvalidComment, accept
from moderation.pipeline import Judging
from moderation.policy.files import policy_path
from moderation.policy.model import Policy
from moderation.policy.parse import load_policy
from moderation.ports import Arrival, Judged, JudgingPorts
from moderation.scoring.scorer import EngineInfo, Scorer, ScoringUnavailable
from moderation.settings import Settings
from moderation.vocabulary import (
    Article,
    ArticleFacts,
    Author,
    Comment,
    Door,
    Facts,
    Field,
    FormFacts,
    ScoreContext,
    Scores,
    SiteFacts,
)

if TYPE_CHECKING:
    from moderation.scorer_shelf import EngineChoice

SITE: Final = "cli"


class MissingScorer:
    """Stands for a model that cannot be opened, and says why."""

    def __init__(self, name: str, reason: str) -> None:
        self.info = EngineInfo(name, "", "", "", (), ())
        self._reason = reason

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]:  # noqa: ARG002
        """Refuse, with the reason.

        Raises:
            ScoringUnavailable: always.
        """
        raise ScoringUnavailable(self._reason)

    def close(self) -> None:
        """Nothing is held open."""


def choose(settings: Settings, asked: str | None = None) -> EngineChoice:
    """Which engines speak here, as in the service; one that is asked for speaks for every field."""
    from moderation.scorer_shelf import choose_engines
    from moderation.scoring.store import ModelStore

    return choose_engines(settings, ModelStore(settings.data_dir / "models"), asked or "")


def open_scorer(settings: Settings, asked: str | None = None, *, threads: int = 0) -> Scorer:
    """The engine that judges texts here, or another one by name."""
    return open_named(settings, choose(settings, asked).name(Field.TEXT), threads=threads)


def open_named(settings: Settings, name: str, *, threads: int = 0) -> Scorer:
    """The engine of this name."""
    from moderation.scorer_shelf import open_guess
    from moderation.scoring.engines import open_engine
    from moderation.scoring.store import ModelStore

    store = ModelStore(settings.data_dir / "models")
    return open_engine(name, store, threads=threads, guess=open_guess(settings))


def try_scorer(settings: Settings, name: str) -> Scorer:
    """As `open_named`; a model that cannot be opened is one that says why."""
    try:
        return open_named(settings, name)
    except ModerationError as problem:
        return MissingScorer(name, problem.message)


def open_policy(settings: Settings, name: str) -> Policy:
    """A policy by name, or by the path of its file.

    Raises:
        PolicyInvalid: with every fault of the file.
        NotFound: there is no such file.
    """
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"}:
        own = settings.policies_dir / f"{name}.yaml" if settings.policies_dir else None
        path = own if own and own.is_file() else policy_path(name)
    if not path.is_file():
        raise NotFound(f"there is no policy file `{path}`", hint="give the name of a shipped policy or a path")
    return load_policy(path.read_text(encoding="utf-8"), path=str(path), checks=CHECKS)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one comment: judged, or refused with its faults."""

    comment: Comment
    judged: Judged | None
    faults: tuple[Any, ...] = ()


class Bench:
    """A policy and a model, ready to judge comments that come as plain objects."""

    def __init__(self, policy: Policy, scorer: Scorer, by_field: Mapping[Field, Scorer] | None = None) -> None:
        self.policy = policy
        self.scorer = scorer
        fields = by_field or {}
        self._judging = Judging(
            JudgingPorts(
                policy_for=lambda _site, _section: policy,
                shadow_for=lambda _site, _section: None,
                scorer_for=lambda _site, field: fields.get(field, scorer),
            )
        )

    @classmethod
    def open(cls, settings: Settings, policy: str, engine: str | None) -> Bench:
        """Read the policy and open the models: the one for all, and those of single fields."""
        read, choice = open_policy(settings, policy), choose(settings, engine)
        opened = {name: try_scorer(settings, name) for name in choice.names()}
        by_field = {field: opened[name] for field, name in choice.by_field.items()}
        return cls(read, opened[choice.for_all], by_field)

    @property
    def limit(self) -> int:
        """How many characters a comment may have."""
        return int(self.policy.limits["characters"])

    def judge(self, given: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """Judge comments together; each answer is what it would be alone."""
        now = datetime.now(UTC)
        answers = [self._accept(one, now) for one in given]
        good = [answer.comment for answer in answers if not answer.faults]
        facts = [facts_of(comment, self.policy) for comment in good]
        contexts = [ScoreContext(subjects=f.article.subjects, headline=f.article.title) for f in facts]
        scores = self._judging.score([(SITE, c, context) for c, context in zip(good, contexts, strict=True)])
        judged = iter(
            self._judging.judge(Arrival(SITE, comment), fact, scored, now)
            for comment, fact, scored in zip(good, facts, scores, strict=True)
        )
        return [answer if answer.faults else replace(answer, judged=next(judged)) for answer in answers]

    def _accept(self, given: Mapping[str, Any], now: datetime) -> Answer:
        draft = read_draft(given)
        try:
            rules = IntakeRules(self.limit, self.policy.limits["title_characters"])
            return Answer(accept(draft, rules, now), None)
        except InvalidComment as problem:
            return Answer(draft, None, problem.faults)


def read_draft(given: Mapping[str, Any]) -> Comment:
    """A comment of a plain object, in the shape of the API; `name`, `email` and `website` may also stand flat."""
    author, article, form = (_object(given, name) for name in ("author", "article", "form"))
    subjects = article.get("subjects")
    return Comment(
        text=given["text"],
        title=_words(given, "title"),
        door=Door.CLI,
        author=Author(*(_words(author, name) or _words(given, name) for name in ("name", "email", "website"))),
        article=Article(
            id=_words(article, "id") or "",
            url=_words(article, "url") or "",
            title=_words(article, "title") or "",
            section=_words(article, "section"),
            subjects=tuple(str(one) for one in subjects) if isinstance(subjects, list) else None,
            closed=bool(article.get("closed")),
        )
        if article
        else None,
        parent_id=_words(given, "parent_id"),
        form=FormFacts(honeypot=_words(form, "honeypot"), elapsed_ms=_number(form, "elapsed_ms")),
    )


def facts_of(comment: Comment, policy: Policy) -> Facts:
    """What is known without a database: what came with the comment, and the policy's own lists."""
    told = comment.article
    article = ArticleFacts()
    if told is not None:
        subjects = told.subjects or ()
        article = ArticleFacts(
            id=told.id, title=told.title, section=told.section or "", subjects=subjects, closed=bool(told.closed)
        )
    lists = policy.lists
    site = SiteFacts(
        region=policy.region,
        own_domains=lists.get("own_domains", ()),
        known_domains=frozenset(lists.get("known_domains", ())),
        rumours=lists.get("rumours", ()),
        block=lists.get("block", ()),
        suspect=lists.get("suspect", ()),
    )
    return Facts(article=article, site=site)


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = given.get(name)
    return value if isinstance(value, dict) else {}


def _words(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    return value if isinstance(value, str) and value else None


def _number(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    return value if isinstance(value, int) else None
