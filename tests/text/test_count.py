"""One rule counts characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.count import count_characters, normalise_newlines

ANY_TEXT = st.text(st.characters())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("  a  ", 5),
        ("a\r\nb", 3),
        ("a\rb", 3),
        ("a\r\r\nb", 4),
        ("😀", 2),
        ("👨‍👩‍👧", 8),
        ("ಕನ್ನಡ", 5),
        ("\ud83d", 1),
        ("\ud83d\ude00", 2),
    ],
)
def test_characters_are_utf16_units_after_line_endings(text, count):
    assert count_characters(text) == count


@given(ANY_TEXT)
def test_counting_never_fails_and_agrees_with_the_normalised_text(text):
    assert count_characters(text) == count_characters(normalise_newlines(text)) >= len(normalise_newlines(text))


@given(ANY_TEXT)
def test_no_carriage_return_survives(text):
    assert "\r" not in normalise_newlines(text)
    assert normalise_newlines(normalise_newlines(text)) == normalise_newlines(text)
