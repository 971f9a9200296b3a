import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.languages import find_language, is_fit


def fit(text, languages=("en",)):
    return is_fit(text, find_language(text), languages)


@pytest.mark.parametrize(
    "text",
    [
        "The minister should resign, this is not what we voted for.",
        "Nice article, thanks for sharing!",
        "you are a liar",
    ],
)
def test_an_english_model_is_fit_for_english(text):
    assert fit(text)


@pytest.mark.parametrize(
    "text",
    [
        "Yeh sarkar kuch nahi karti, sab chor hai bhai",
        "Namma oorinalli yenu agide gottilla, ivaru yaake heege madtare",
        "ಈ ಸರ್ಕಾರ ಏನೂ ಮಾಡುವುದಿಲ್ಲ",
        "यह सरकार कुछ नहीं करती",
        "Das ist doch nicht der richtige Weg, wir haben es immer gesagt",
        "bu adam çok yanlış konuşuyor ama kimse bir şey demiyor",
        "Hvorfor får vi aldrig at vide hvem der betaler for alt dette?",
        "To jest skandal, ktoś powinien za to odpowiedzieć przed sądem",
        "zorp blik kranu wesp tindo marak olip",
    ],
)
def test_an_english_model_is_not_fit_for_other_languages(text):
    assert not fit(text)


@pytest.mark.parametrize("text", ["Tu chor hai, tera baap bhi chor tha", "Avanu sule maga, avanige yenu gottu"])
def test_romanised_indian_languages_are_never_called_german(text):
    assert find_language(text).endswith("-Latn")


@pytest.mark.parametrize("text", ["", "🙏", "Xylo Prakashini", "12345 !!!", "boooo"])
def test_a_text_too_short_to_show_a_language_is_not_held_back_for_it(text):
    assert fit(text)


@given(st.text(max_size=300))
def test_any_text_is_fit_or_not(text):
    assert fit(text) in {True, False}
