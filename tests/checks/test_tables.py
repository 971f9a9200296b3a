"""Evasions are found, innocents are not, and docs/matching.md says the truth about both."""

from pathlib import Path

import pytest

from tests.checks.tables import EVASIONS, INNOCENTS, WAVES, rows, share

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [EVASIONS, INNOCENTS])
def test_a_table_has_three_hundred_rows_none_twice_and_all_three_waves(name):
    texts = [text for _, _, text in rows(name)]
    assert len(texts) >= 300
    assert len(texts) == len(set(texts))
    assert {wave for _, wave, _ in rows(name)} == set(WAVES)


@pytest.mark.parametrize("wave", WAVES)
def test_of_each_wave_at_least_95_of_100_evasions_are_found(wave):
    hit, total = share(EVASIONS, wave)
    assert hit >= 0.95 * total


@pytest.mark.parametrize("wave", WAVES)
def test_of_each_wave_at_most_one_of_100_innocents_is_hit(wave):
    hit, total = share(INNOCENTS, wave)
    assert hit <= 0.01 * total


def test_the_page_on_matching_has_the_rates_of_today():
    page = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    for name in (EVASIONS, INNOCENTS):
        for wave in WAVES:
            hit, total = share(name, wave)
            assert f"| {hit} of {total} |" in page, (name, wave, "run `python -m bench.matching`")
