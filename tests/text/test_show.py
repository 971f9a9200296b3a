"""What a moderator sees holds no tricks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.show import ODD, show, show_parts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("f\u200buck", "f⟨U+200B⟩uck"),
        ("a\x00b\x1bc", "a⟨U+0000⟩b⟨U+001B⟩c"),
        ("lone \ud800", "lone ⟨U+D800⟩"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("\u200d", "⟨U+200D⟩"),
        ("tag \U000e0041", "tag ⟨U+E0041⟩"),
    ],
)
def test_invisible_characters_are_named(text, shown):
    assert show(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "a\nb\tc",
        "👨‍👩‍👧",
        "❤️",
        "ಕ್‍ಷ",
        "می‌خواهم",
        "क्‍ष",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "1️⃣",
    ],
)
def test_honest_joiners_and_line_ends_stay(text):
    assert show(text) == text


@given(st.text(st.characters()))
def test_nothing_is_lost_and_parts_follow_each_other(text):
    parts = list(show_parts(text))
    assert [p.start for p in parts] == [0, *(p.end for p in parts[:-1])][: len(parts)]
    assert (parts[-1].end if parts else 0) == len(text)
    assert all(p.hidden or p.text == text[p.start : p.end] for p in parts)


@given(st.text(st.sampled_from("ab\u202e\u2066\x07\u200b\ufeff ")))
def test_no_override_or_control_character_is_shown(text):
    assert not ODD.search(show(text))
