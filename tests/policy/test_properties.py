"""What holds for every policy and every comment: deciding never raises, order has no meaning, harm only adds."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.checks.catalogue import CHECKS as CATALOGUE
from moderation.policy import Policy, PolicyInvalid, decide, lint_policy, load_policy
from moderation.policy.files import policy_path
from moderation.policy.record import decode_decisive, decode_input, encode_input
from moderation.vocabulary import (
    Action,
    ArticleFacts,
    AuthorFacts,
    CommentFacts,
    DecisionInput,
    Field,
    Label,
    Scores,
    SenderFacts,
    Signal,
    Span,
)
from tests.policy.factories import CHECKS, NOW, policy_text, rule

WEIGHT = {Action.PUBLISH: 0, Action.HOLD: 1, Action.REJECT: 2}
SHIPPED = {
    name: load_policy(policy_path(name).read_text(encoding="utf-8"), path=name, checks=CATALOGUE)
    for name in ("default", "strict", "light")
}
cases = settings(max_examples=50, deadline=None)

counts = st.integers(0, 2**40)
shares = st.floats(0, 1)
words = st.text(max_size=8)
authors = st.builds(AuthorFacts, *[st.booleans(), *[counts] * 6, *[st.booleans()] * 4])
articles = st.builds(
    ArticleFacts,
    id=words,
    title=words,
    section=st.sampled_from(["", "sport", "city"]),
    subjects=st.lists(words, max_size=2).map(tuple),
    closed=st.booleans(),
    hold_all=st.booleans(),
    sensitive=st.sampled_from(["", "riot"]),
    age_days=st.floats(0, 1e6),
    comments=counts,
)
comments = st.builds(CommentFacts, counts, counts, counts, st.booleans(), st.booleans(), words, words, st.booleans())
senders = st.builds(SenderFacts, words, st.booleans(), counts, counts, words, *[counts] * 5)
times = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def signals_of(checks: dict[str, type]) -> st.SearchStrategy[tuple[Signal, ...]]:
    values = {bool: st.booleans(), int: counts, float: st.floats(0, 1e6), str: words}
    one = st.sampled_from(sorted(checks)).flatmap(
        lambda name: st.builds(
            Signal,
            st.just(name),
            values[checks[name]],
            st.none() | st.sampled_from(Field),
            st.lists(st.builds(Span, counts, counts, words), max_size=2).map(tuple),
            words,
            st.just(value=False),
        )
    )
    return st.lists(one, max_size=8).map(tuple)


scored = st.builds(
    Scores,
    st.dictionaries(st.sampled_from(Label), shares),
    words,
    words,
    fit=st.booleans(),
    language=words,
    spans=st.lists(st.builds(Span, counts, counts, words), max_size=2).map(tuple),
)


def inputs(checks: dict[str, type]) -> st.SearchStrategy[DecisionInput]:
    fields = st.dictionaries(st.sampled_from(Field), scored, max_size=3)
    return st.builds(DecisionInput, times, signals_of(checks), fields, comments, authors, articles, senders)


OWN = {name: spec.type for name, spec in CHECKS.items()}
REAL = {name: spec.type for name, spec in CATALOGUE.items()}
wild = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3)
wild_signals = st.lists(
    st.builds(Signal, st.sampled_from([*REAL, "unheard"]), wild, unavailable=st.booleans()), max_size=6
)
wild_scores = st.dictionaries(
    st.sampled_from(Field),
    st.builds(
        Scores, st.dictionaries(st.sampled_from([*Label, "other"]), st.floats()), words, words, unavailable=words
    ),
)
wild_authors = st.builds(AuthorFacts, st.booleans(), st.integers(), st.integers())


@cases
@given(
    name=st.sampled_from(sorted(SHIPPED)),
    now=st.datetimes() | times,
    signals=wild_signals,
    scores=wild_scores,
    author=wild_authors,
    age=st.floats(),
)
def test_deciding_never_raises_whatever_comes(name, now, signals, scores, author, age) -> None:
    article = ArticleFacts(age_days=age, section="sport")
    decision = decide(SHIPPED[name], DecisionInput(now, tuple(signals), scores, author=author, article=article))
    assert decision.action in Action
    if decision.unavailable:
        assert decision.action is not Action.PUBLISH


# Conditions from which policies are made up: those on harm rise with it, the others are plain facts.
HARM = [
    "score.insult >= possible",
    "very_likely <= score.insult",
    "score.threat > likely",
    "score.threat >= 0.25",
    "check.block_word",
    "check.block_word == true",
    "!(check.link_count < 3)",
    "check.link_count > limits.links",
    "check.overlap >= 0.5",
]
FACTS = [
    "!author.trusted",
    "author.published < 3",
    'article.section in ["sport", "city"]',
    "comment.characters > 100",
    "sample < 0.5",
    "now.getHours() > 12",
    "10 / author.published > 2",
    "comment.fit",
]
conditions = st.recursive(
    st.sampled_from(HARM + FACTS),
    lambda inner: st.builds(lambda a, op, b: f"({a} {op} {b})", inner, st.sampled_from(["&&", "||"]), inner),
    max_leaves=5,
)
outcomes = st.sampled_from(["publish", "hold", "reject"])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    rules = [
        rule(
            draw(conditions), f"rule_{number}", draw(outcomes), f", severity: {draw(st.sampled_from(['low', 'high']))}"
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    text = policy_text(*rules, tail="unsafe_reject_on_score: true\n")
    return load_policy(text, path="drawn.yaml", checks=CHECKS)


@cases
@given(rules=policies(), given_=inputs(OWN), seed=st.integers())
def test_the_order_of_signals_has_no_meaning(rules: Policy, given_: DecisionInput, seed: int) -> None:
    mixed = list(given_.signals)
    random.Random(seed).shuffle(mixed)
    fields = dict(reversed(list(given_.scores.items())))
    assert decide(rules, replace(given_, signals=tuple(mixed), scores=fields)) == decide(rules, given_)


@cases
@given(name=st.sampled_from(sorted(SHIPPED)), given_=inputs(REAL), seed=st.integers())
def test_the_order_of_signals_has_no_meaning_for_the_shipped_policies(
    name: str, given_: DecisionInput, seed: int
) -> None:
    mixed = list(given_.signals)
    random.Random(seed).shuffle(mixed)
    assert decide(SHIPPED[name], replace(given_, signals=tuple(mixed))) == decide(SHIPPED[name], given_)


def raised(value: float, by: float) -> float:
    return value + (1.0 - value) * by


@cases
@given(rules=policies(), given_=inputs(OWN), by=shares, more=st.integers(0, 9))
def test_more_harm_never_means_a_milder_outcome(rules: Policy, given_: DecisionInput, by: float, more: int) -> None:
    worse = {
        field: replace(scores, values={label: raised(value, by) for label, value in scores.values.items()})
        for field, scores in given_.scores.items()
    }
    added = (Signal("block_word", value=True), Signal("link_count", value=more), Signal("overlap", value=by))
    harsher = decide(rules, replace(given_, scores=worse, signals=(*given_.signals, *added)))
    assert WEIGHT[harsher.action] >= WEIGHT[decide(rules, given_).action]


@cases
@given(given_=inputs(REAL), name=st.sampled_from(sorted(set(REAL) - {"self_harm"})), by=shares)
def test_more_harm_never_means_a_milder_outcome_under_the_shipped_policies(
    given_: DecisionInput, name: str, by: float
) -> None:
    value = {bool: True, int: 5, float: 0.9, str: "close"}[REAL[name]]
    known = {signal.check: signal.value for signal in given_.signals if isinstance(signal.value, str)}
    if known.get(name):
        return  # a text has no more or less
    worse = {
        field: replace(scores, values={label: raised(value, by) for label, value in scores.values.items()})
        for field, scores in given_.scores.items()
    }
    harsher = replace(given_, scores=worse, signals=(*given_.signals, Signal(name, value)))
    for policy in SHIPPED.values():
        assert WEIGHT[decide(policy, harsher).action] >= WEIGHT[decide(policy, given_).action]


@cases
@given(given_=inputs(REAL))
def test_a_call_for_help_is_always_held_and_never_accused(given_: DecisionInput) -> None:
    calling = replace(given_, signals=(*given_.signals, Signal("self_harm", value=True)))
    for policy in SHIPPED.values():
        decision = decide(policy, calling)
        assert (decision.action, decision.grounds, decision.reasons) == (Action.HOLD, (), ())
        assert decision.due.total_seconds() == 0


@cases
@given(given_=inputs(REAL))
def test_a_recorded_input_is_decided_the_same_again(given_: DecisionInput) -> None:
    again = decode_input(encode_input(given_))
    assert again == given_
    lean = decode_decisive(encode_input(given_))
    for policy in SHIPPED.values():
        assert decide(policy, again) == decide(policy, lean) == decide(policy, given_)


@cases
@given(text=st.text(max_size=120))
def test_any_text_as_a_policy_gives_faults_and_not_a_crash(text: str) -> None:
    with pytest.raises(PolicyInvalid):
        load_policy(text, path="any.yaml", checks=CHECKS)


@cases
@given(when=st.text(alphabet=list("abscore.insult likely&|!()<>=?:,[]'\"0123456789 -+*/%.{}#@\\\n\t"), max_size=60))
def test_any_text_as_a_condition_gives_faults_or_a_policy(when: str) -> None:
    lint_policy(policy_text(rule(when)), path="any.yaml", checks=CHECKS)


pieces = [
    "score.insult",
    "likely",
    "author.trusted",
    "article.title",
    "now",
    "[1]",
    "'a'",
    "1",
    "2.0",
    "x",
    "limits.links",
]
operators = [
    " >= ",
    " && ",
    " || ",
    " + ",
    " in ",
    " == ",
    " ? ",
    " : ",
    ".exists(x, ",
    ")",
    "(",
    "!",
    "-",
    ".matches(",
]


@cases
@given(parts=st.lists(st.sampled_from(pieces + operators), max_size=12))
def test_what_the_judges_accept_can_be_run(parts: list[str]) -> None:
    try:
        made = load_policy(policy_text(rule("".join(parts))), path="any.yaml", checks=CHECKS)
    except PolicyInvalid:
        return
    assert decide(made, DecisionInput(NOW, (), {Field.TEXT: Scores({}, "", "")})).unavailable == ()
