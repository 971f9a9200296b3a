"""Every check runs, and one that fails is seen to have failed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.checks import ORDER, run_checks
from moderation.checks.catalogue import CHECKS
from moderation.vocabulary import Author, Comment, Door, Facts, Signal

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Fixed:
    NAME = "links"

    def __init__(self, *signals, error=None):
        self.signals, self.error = signals, error

    def find(self, comment, facts, now, /):
        yield from self.signals
        if self.error:
            raise self.error


def clock_of(*ticks):
    times = iter(ticks)
    return lambda: next(times)


def comment(text="hello", **fields):
    return Comment(text, Door.API, **fields)


def test_a_check_that_raises_is_unavailable_and_the_others_still_run():
    found = Signal("words", 1)
    broken = Fixed(Signal("links", 3), error=ZeroDivisionError("secret text"))
    signals = run_checks(comment(), Facts(), NOW, order=(broken, Fixed(found)))
    assert signals == (Signal("links", value=False, detail="failed", unavailable=True), found)


def test_a_check_past_its_deadline_is_unavailable():
    slow, quick = Fixed(Signal("links", 3)), Fixed(Signal("links", 1))
    signals = run_checks(comment(), Facts(), NOW, deadline=1.0, clock=clock_of(0, 1.5, 2), order=(slow, quick))
    assert [s.unavailable for s in signals] == [True, False]


def test_nothing_of_an_error_reaches_the_signal():
    (signal,) = run_checks(comment(), Facts(), NOW, order=(Fixed(error=ValueError("my secret")),))
    assert "secret" not in repr(signal)


@pytest.mark.parametrize("check", ORDER, ids=lambda check: check.NAME)
def test_a_check_gives_only_signals_of_the_catalogue(check):
    assert any(spec.file == check.NAME for spec in CHECKS.values())


def test_every_file_of_the_catalogue_runs_once():
    files = [check.NAME for check in ORDER]
    assert len(files) == len(set(files))
    assert set(files) == {spec.file for spec in CHECKS.values()}


@given(st.text(st.characters(), max_size=300), st.text(st.characters(), max_size=30))
def test_any_text_gives_typed_signals_whose_spans_lie_inside(text, name):
    given_comment = comment(text, author=Author(name=name, email="a@example.org", website=text[:50]), title=name)
    for signal in run_checks(given_comment, Facts(), NOW, deadline=60):
        assert not signal.unavailable, signal
        assert type(signal.value) is CHECKS[signal.check].type
        for span in signal.spans:
            assert 0 <= span.start < span.end <= len(given_comment.fields()[signal.field])
