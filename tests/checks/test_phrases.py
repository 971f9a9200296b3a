"""Cues never cost a match: what a pattern can match, its cues hear."""

import importlib
import random
import re
import time

import pytest

from moderation.checks.phrases import Phrase, heard_cues

FILES = [
    "betting", "chain", "doxxing", "exit_polls", "gathering", "incitement", "official", "pitches", "remarks", "self_harm",
    "sub_judice", "threats", "victims",
]  # fmt: skip
ALL = [
    pytest.param(phrase, id=f"{file}-{number}")
    for file in FILES
    for number, phrase in enumerate(
        phrase
        for value in vars(importlib.import_module(f"moderation.checks.{file}")).values()
        if isinstance(value, tuple) and value and isinstance(value[0], Phrase)
        for phrase in value
    )
]


def sample(tree, chance):
    """A random text that a parsed pattern may match; what looks around is left out."""
    return "".join(sample_one(str(kind), value, chance) for kind, value in tree)


def sample_one(kind, value, chance):
    if kind == "LITERAL":
        return chr(value)
    if kind == "IN":
        return sample_set(value, chance)
    if kind == "BRANCH":
        return sample(chance.choice(value[1]), chance)
    if kind == "SUBPATTERN":
        return sample(value[3], chance)
    if kind in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        least, most, inner = value
        return "".join(sample(inner, chance) for _ in range(chance.randint(least, min(int(most), least + 2))))
    return "x" if kind in {"NOT_LITERAL", "ANY"} else ""


def sample_set(members, chance):
    kind, value = chance.choice(members)
    if str(kind) == "LITERAL":
        return chr(value)
    if str(kind) == "RANGE":
        return chr(chance.randint(*value))
    return {"CATEGORY_WORD": "x", "CATEGORY_NOT_WORD": " ", "CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " "}.get(
        str(value), "x"
    )


@pytest.mark.parametrize("phrase", ALL)
def test_a_phrase_is_heard_before_it_is_read(phrase):
    chance = random.Random(7)
    tree = re._parser.parse(phrase.pattern.pattern)
    matched = 0
    for _ in range(150):
        text = sample(tree, chance)
        if phrase.pattern.search(text):
            matched += 1
            assert phrase.cues & heard_cues(text), text
    assert matched > 10


@pytest.mark.parametrize(
    "unit", ["a ", "i will ", "the muslims ", "kill you ", "earn rs 5 ", "come to the ", "you are a "]
)
def test_a_hostile_text_is_read_in_bounded_time(unit):
    text = (unit * 7000)[:20_000]
    started = time.process_time()
    for param in ALL:
        list(param.values[0].pattern.finditer(text))
    assert time.process_time() - started < 6.0
