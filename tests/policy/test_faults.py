"""What is wrong with a policy file is said all at once, each fault with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moderation.policy import Fault, PolicyInvalid, lint_policy, load_policy, render_faults
from moderation.policy.faults import Weight
from tests.policy.factories import CHECKS, HEAD, policy_text, rule

GOLDEN = Path(__file__).parent / "golden"


def lint(text: str) -> tuple[Fault, ...]:
    return lint_policy(text, path="test.yaml", checks=CHECKS)


def codes(text: str, weight: Weight = Weight.ERROR) -> list[str]:
    return [fault.code for fault in lint(text) if fault.weight is weight]


def test_every_fault_of_a_file_is_located_in_one_run() -> None:
    text = (GOLDEN / "faulty.yaml").read_text(encoding="utf-8")
    faults = lint_policy(text, path="policies/faulty.yaml", checks=CHECKS)
    shown = render_faults("policies/faulty.yaml", text, faults) + "\n"
    golden = GOLDEN / "faulty.txt"
    if os.environ.get("MODERATION_TEST_WRITE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")
    assert len({fault.code for fault in faults}) >= 10


def test_a_file_with_faults_is_no_policy_and_the_error_holds_them_all() -> None:
    text = (GOLDEN / "faulty.yaml").read_text(encoding="utf-8")
    with pytest.raises(PolicyInvalid) as caught:
        load_policy(text, path="faulty.yaml", checks=CHECKS)
    assert len(caught.value.faults) > 10
    assert "faulty.yaml:15:11: error: there is no name `score.insul`" in caught.value.rendered


def test_the_caret_stands_under_the_fault() -> None:
    text = policy_text(rule("score.insult >= likely && check.block_wrod"))
    head, line, caret, hint = render_faults("a.yaml", text, lint(text)).splitlines()
    assert head.startswith("a.yaml:")
    assert line[caret.index("^") : caret.rindex("^") + 1] == "check.block_wrod"
    assert hint.endswith("= hint: did you mean `check.block_word`?")


@pytest.mark.parametrize(
    "when",
    [
        "when: check.block_wrod\n",
        "when: 'check.block_wrod'\n",
        'when: "check.block_wrod"\n',
        "when: |\n      author.trusted ||\n      check.block_wrod\n",
        "when: >-\n      author.trusted\n      || check.block_wrod\n",
        "when: author.trusted\n      || check.block_wrod\n",
    ],
    ids=["plain", "single", "double", "literal", "folded", "plain_over_lines"],
)
def test_a_place_is_found_through_quotes_and_folded_lines(when: str) -> None:
    text = f"{HEAD}rules:\n  - id: one\n    ground: insulting\n    {when}    then: hold\n    reason: Be kind.\n"
    (fault,) = lint(text)
    line = text.splitlines()[fault.at.line - 1]
    assert line[fault.at.column - 1 : fault.at.column - 1 + fault.at.length] == "check.block_wrod"


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("score.insult", "type"),
        ("score.insult >= 'much'", "type"),
        ("author.trusted > 1", "type"),
        ("author.trusted >= false", "type"),
        ("score.insult == likely", "type"),
        ("likely", "type"),
        ("!author.published", "type"),
        ("author.published / 2.0 > 1.0", "type"),
        ("author.published in [1, 'a']", "type"),
        ("author.published in 3", "type"),
        ("'a' in [1]", "type"),
        ("article.title > 3", "type"),
        ("author.published.exists(x, x > 1)", "type"),
        ("(author.trusted ? 1 : 'a') == 1", "type"),
        ("duration('soon') > duration('1h')", "type"),
        ("now > timestamp('2026-01-01')", "type"),
        ("article.title.getHours() > 1", "type"),
        ("article.title.size('a') > 1", "type"),
        ("author.trusted in [true]", "type"),
        ("article.body == 'x'", "unknown_name"),
        ("sender.ip == '192.0.2.1'", "unknown_name"),
        ("comment.text == 'x'", "unknown_name"),
        ("probable <= score.insult", "unknown_name"),
        ("limits.carachters > 1", "unknown_name"),
        ("article.title.reverse() == 'x'", "unknown_function"),
        ("len(article.title) > 3", "unknown_function"),
        ("author.trusted &&", "expression"),
        ("author.trusted = true", "expression"),
        ("author.trusted & true", "expression"),
        ("author.trusted or true", "expression"),
        ("not author.trusted", "expression"),
        ("1 < author.published < 3", "expression"),
        ("'unclosed", "expression"),
        ("99999999999999999999 > 1", "expression"),
        ("[1, 2", "expression"),
        ("(" * 60 + "true" + ")" * 60, "expression"),
        ("true" + " || true" * 119, "expression"),
        ("'" + "a" * 1200 + "' == ''", "expression"),
        ("false", "never_fires"),
        ("!true", "never_fires"),
        ("'a' == 'b'", "never_fires"),
        ("score.insult > 1.0", "never_fires"),
        ("score.insult < 0.0", "never_fires"),
        ("author.published < 0", "never_fires"),
        ("author.published > 3 && author.published < 4", "never_fires"),
        ("author.trusted && !author.trusted", "never_fires"),
        ("author.trusted == true && author.trusted != true", "never_fires"),
        ("article.section == 'a' && article.section == 'b'", "never_fires"),
        ("article.section in ['a', 'b'] && article.section == 'c'", "never_fires"),
        ("article.section == 'a' && article.section != 'a'", "never_fires"),
        ("score.insult >= likely && !(score.insult >= possible)", "never_fires"),
        ("!(author.trusted || true)", "never_fires"),
        ("limits.links > 5 && author.trusted", "never_fires"),
        ("check.link_count < 0", "never_fires"),
        ("!(check.overlap >= 0.0)", "never_fires"),
        ("false ? author.trusted : false", "never_fires"),
        ("author.trusted ? author.published < 0 : false", "never_fires"),
        ("(author.trusted ? 'a' : 'b') == 'a' && author.trusted && !author.trusted", "never_fires"),
        ("'abc'.contains('d')", "never_fires"),
        ("size('abc') < 1 + 1", "never_fires"),
        ("now < timestamp('2026-01-01T00:00:00Z') && now > timestamp('2026-01-01T05:30:00+05:30')", "never_fires"),
        ("article.title.matches(article.section)", "pattern"),
    ],
)
def test_an_expression_that_cannot_mean_anything_is_refused(when: str, code: str) -> None:
    found = codes(policy_text(rule(when)))
    assert code in found
    assert len(found) == 1


@pytest.mark.parametrize(
    "when",
    [
        "true",
        "author.published > 3 && author.published < 5",
        "score.insult >= likely && score.insult < very_likely",
        "article.section != 'a' && article.section != 'b'",
        "author.trusted || !author.trusted",
        "article.title.size() > 3 && article.title.size() < 2",
        "(author.trusted && false) || check.block_word",
        "score.insult == 1.0",
        "sample < 0.05",
        "check.link_count <= 0",
        "author.trusted ? check.block_word : author.published > 3",
        "author.trusted ? false : author.published == 0",
        "!(author.trusted ? author.published >= 0 : check.block_word)",
        "size('abc') > 2",
        "now >= timestamp('2026-01-01T00:00:00Z') && now < timestamp('2026-01-02T00:00:00Z')",
    ],
)
def test_an_expression_that_may_hold_is_not_refused(when: str) -> None:
    assert codes(policy_text(rule(when))) == []


@pytest.mark.parametrize(
    ("when", "allowed"),
    [
        ("score.insult >= very_likely", False),
        ("score.insult >= very_likely && !author.trusted", False),
        ("check.block_word || score.insult >= very_likely", False),
        ("score.insult >= likely && !check.block_word", False),
        ("score.insult >= likely && check.link_count >= 0", False),
        ("score.insult >= likely && check.block_word", True),
        ("check.link_count > 3 && (score.spam >= likely || check.block_word)", True),
        ("author.banned", True),
        ("comment.characters > limits.characters", True),
    ],
)
def test_no_rule_rejects_on_a_score_alone(when: str, allowed: bool) -> None:
    text = policy_text(rule(when, then="reject"))
    assert ("reject_on_score" in codes(text)) is not allowed
    assert "reject_on_score" not in codes(text + "unsafe_reject_on_score: true\n")


def test_rejecting_on_a_score_where_a_site_insists_is_warned_of() -> None:
    text = policy_text(rule("score.insult >= likely", then="reject"), tail="unsafe_reject_on_score: true\n")
    assert codes(text, Weight.WARNING) == ["reject_on_score"]


@pytest.mark.parametrize(
    ("when", "marked"),
    [
        ("score.insult < likely", True),
        ("!check.block_word", True),
        ("check.link_count == 3", True),
        ("author.trusted && !(score.insult >= likely)", True),
        ("(score.insult > 0.5 ? 1 : 2) == 2", True),
        ("check.block_word == false", True),
        ("check.block_word != false", False),
        ("score.insult > score.threat", True),
        ("!(score.insult < likely)", False),
        ("likely <= score.insult", False),
        ("check.block_word == true", False),
        ("!author.trusted && check.link_count > 2", False),
        ("check.shortener == 'bit.ly'", False),
        ("author.published < 3", False),
    ],
)
def test_a_rule_that_stops_firing_when_harm_grows_is_marked(when: str, marked: bool) -> None:
    assert ("harm_negated" in codes(policy_text(rule(when)), Weight.WARNING)) is marked


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("a: [", "yaml"),
        ("a: &x 1\nb: *x\n", "anchor"),
        ("# " + "a" * 300_000, "too_large"),
        ("- a\n- b\n", "shape"),
        (HEAD + "rules: []\n", "no_rules"),
        (HEAD, "no_rules"),
        (policy_text(rule("true"), head=HEAD.split("unavailable:")[0]), "no_unavailable"),
        (policy_text(rule("true"), tail="limits: {characters: many}\n"), "type"),
        (policy_text(rule("true"), tail="limits: {characters: -1}\n"), "limit"),
        (policy_text(rule("true"), tail="limits: {letters: 1}\n"), "unknown_key"),
        (policy_text(rule("true"), tail="lists: {block: word}\n"), "shape"),
        (policy_text(rule("true"), tail="region: in\n"), "region"),
        (policy_text(rule("true"), tail="sections: {sport: {off: [two]}}\n"), "unknown_rule"),
        (policy_text(rule("true"), tail="sections: {sport: {off: [one]}}\n"), "no_rules"),
        (policy_text(rule("true"), rule("true")), "repeated_id"),
        (policy_text(rule("true", name="One")), "rule_id"),
        (policy_text(rule("true"), tail="policy: again\n"), "repeated_key"),
        (policy_text("{id: one, when: check.block_word, then: hold, reason: x}"), "no_ground"),
        (policy_text("{id: one, ground: none, when: check.block_word, then: reject, reason: x}"), "no_ground"),
        (policy_text("{id: one, ground: insulting, when: check.block_word, then: hold}"), "no_reason"),
        (policy_text("{id: one, ground: spam, when: check.block_word, then: hold, reason: x}"), "ground_not_told"),
        (policy_text("{id: one, ground: insulting, when: !check.block_word , then: hold, reason: x}"), "type"),
        (policy_text(rule("true", extra=", help: true")), "help_ground"),
        (policy_text(rule("true"), head=HEAD.replace("then: hold", "then: reject")), "fails_shut"),
        (policy_text(rule("true"), head=HEAD.replace("likely: 0.5}", "likely: 1.5}")), "threshold_range"),
        (policy_text(rule("true"), head=HEAD.replace("possible: 0.2", "possible: 0.6")), "threshold_order"),
        (policy_text(rule("true"), head=HEAD.replace(", very_likely: 0.9", "")), "threshold_missing"),
        (policy_text(rule("true"), head=HEAD.replace("text: Be kind.", "text: ''")), "type"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(text: str, code: str) -> None:
    assert code in codes(text)


def test_a_policy_that_publishes_when_a_check_is_missing_is_warned_of() -> None:
    text = policy_text(rule("true"), head=HEAD.replace("then: hold", "then: publish"))
    assert codes(text, Weight.WARNING) == ["fails_open"]


def test_a_ground_that_only_people_judge_says_so() -> None:
    clause = "    defamatory: {text: No accusations%s}\n"
    silent = HEAD.replace("help:\n", clause % "." + "help:\n")
    told = HEAD.replace("help:\n", clause % "., judged_by: people" + "help:\n")
    assert codes(policy_text(rule("true"), head=silent)) == ["unused_ground"]
    assert codes(policy_text(rule("true"), head=told)) == []


def test_a_part_of_a_ground_that_no_rule_uses_is_refused() -> None:
    parts = "parts: {remark: Remarks., data: Numbers.}"
    head = HEAD.replace("text: No insults.", f"text: No insults., {parts}")
    one, two = (
        f"{{id: {part}, ground: {part}, when: check.block_word, then: hold, reason: x}}" for part in ("remark", "data")
    )
    assert codes(policy_text(one, head=head)) == ["unused_ground"]
    assert codes(policy_text(one, two, head=head)) == []
    assert codes(policy_text(one, head=head.replace(parts, f"{parts}, judged_by: people"))) == []


def test_a_call_for_help_needs_words_and_a_helpline() -> None:
    call = "{id: help, when: check.self_harm, then: hold, help: true}"
    bare = HEAD.replace('helplines: {"*": [Call someone.]}', "helplines: {DE: [Call someone.]}")
    assert codes(policy_text(call, rule("true"), head=bare)) == ["no_helpline"]
    assert codes(policy_text(call, rule("true"))) == []


def test_no_message_of_a_fault_ends_with_a_stop_or_begins_with_a_capital() -> None:
    text = (GOLDEN / "faulty.yaml").read_text(encoding="utf-8")
    for fault in lint(text):
        assert not fault.message.endswith(".")
        assert fault.message[0] == fault.message[0].lower()
        assert fault.message.count("`") % 2 == 0
