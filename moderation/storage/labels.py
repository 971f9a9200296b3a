"""Labels from outside: written as they come, counted for the pages and the protocols that ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select

from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.keys import KeyHolder
from moderation.storage.tables import CommentRow, LabelRow, TextSeen
from moderation.storage.unit_of_work import table_of


@dataclass(frozen=True, slots=True)
class NewLabel:
    """A label as a door heard it; `text_tag` is the keyed tag of the folded text."""

    source: str
    label: str
    value: float
    text_tag: str
    comment_id: str | None = None


def write_labels(database: Database, holder: KeyHolder, labels: Sequence[NewLabel], now: datetime) -> None:
    """Keep labels; one whose text is that of a comment of ours names the newest such comment."""
    if not labels:
        return
    with database.writing() as session:
        session.execute(insert(table_of(LabelRow)), [_row(session, holder, label, now) for label in labels])


def _row(session: Session, holder: KeyHolder, label: NewLabel, now: datetime) -> dict[str, object]:
    comment = label.comment_id or find_by_text(session, holder.site_id, holder.lane.value, label.text_tag)
    return {
        "id": new_id(),
        "site_id": holder.site_id,
        "lane": holder.lane.value,
        "comment_id": comment,
        "key_id": holder.key_id,
        "source": label.source,
        "label": label.label,
        "value": label.value,
        "text_tag": label.text_tag,
        "at": now,
    }


def find_by_text(session: Session, site_id: str, lane: str, text_tag: str) -> str | None:
    """The newest comment of a site with this text, as far back as texts are remembered."""
    if not text_tag:
        return None
    query = (
        select(TextSeen.comment_id)
        .join(CommentRow, col(CommentRow.id) == TextSeen.comment_id)
        .where(TextSeen.site_id == site_id, TextSeen.band == text_tag, CommentRow.lane == lane)
        .order_by(col(TextSeen.seen_at).desc())
        .limit(1)
    )
    return session.exec(query).first()


def read_labels(database: Database, site_id: str, *, source: str | None = None, limit: int = 500) -> list[LabelRow]:
    """The newest labels of a site."""
    with database.reading() as session:
        query = select(LabelRow).where(LabelRow.site_id == site_id)
        if source:
            query = query.where(LabelRow.source == source)
        return list(session.exec(query.order_by(col(LabelRow.id).desc()).limit(limit)).all())
