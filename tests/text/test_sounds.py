"""Spellings of one name meet, other names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.sounds import join_skeletons, skeleton_of, sounds_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vidya", "Vidhya"),
        ("Ashaa Rao", "Asha Rao"),
        ("Rajkumar", "राजकुमार"),
        ("Kamala Devi", "Kamla Devi"),
        ("ಕಮಲಾ ದೇವಿ", "ಕಮ್ಲಾ ದೇವಿ"),
        ("Sharma", "शर्मा"),
        ("Ram", "राम"),
        ("Lakshmi Naik", "ಲಕ್ಷ್ಮಿ ನಾಯಕ್"),
        ("Gopal Shetty", "கோபால் ஷெட்டி"),
        ("Fatima Khan", "فاطمہ خان"),
        ("Asha Kamat", "Аша Камат"),
        ("ಲಕ್ಷ್ಮಿ ನಾಯಕ್", "लक्ष्मी नायक"),
    ],
)
def test_spellings_of_one_name_meet(one, other):
    assert sounds_of(one).meet(sounds_of(other))
    assert sounds_of(other).meet(sounds_of(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Asha", "Usha"),
        ("Asha", "आता"),
        ("Ram", "Rama Rao"),
        ("Ravi", "रवि का"),
        ("Kamat", "Kamal"),
        ("Anand Patil", "Nanda Patil"),
        ("Mala", "Mla"),
        ("", ""),
        ("123", "!!"),
    ],
)
def test_other_names_do_not_meet(one, other):
    assert not sounds_of(one).meet(sounds_of(other))


@given(st.text(st.characters(), max_size=40))
def test_any_text_has_sounds(text):
    assert isinstance(sounds_of(text).fine, str)


@given(st.lists(st.text("aeiou tschkhpzxwyआशाकमतಕಮಲابتثекшТ'-é", max_size=6), max_size=5))
def test_the_skeleton_of_joined_words_follows_from_theirs(words):
    joined = ""
    for word in words:
        joined = join_skeletons(joined, skeleton_of(word))
    assert joined == skeleton_of(" ".join(words))


@pytest.mark.parametrize(
    "spelled", ["Kamla Shetti", "k a m a l a sh e t t y", "ಕಮಲಾ ಶೆಟ್ಟಿ", "कमला शेट्टी", "کملا شیٹی", "Камала Шетти"]
)
def test_spellings_that_meet_have_one_skeleton(spelled):
    assert sounds_of(spelled).meet(sounds_of("Kamala Shetty"))
    assert skeleton_of(spelled) == skeleton_of("Kamala Shetty")
