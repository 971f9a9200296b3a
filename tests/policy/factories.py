"""Policies and inputs for the tests of the policy room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from moderation.policy import Policy, load_policy
from moderation.vocabulary import (
    ArticleFacts,
    AuthorFacts,
    CommentFacts,
    DecisionInput,
    Field,
    Label,
    Scores,
    SenderFacts,
    Signal,
)

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Spec:
    type: type[bool | int | float | str]


CHECKS = {
    "block_word": Spec(bool),
    "link_count": Spec(int),
    "overlap": Spec(float),
    "shortener": Spec(str),
    "self_harm": Spec(bool),
}

HEAD = """\
policy: test
disclaimer:
  version: "1"
  mode: notice
  text: Be kind.
  grounds:
    insulting: {text: No insults.}
help:
  text: You are not alone.
  helplines: {"*": [Call someone.]}
thresholds:
  default: {possible: 0.4, likely: 0.7, very_likely: 0.9}
  threat: {possible: 0.2, likely: 0.5}
unavailable:
  default: {then: hold, severity: medium, due: 2h}
"""


def policy_text(*rules: str, tail: str = "", head: str = HEAD) -> str:
    body = "".join(f"  - {rule}\n" for rule in rules)
    return f"{head}rules:\n{body}{tail}"


def rule(when: str, name: str = "one", then: str = "hold", extra: str = "") -> str:
    quoted = when.replace("'", "''")
    return f"{{id: {name}, ground: insulting, when: '{quoted}', then: {then}, reason: Be kind.{extra}}}"


def policy(*rules: str, tail: str = "", head: str = HEAD) -> Policy:
    return load_policy(policy_text(*rules, tail=tail, head=head), path="test.yaml", checks=CHECKS)


def scores(unavailable: str = "", fit: bool = True, **values: float) -> Scores:
    whole = dict.fromkeys(map(str, Label), 0.01) | values
    return Scores(
        {Label(name): value for name, value in whole.items()}, "ngrams", "1", fit=fit, unavailable=unavailable
    )


def given(*signals: Signal, fields: dict[Field, Scores] | None = None, **facts: object) -> DecisionInput:
    kinds = {"author": AuthorFacts, "article": ArticleFacts, "comment": CommentFacts, "sender": SenderFacts}
    parts = {name: facts.pop(name, kind()) for name, kind in kinds.items()}
    worst = {name: value for name, value in facts.items() if isinstance(value, float)}
    return DecisionInput(NOW, signals, {Field.TEXT: scores(**worst)} if fields is None else fields, **parts)  # type: ignore[arg-type]
