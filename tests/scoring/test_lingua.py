"""The extra `lingua`: asked where it knows more, never where the light guess knows better."""

import builtins

import pytest

from moderation.scorer_shelf import open_guess, open_scorers
from moderation.scoring.engines import open_engine
from moderation.scoring.languages import find_language
from moderation.scoring.lingua_guess import open_lingua
from moderation.scoring.loading import ModelState
from moderation.scoring.scorer import ModelUnusable
from moderation.scoring.store import ModelStore
from moderation.settings import Settings
from moderation.vocabulary import Field

SWEDISH = "Det här är helt otroligt, hur kan kommunen göra så här mot gamla människor"
POLISH = "To jest skandal, ktoś powinien za to odpowiedzieć przed sądem"


@pytest.fixture(scope="module")
def guess():
    return open_lingua()


@pytest.mark.parametrize(
    "text",
    [
        "Yeh log kya bol rahe hain bhai, sarkar kuch nahi karti",
        "Nimma mane hatra yaru illa, road tumba ketta hogide",
        "ಈ ಸರ್ಕಾರ ಏನೂ ಮಾಡುವುದಿಲ್ಲ",
        "Bolo kitem zata tem, amchem gaum polle",
        "lol",
        "",
    ],
)
def test_indian_languages_in_roman_letters_and_short_texts_stay_with_the_light_guess(guess, text):
    assert guess(text) == find_language(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SWEDISH, "sv"),
        (POLISH, "pl"),
        ("The minister should resign over this road at once", "en"),
        ("Это просто позор для нашего города", "ru"),
    ],
)
def test_languages_that_the_light_guess_does_not_have_are_told(guess, text, code):
    assert guess(text) == code


def test_the_setting_chooses_it_and_scores_say_so(tmp_path):
    settings = Settings(data_dir=tmp_path, engine="ngrams", language_guess="lingua", intake_deadline_ms=20_000)
    shelf = open_scorers(settings, lambda _site: None)
    assert shelf.main.wait(20).state is ModelState.READY
    (score,) = shelf.scorer_for("s", Field.TEXT).score([POLISH])
    shelf.close()
    assert (score.language, score.fit) == ("pl", False)
    assert find_language(POLISH) == "und"
    assert open_guess(Settings(data_dir=tmp_path)) is find_language


def test_a_text_in_a_language_that_lingua_knows_goes_to_the_fallback_and_is_marked(tmp_path, guess):
    scorer = open_engine("embedded", ModelStore(tmp_path), guess=guess)
    swedish, english = scorer.score([SWEDISH, "You are a brainless clown and everybody knows it"])
    assert (swedish.engine, swedish.language, swedish.fit) == ("ngrams", "sv", False)
    assert (english.engine, english.language, english.fit) == ("embedded", "en", True)


def test_without_the_extra_the_setting_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest):
        if name == "lingua":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ModelUnusable, match="not installed"):
        open_lingua()
