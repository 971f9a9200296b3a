"""When a message that did not arrive is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.callbacks.retry import PAUSES, arrived, next_attempt


def pauses(jitter: float) -> list[timedelta]:
    found, attempts = [], 1
    while pause := next_attempt(attempts, jitter):
        found.append(pause)
        attempts += 1
    return found


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_attempts_spread_over_about_three_days_with_growing_pauses(jitter: float) -> None:
    found = pauses(jitter)
    assert len(found) == len(PAUSES) >= 8
    assert found == sorted(found)
    assert timedelta(days=2) < sum(found, timedelta()) < timedelta(days=3.6)
    assert timedelta(seconds=3) < found[0] < timedelta(seconds=7)


def test_jitter_spreads_receivers_that_failed_together() -> None:
    assert len({next_attempt(3, n / 10) for n in range(11)}) == 11


def test_a_receiver_may_ask_for_a_longer_pause_but_not_for_ever() -> None:
    assert next_attempt(1, 0.5, 120) == timedelta(seconds=120)
    assert next_attempt(1, 0.5, 0) == timedelta(seconds=PAUSES[0])
    assert next_attempt(1, 0.5, 10**9) == timedelta(seconds=PAUSES[-1])


def test_only_2xx_has_arrived() -> None:
    assert [status for status in (100, 200, 204, 299, 301, 302, 304, 400, 410, 429, 500) if arrived(status)] == [
        200,
        204,
        299,
    ]
