from __future__ import annotations

from collections import Counter
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
    assert bands_of("The Council, should repair this ROAD before the rains begin!") == bands_of(
        "the council should repair this road before the rains begin"
    )


def test_different_comments_share_nothing() -> None:
    assert (
        share(WAVE.format("me"), "The council should repair this road before the monsoon comes again to our town") == 0
    )


@given(st.text(max_size=400))
def test_any_text_has_bands_or_none(text: str) -> None:
    assert len(bands_of(text)) in {0, 6}


def test_likeness_decides_how_often_a_band_is_shared() -> None:
    rng = Random(7)
    shared = {0.8: 0, 0.5: 0, 0.3: 0}
    for likeness in shared:
        for _ in range(400):
            words = [f"{rng.getrandbits(40):x}" for _ in range(101)]
            runs_in_common = round(likeness * 200 / (1 + likeness))
            other = words[: runs_in_common + 1] + [f"{rng.getrandbits(40):x}" for _ in range(100 - runs_in_common)]
            shared[likeness] += bool(set(similar.bands_of(words)) & set(similar.bands_of(other)))
    assert shared[0.8] >= 385
    assert 190 <= shared[0.5] <= 250
    assert 35 <= shared[0.3] <= 85


def test_the_later_copies_of_a_wave_are_found_though_each_has_another_word_changed() -> None:
    rng, found = Random(3), 0
    for _ in range(100):
        base = [f"{rng.getrandbits(40):x}" for _ in range(20)]
        seen: Counter[str] = Counter()
        for number in range(6):
            words = list(base)
            words[rng.randrange(20)] = f"{rng.getrandbits(40):x}"
            bands = similar.bands_of(words)
            found += number >= 3 and max(seen[band] for band in bands) >= 3
            seen.update(bands)
    assert found >= 0.6 * 300


def test_short_texts_have_no_bands() -> None:
    assert bands_of("thank you for the good report on this road") == ()


def test_bands_are_the_same_for_ever() -> None:
    assert bands_of("one two three four five six seven eight nine ten")[0] == "0:3d85ac051b3a4a1beca5ce2a"
