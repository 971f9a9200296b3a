"""Whether an author may ask for a second look.

What this file decides
- What was rejected can be appealed, once for each wording, within 30 days; words of the author's own are welcome, not required.
- Whoever decided first is barred from the appeal (`barred`); a rejection by the policy alone bars nobody.
- What is held is being looked at already, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from moderation.errors import Conflict, Invalid
from moderation.vocabulary import Appeal, Status

WINDOW: Final = timedelta(days=30)
WORDS_LIMIT: Final = 1000


class NotAppealable(Conflict):
    """this decision cannot be appealed"""

    code = "not_appealable"
    hint = "write to the site if you think that it is wrong"


class WordsTooLong(Invalid):
    """an appeal has at most 1000 characters"""

    code = "appeal_too_long"
    hint = "say it in fewer words"


@dataclass(frozen=True, slots=True)
class Decided:
    """What an appeal is about: where the wording stands, since when, who decided, and whether it was appealed before."""

    status: Status
    decided_at: datetime
    decided_by: str | None
    appealed: bool


def accept_appeal(appeal: Appeal, decided: Decided) -> str | None:
    """The person who is barred from judging it, or None.

    Raises:
        NotAppealable, WordsTooLong.
    """
    if decided.status is not Status.REJECTED:
        raise NotAppealable(f"this comment is {decided.status.value}, not rejected")
    if decided.appealed:
        raise NotAppealable("this wording was appealed already")
    if appeal.opened_at - decided.decided_at > WINDOW:
        raise NotAppealable(f"an appeal is open for {WINDOW.days} days")
    if len(appeal.words) > WORDS_LIMIT:
        raise WordsTooLong
    return decided.decided_by
