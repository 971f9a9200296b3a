"""Examples beside a policy: a comment as the checks and the model see it, and the decision that is expected.

What this file decides
- An example gives words for people (`say`), signals, scores and facts, and expects an outcome, its grounds and its rules.
- Examples are read with the same care as policies: every fault has its line, and a name that does not exist is a fault.
- An example that gives no score was scored as harmless: the model did answer.

It leaves the deciding to `decide.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from ruamel.yaml.nodes import Node, ScalarNode

from moderation.policy.decide import decide
from moderation.policy.faults import PolicyInvalid, did_you_mean
from moderation.policy.model import SCORING, Policy
from moderation.policy.names import CheckSpec
from moderation.policy.source import Source
from moderation.vocabulary import (
    Action,
    ArticleFacts,
    AuthorFacts,
    CommentFacts,
    DecisionInput,
    Field,
    Ground,
    Label,
    Scores,
    SenderFacts,
    Signal,
)

NOW: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_FACTS: Final[Mapping[str, Any]] = MappingProxyType(
    {"author": AuthorFacts, "article": ArticleFacts, "facts": CommentFacts, "sender": SenderFacts}
)
_KEYS: Final = ("say", "signals", "scores", "unfit", "unavailable", *_FACTS, "grounds", "rules")


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its line in the file, the words for people, what was found, and what is expected."""

    line: int
    say: str
    given: DecisionInput
    expect: Action
    grounds: tuple[Ground, ...] | None = None
    rules: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An example whose decision is not the expected one."""

    example: Example
    message: str


def read_examples(text: str, *, path: str, checks: Mapping[str, CheckSpec]) -> tuple[Example, ...]:
    """Read a file of examples.

    Raises:
        PolicyInvalid: with every fault of the file.

    """
    source = Source(path, text)
    node = source.tree()
    found = [_read(source, item, checks) for item in source.items(node, "the examples")] if node is not None else []
    if source.faults:
        raise PolicyInvalid(path, text, source.faults)
    return tuple(found)


def try_examples(policy: Policy, examples: tuple[Example, ...]) -> tuple[Mismatch, ...]:
    """Decide every example and give those that come out otherwise."""
    tried = ((example, _differs(policy, example)) for example in examples)
    return tuple(Mismatch(example, message) for example, message in tried if message)


def _differs(policy: Policy, example: Example) -> str:
    decision = decide(policy, example.given)
    fired = tuple(rule.id for rule in decision.rules)
    if decision.action is not example.expect:
        return f"expected `{example.expect}`, the policy says `{decision.action}` by {', '.join(fired) or 'no rule'}"
    if example.grounds is not None and set(decision.grounds) != set(example.grounds):
        return f"expected the grounds {_words(example.grounds)}, the policy says {_words(decision.grounds)}"
    if example.rules is not None and not set(example.rules) <= set(fired):
        return f"expected the rules {_words(example.rules)} to fire, those that did are {_words(fired)}"
    return ""


def _words(items: tuple[str, ...]) -> str:
    return ", ".join(items) or "none"


def _read(source: Source, node: Node, checks: Mapping[str, CheckSpec]) -> Example:
    keys = source.mapping(node, "an example", _KEYS, need=("expect",))
    facts = {name: _facts(source, keys[name].value, name, kind) for name, kind in _FACTS.items() if name in keys}
    signals = _signals(source, keys["signals"].value, checks) if "signals" in keys else ()
    missing = (
        [source.words(item, "a check") for item in source.items(keys["unavailable"].value, "`unavailable`")]
        if ("unavailable" in keys)
        else []
    )
    unfit = "unfit" in keys and source.truth(keys["unfit"].value, "`unfit`")
    scores = _scores(source, keys["scores"].value if "scores" in keys else None, unfit=unfit, late=SCORING in missing)
    grounds = source.items(keys["grounds"].value, "`grounds`") if "grounds" in keys else None
    rules = source.items(keys["rules"].value, "`rules`") if "rules" in keys else None
    return Example(
        line=int(node.start_mark.line) + 1,
        say=source.words(keys["say"].value, "`say`") if "say" in keys else "",
        given=DecisionInput(
            now=NOW,
            signals=(*signals, *(Signal(name, value=False, unavailable=True) for name in missing if name != SCORING)),
            scores={Field.TEXT: scores},
            author=facts.get("author", AuthorFacts()),
            article=facts.get("article", ArticleFacts()),
            comment=facts.get("facts", CommentFacts()),
            sender=facts.get("sender", SenderFacts()),
        ),
        expect=(source.choice(keys["expect"].value, "`expect`", Action) if "expect" in keys else None) or Action.HOLD,
        grounds=None
        if grounds is None
        else tuple(filter(None, (source.choice(g, "a ground", Ground) for g in grounds))),
        rules=None if rules is None else tuple(source.words(item, "the id of a rule") for item in rules),
    )


def _signals(source: Source, node: Node, checks: Mapping[str, CheckSpec]) -> tuple[Signal, ...]:
    found = []
    for name, entry in source.mapping(node, "`signals`").items():
        if name in checks:
            found.append(Signal(name, _value(source, entry.value, name, checks[name].type)))
        else:
            source.fault(entry.key, "unknown_check", f"there is no check `{name}`", did_you_mean(name, checks))
    return tuple(found)


def _scores(source: Source, node: Node | None, *, unfit: bool, late: bool) -> Scores:
    values: dict[str, float] = {} if late else dict.fromkeys(Label, 0.01)
    entries = source.mapping(node, "`scores`", list(Label)) if node is not None else {}
    for word, entry in entries.items():
        values[word] = float(source.number(entry.value, f"score `{word}`") or 0.0)
    return Scores(
        dict[str, float]() if late else values, "example", "1", fit=not unfit, unavailable="late" if late else ""
    )


def _facts(source: Source, node: Node, name: str, kind: Any) -> Any:
    known = {one.name: str(one.type) for one in fields(kind) if "tuple" not in str(one.type)}
    entries = source.mapping(node, f"`{name}`", known)
    kinds = {"bool": bool, "int": int, "float": float, "str": str}
    return kind(**{word: _value(source, entry.value, word, kinds[known[word]]) for word, entry in entries.items()})


def _value(source: Source, node: Node, name: str, kind: type) -> bool | int | float | str:
    if kind is bool:
        return source.truth(node, f"`{name}`")
    if kind is str:
        return source.words(node, f"`{name}`") if isinstance(node, ScalarNode) and node.value else ""
    number = source.number(node, f"`{name}`", whole=kind is int)
    return kind(0 if number is None else number)  # type: ignore[no-any-return]
