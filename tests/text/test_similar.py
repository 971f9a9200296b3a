from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from moderation.text import similar
from moderation.text.fold import WORD, fold_letters

WAVE = "Dear friends join our winning cricket group today and earn five thousand rupees daily from home message {} now"


def bands_of(text: str) -> tuple[str, ...]:
    return similar.bands_of(WORD.findall(fold_letters(text)))


def share(one: str, other: str) -> int:
    return len(set(bands_of(one)) & set(bands_of(other)))


def test_texts_of_one_wave_share_a_band() -> None:
    copies = [WAVE.format(name) for name in ("Ravi", "ASHA!!", "the admin", "9 9 9")]
    assert all(share(copies[0], other) for other in copies[1:])


def test_case_and_signs_do_not_matter() -> None:
    assert bands_of("The Council, should repair this ROAD!") == bands_of("the council should repair this road")


def test_different_comments_share_nothing() -> None:
    assert (
        share(WAVE.format("me"), "The council should repair this road before the monsoon comes again to our town") == 0
    )


@given(st.text(max_size=400))
def test_any_text_has_bands_or_none(text: str) -> None:
    assert len(bands_of(text)) in {0, 6}


def test_likeness_decides_how_often_a_band_is_shared() -> None:
    rng = Random(7)
    shared = {0.8: 0, 0.3: 0}
    for likeness in shared:
        for _ in range(400):
            words = [f"{rng.getrandbits(40):x}" for _ in range(102)]
            runs_in_common = round(likeness * 200 / (1 + likeness))
            other = words[: runs_in_common + 2] + [f"{rng.getrandbits(40):x}" for _ in range(100 - runs_in_common)]
            shared[likeness] += bool(set(similar.bands_of(words)) & set(similar.bands_of(other)))
    assert 370 <= shared[0.8] <= 398
    assert 6 <= shared[0.3] <= 40


def test_bands_are_the_same_for_ever() -> None:
    assert bands_of("one two three four five six seven")[0] == "0:24912a106305c821363f9a4499de8221"
