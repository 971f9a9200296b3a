"""The catalogue is what policies are written against."""

import re

import pytest

from moderation.checks.catalogue import CHECKS, SPECS, first_name


def test_no_name_is_given_twice():
    assert len(CHECKS) == len(SPECS)


@pytest.mark.parametrize("spec", CHECKS.values(), ids=CHECKS)
def test_a_signal_is_a_plain_word_of_a_plain_type_with_a_line_of_help(spec):
    assert re.fullmatch(r"[a-z][a-z_]+", spec.name)
    assert spec.type in {bool, int, float, str}
    assert len(spec.help) > 10
    assert not spec.help.endswith(".")


def test_a_failing_file_is_known_by_its_first_signal():
    assert first_name("words") == "blocked_words"
