"""What an author is told about waiting comes from waits that were measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from moderation.intake.reader_form import read_quiet
from moderation.review.waits import FEWEST, quiet_until, read_time, usual_wait

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NIGHT = read_quiet("22:00-07:00", "Asia/Kolkata")  # 16:30 to 01:30 UTC
MINUTE = timedelta(minutes=1)


def waits(*minutes: float, at: datetime = NOON) -> list[tuple[datetime, datetime]]:
    return [(at - timedelta(days=1), at - timedelta(days=1) + one * MINUTE) for one in minutes]


def test_too_few_waits_say_nothing() -> None:
    assert usual_wait(waits(*[3] * (FEWEST - 1)), NOON, NOON).minutes is None
    assert usual_wait(waits(*[3] * FEWEST), NOON, NOON).minutes == 5


def test_usually_is_four_of_five_rounded_up() -> None:
    assert usual_wait(waits(*[4] * 16, *[600] * 4), NOON, NOON).minutes == 5
    assert usual_wait(waits(*[4] * 15, *[31] * 5), NOON, NOON).minutes == 35
    assert usual_wait(waits(*[200] * 20), NOON, NOON).minutes == 240


def test_whoever_waited_longer_is_told_so_instead_of_the_usual_time() -> None:
    past = waits(*[10] * 20)
    assert not usual_wait(past, NOON - 9 * MINUTE, NOON).longer
    assert usual_wait(past, NOON - 11 * MINUTE, NOON).longer


def test_comments_of_the_same_hour_speak_when_no_quiet_hours_are_known() -> None:
    night = NOON.replace(hour=20)
    past = waits(*[10] * 20) + waits(*[400] * 20, at=night)
    assert usual_wait(past, NOON, NOON).minutes == 10
    assert usual_wait(past, night, night).minutes == 420


def test_quiet_hours_are_no_waiting_and_reading_begins_again_when_they_end() -> None:
    evening = datetime(2026, 11, 23, 16, 20, tzinfo=UTC)  # 21:50 at the site
    assert read_time(evening, datetime(2026, 11, 24, 1, 40, tzinfo=UTC), NIGHT) == 20 * MINUTE
    late = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    told = usual_wait(waits(*[10] * 20), late, late, NIGHT)
    assert (told.minutes, told.reads_again) == (10, datetime(2026, 11, 25, 1, 30, tzinfo=UTC))
    assert quiet_until(NIGHT, NOON) is None


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_reading_time_is_never_negative_nor_longer_than_the_span(begin: int, length: int) -> None:
    start = NOON + begin * MINUTE
    found = read_time(start, start + length * MINUTE, NIGHT)
    assert timedelta(0) <= found <= length * MINUTE


def test_reading_time_adds_up() -> None:
    parts = [read_time(NOON + n * MINUTE, NOON + (n + 7) * MINUTE, NIGHT) for n in range(0, 7 * 400, 7)]
    assert sum(parts, timedelta(0)) == read_time(NOON, NOON + 7 * 400 * MINUTE, NIGHT)
