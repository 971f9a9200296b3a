"""Spellings of one name meet, other names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.sounds import sounds_of


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
