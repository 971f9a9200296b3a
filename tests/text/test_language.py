"""The guess at a language knows our readers' languages apart."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.language import guess_language

SENTENCES = [
    ("en", "The minister promised a new road but nobody has seen it"),
    ("en", "This is the best article I have read in years, thank you"),
    ("de", "Das ist nicht wahr und ihr wisst es auch"),
    ("fr", "Ce n'est pas vrai et vous le savez bien"),
    ("es", "Esto no es verdad y usted lo sabe muy bien"),
    ("pt", "Isso não é verdade e você sabe muito bem"),
    ("it", "Questo non è vero e lo sanno anche loro"),
    ("nl", "Dat is niet waar en jullie weten het ook"),
    ("nl", "Jij bent hier nooit geweest, hou toch op"),
    ("sv", "Det är inte sant och det vet ni också"),
    ("sv", "Ingen bryr sig om oss här ute på landet"),
    ("da", "Det er ikke sandt og det ved I også"),
    ("da", "Hvorfor bliver der ikke gjort noget ved vejen?"),
    ("nb", "Hva slags folk er dere som ikke bryr seg?"),
    ("nb", "Jeg skjønner ikke hvorfor noen gidder å lese dette, det er bare tull fra dere"),
    ("hi-Latn", "yeh sarkar kuch nahi karti bhai, sab chor hain"),
    ("hi-Latn", "tum log die hard bhakt ho, desh ka kya hoga"),
    ("hi-Latn", "Modi ji ne jo kaha wo kiya nahi"),
    ("kn-Latn", "nimma sarkara enu madtilla guru"),
    ("kn-Latn", "ee jana yaake hege madthare antha gottilla"),
    ("kok-Latn", "Hanv mhunntam tem sot nhoi, goenkar zagor zale"),
    ("kok-Latn", "amchem goem borem asa punn sorkar kaim korina"),
    ("ml-Latn", "ithu entha ivide njan paranju alla"),
    ("ta-Latn", "enna da ithu romba nalla irukku"),
    ("te-Latn", "idi chala manchi undi kani nenu cheppu"),
    ("tcy-Latn", "yaan tulu paterpe, encha ullar maarre"),
    ("mr-Latn", "he kay ahe, mala mahit nahi pan khup vait zala"),
    ("hi", "यह सरकार कुछ नहीं करती और सब चोर हैं"),
    ("mr", "ही सरकार चोर आहे आणि काही करत नाही"),
    ("kok", "हांव म्हणटां तें सारकें न्हय"),
    ("kn", "ಈ ಸರ್ಕಾರ ಏನೂ ಮಾಡುವುದಿಲ್ಲ"),
    ("ml", "ഈ സർക്കാർ ഒന്നും ചെയ്യുന്നില്ല"),
    ("ta", "இந்த அரசு எதையும் செய்யவில்லை"),
    ("te", "ఈ ప్రభుత్వం ఏమీ చేయదు"),
    ("ar", "هذا غير صحيح من البداية إلى النهاية"),
    ("ur", "یہ حکومت کچھ نہیں کرتی اور سب چور ہیں"),
    ("fa", "این دولت برای مردم کاری نمی کند"),
    ("ru", "это неправда и вы все это знаете"),
    ("uk", "це неправда і ви всі це знаєте"),
    ("ja", "これは日本語です"),
    ("zh", "这不是真的"),
    ("ko", "이것은 사실이 아닙니다"),
]


@pytest.mark.parametrize(("code", "text"), SENTENCES)
def test_a_plain_sentence_is_known(code, text):
    assert guess_language(text).code == code


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, t in SENTENCES if c.endswith("-Latn")])
def test_roman_letters_alone_do_not_make_a_text_german(code, text):
    assert guess_language(text).code != "de"


@pytest.mark.parametrize("text", ["Super guru, so i am khushi", "Ivide oru katha und", "I am so sad, am I"])
def test_words_that_german_writes_too_do_not_make_a_text_german(text):
    assert guess_language(text).code != "de"


@pytest.mark.parametrize(
    "text",
    [
        "Nie wierzę w ani jedno słowo tego ministra",
        "Nimeni nu mai crede ce spune primarul în fiecare săptămână",
        "Tohle přece nemůže nikdo myslet vážně",
        "Không ai tin những gì ông ấy nói nữa",
    ],
)
def test_letters_that_none_of_the_languages_writes_make_a_text_undetermined(text):
    assert guess_language(text).code == "und"


def test_foreign_names_do_not_make_an_english_text_foreign():
    assert guess_language("I met Lech Wałęsa and Václav Havel in Gdańsk, they were kind to all of us").code == "en"


@pytest.mark.parametrize(
    "text",
    ["What the hell has that man done for her?", "for the men at alt right and till the end", "go for it, i am om"],
)
def test_english_words_that_northern_languages_write_too_leave_a_text_english(text):
    assert guess_language(text).code == "en"


@pytest.mark.parametrize(
    "text", ["", "  \n", "12345 !!", "😀😀", "Panaji", "https://the.and/of/is", "Hi!", "Ha ha ha", "na"]
)
def test_too_little_to_go_by_is_undetermined(text):
    assert guess_language(text) == guess_language("")
    assert guess_language(text).code == "und"


@given(st.text(st.characters()))
def test_any_text_has_an_answer(text):
    guess = guess_language(text)
    assert guess.code
    assert 0 <= guess.confidence <= 1


@pytest.mark.parametrize("unit", ["a", "a ", "क्", "http://", "@", "a\u0301", "ー"])
def test_a_long_text_is_guessed_in_bounded_time(unit):
    started = time.process_time()
    guess_language(unit * 20_000)
    assert time.process_time() - started < 1.0
