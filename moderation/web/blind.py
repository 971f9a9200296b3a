"""What somebody who is asked for a second opinion does not see on any page before giving it.

What this file decides
- A view is one's own only if neither scores and rules nor what the asking colleague wrote or did about this wording are known.
- What the colleague wrote for the one who is asked, with the question, is shown: it is meant for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from moderation.review.opinion import may_answer
from moderation.storage.history import Event, History
from moderation.storage.listing import ListRow
from moderation.storage.neighbours import NoteLine
from moderation.storage.opinions import OpinionLine


def is_blind(history: History, user_id: str, now: datetime) -> bool:
    """Whether a second opinion on this comment is this person's to give."""
    asked = history.asked
    return asked is not None and may_answer(
        asked.by_id, asked.of, user_id, barred=asked.barred, overdue=asked.due_at <= now
    )


def without_view(history: History) -> History:
    """The comment's life without what the asking colleague wrote and did, and without what the policy found."""
    assert history.asked
    by = history.asked.by
    told = (event for event in history.events if event.by != by and event.kind != "scored")
    events = tuple(_without_finding(event) for event in told)
    return replace(history, notes=notes_of_others(history.notes, by), events=events)


def _without_finding(event: Event) -> Event:
    return replace(event, ground="", detail="") if event.kind == "judged" else event


def notes_of_others(notes: Iterable[NoteLine], by: str) -> tuple[NoteLine, ...]:
    """The notes that this colleague did not write."""
    return tuple(note for note in notes if note.by != by)


def without_views(lines: Iterable[OpinionLine]) -> tuple[OpinionLine, ...]:
    """Questions without what anybody would do: one that was taken back may have said it already."""
    return tuple(replace(line, view=None, given=None) for line in lines)


def rows_without_view(rows: Iterable[ListRow], user_id: str) -> list[ListRow]:
    """The list for one person: of cases that wait for a second opinion only the asking one sees ground and score."""
    return [
        replace(row, ground="", score=None, score_label="")
        if row.asked_by and row.asked_by != user_id and row.open
        else row
        for row in rows
    ]
