from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moderation.appeals.eligibility import Decided, NotAppealable, WordsTooLong, accept_appeal
from moderation.vocabulary import Appeal, Status

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
APPEAL = Appeal("c1", "It was a joke", NOW)
DECIDED = Decided(Status.REJECTED, NOW - timedelta(days=1), "u1", appealed=False)


def test_whoever_decided_first_is_barred() -> None:
    assert accept_appeal(APPEAL, DECIDED) == "u1"


def test_a_rejection_by_the_policy_bars_nobody() -> None:
    assert accept_appeal(APPEAL, Decided(Status.REJECTED, NOW, None, appealed=False)) is None


@pytest.mark.parametrize(
    "decided",
    [
        Decided(Status.HELD, NOW, None, appealed=False),
        Decided(Status.PUBLISHED, NOW, "u1", appealed=False),
        Decided(Status.REJECTED, NOW, "u1", appealed=True),
        Decided(Status.REJECTED, NOW - timedelta(days=31), "u1", appealed=False),
    ],
)
def test_what_cannot_be_appealed_says_why(decided: Decided) -> None:
    with pytest.raises(NotAppealable):
        accept_appeal(APPEAL, decided)


def test_an_appeal_is_short() -> None:
    with pytest.raises(WordsTooLong):
        accept_appeal(Appeal("c1", "x" * 1001, NOW), DECIDED)
