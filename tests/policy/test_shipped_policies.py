"""The policies that ship are good, say what the disclaimer promises, and their examples come out as told."""

from __future__ import annotations

import re

import pytest

from moderation.checks.catalogue import CHECKS
from moderation.policy import Policy, lint_policy, load_policy
from moderation.policy.examples import read_examples, try_examples
from moderation.policy.files import PolicyMissing, examples_path, policy_path, shipped_policies
from moderation.policy.grammar import Level
from moderation.vocabulary import Action, Ground, Severity

# Facts that the default policy leaves to the sites: absent means 0, so `<` on them would fire for those who give nothing.
LEFT_OUT = {"fill_seconds", "token_missing", "shouting", "language", "own_contact", "shared_address", "disguised_words"}
LEFT_OUT |= {"article_sensitive"}  # the rules name the article's own fact


def shipped(name: str) -> Policy:
    return load_policy(policy_path(name).read_text(encoding="utf-8"), path=name, checks=CHECKS)


@pytest.fixture(scope="module", params=["default", "light", "strict"])
def policy(request: pytest.FixtureRequest) -> Policy:
    return shipped(request.param)


def test_three_policies_ship() -> None:
    assert shipped_policies() == ("default", "light", "strict")


@pytest.mark.parametrize("name", ["", "../default", "none", "default.examples", "a/b", "DEFAULT"])
def test_a_name_that_is_no_policy_is_refused(name: str) -> None:
    with pytest.raises(PolicyMissing):
        policy_path(name)


@pytest.mark.parametrize("name", ["default", "light", "strict"])
def test_a_shipped_policy_has_neither_errors_nor_warnings(name: str) -> None:
    assert lint_policy(policy_path(name).read_text(encoding="utf-8"), path=name, checks=CHECKS) == ()


@pytest.mark.parametrize("name", ["default", "light", "strict"])
def test_every_example_comes_out_as_expected(name: str) -> None:
    text = examples_path(policy_path(name)).read_text(encoding="utf-8")
    examples = read_examples(text, path=name, checks=CHECKS)
    assert len(examples) >= 8
    assert [f"line {one.example.line}: {one.message}" for one in try_examples(shipped(name), examples)] == []


def test_every_rule_of_the_default_policy_has_an_example_that_fires_it() -> None:
    default = shipped("default")
    text = examples_path(policy_path("default")).read_text(encoding="utf-8")
    examples = read_examples(text, path="default", checks=CHECKS)
    named = {rule for one in examples for rule in one.rules or ()}
    grounds = {ground for one in examples for ground in one.grounds or ()}
    missing = {one.id for one in default.rules.rules if one.id not in named and one.ground not in grounds}
    assert missing <= {"unfit_language_sample"}


def test_every_ground_of_the_wire_stands_in_the_disclaimer(policy: Policy) -> None:
    assert set(policy.disclaimer.grounds) == set(Ground)
    assert policy.limits["characters"] == 2000


def test_the_disclaimer_hands_details_over_only_on_a_verified_legal_order(policy: Policy) -> None:
    text = policy.disclaimer.text
    assert "valid legal order" in text
    for promise in ("verify", "no more than it asks for", "record"):
        assert promise in text


def test_the_named_parts_of_a_ground_have_rules(policy: Policy) -> None:
    parts = {part for clause in policy.disclaimer.grounds.values() for part in clause.parts}
    assert parts == {rule.part for rule in policy.rules.rules if rule.part}


def test_a_call_for_help_comes_first_and_names_no_offence(policy: Policy) -> None:
    (call,) = [rule for rule in policy.rules.rules if rule.help]
    assert (call.severity, call.due.total_seconds(), call.ground, call.reason) == (Severity.CRITICAL, 0, None, "")
    words = policy.help.words_for("IN")
    assert "14416" in words
    assert "findahelpline" in policy.help.words_for("XX")
    assert not re.search(r"rule|forbid|offen|broke|violat|moderat", words, re.IGNORECASE)


def test_nothing_is_published_when_a_part_is_missing(policy: Policy) -> None:
    assert {answer.then for answer in policy.unavailable.values()} == {Action.HOLD}


def test_a_lone_address_never_rejects(policy: Policy) -> None:
    for rule in policy.rules.rules:
        if rule.then is Action.REJECT:
            assert "address" not in rule.when
            assert "sender." not in rule.when
            assert "network" not in rule.when


def test_unverified_is_never_called_false(policy: Policy) -> None:
    rumours = [rule for rule in policy.rules.rules if rule.ground is Ground.MISLEADING]
    assert any("unverified claim" in rule.reason for rule in rumours)
    assert not any(re.search(r"\bfalse\b|\bfake\b|\blie", rule.reason) for rule in rumours)


def test_the_default_policy_listens_to_every_check() -> None:
    used = {
        name.removeprefix("check.") for name in shipped("default").rules.compiled.names if name.startswith("check.")
    }
    assert set(CHECKS) - used == LEFT_OUT


def test_a_section_can_be_more_patient() -> None:
    default = shipped("default")
    calm, sport = default.rules.thresholds, default.rules_for("sport").thresholds
    assert all(sport[label][Level.LIKELY] >= calm[label][Level.LIKELY] for label in calm)
    assert sport != calm
