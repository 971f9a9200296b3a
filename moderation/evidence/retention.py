"""How long a sender's details are kept, and what must be carried over before a day's key dies.

- A record is kept for the period of its site's profile, counted from the end of the UTC day of submission: the day's key
  is destroyed then, and with it every copy in every backup.
- When a comment is removed, its sender's record must live for the period counted from the removal. Where that is longer,
  the record is closed again under a key that is named after the day on which it dies.
- A hold names its records; they are closed again under a key of the request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from moderation.evidence.profile import Profile, load_profile


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that is stored: when its present key dies, and since when its comment is removed."""

    record_id: str
    comment_id: str
    region: str
    retain_until: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CarryOver:
    """A record that must be closed again, under the key `keeper`, before its day's key dies."""

    record_id: str
    comment_id: str
    keeper: str
    retain_until: datetime
    rule: str


def end_of_day(at: datetime) -> datetime:
    day = at.astimezone(UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def retain_until(region: str, at: datetime) -> tuple[datetime, str]:
    """Until when a record of this moment is kept, and by which rule.

    Raises:
        NoProfile: the region has none.
    """
    rule = load_profile(region).period("sender_record", at.astimezone(UTC).date())
    return end_of_day(at) + rule.keep, rule.rule


def keep_period(profile: Profile, at: datetime) -> timedelta:
    """How long a key of this day lives after its day; what the vault mints with."""
    return profile.period("sender_record", at.astimezone(UTC).date()).keep


def carry_overs(kept: Iterable[Kept]) -> list[CarryOver]:
    """The records whose comment was removed so late that the present key dies too early."""
    plan = []
    for record in kept:
        if record.removed_at is None:
            continue
        profile = load_profile(record.region)
        rule = profile.period("removed_content", record.removed_at.date())
        until = end_of_day(record.removed_at) + rule.keep
        if until > record.retain_until:
            keeper = keeper_id(profile.id, until)
            plan.append(CarryOver(record.record_id, record.comment_id, keeper, until, rule.rule))
    return plan


def keeper_id(profile_id: str, until: datetime) -> str:
    """The name under which the vault makes a key for what is carried over until this day."""
    return f"keep-{profile_id}-{until.astimezone(UTC).date().isoformat()}"


def keeper_ends(keeper: str) -> datetime | None:
    """When such a key is destroyed; None for the key of a request, which ends with its hold."""
    if not keeper.startswith("keep-"):
        return None
    return datetime.fromisoformat(keeper.split("-", 2)[2]).replace(tzinfo=UTC)
