"""Answers that were given under an idempotency key, kept for a day.

The fingerprint of a request is an HMAC under a key outside the database: the body holds sender details, and even a plain hash
of it could be tried against guesses.
"""

from __future__ import annotations

import hmac
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from moderation.errors import Invalid
from moderation.ports import Mark, Outcome
from moderation.storage.database import Database
from moderation.storage.tables import Idempotency
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import Status

ANSWER: Final = table_of(Idempotency)
# Built once: three doors ask this for every comment.
GIVEN: Final = select(ANSWER.c.fingerprint, ANSWER.c.response, ANSWER.c.expires_at).where(
    ANSWER.c.site_id == bindparam("site"), ANSWER.c.key == bindparam("key")
)


class KeyReused(Invalid):
    """this idempotency key was used for another request"""

    code = "idempotency_key_reused"
    hint = "use a new key for a new comment"


def find_answer(database: Database, site_id: str, mark: Mark, now: datetime) -> Outcome | None:
    """The answer that was given under this key, or None.

    Raises:
        KeyReused: the key was given with another body.
    """
    with database.reading() as session:
        row = session.connection().execute(GIVEN, {"site": site_id, "key": mark.key}).first()
    if row is None or row.expires_at <= now:
        return None
    if not hmac.compare_digest(row.fingerprint, mark.fingerprint):
        raise KeyReused
    return _outcome(row.response)


def _outcome(stored: dict[str, Any]) -> Outcome:
    known = {field.name for field in fields(Outcome)}
    values: dict[str, Any] = {name: value for name, value in stored.items() if name in known}
    values["status"] = Status(values["status"])
    values["grounds"], values["reasons"] = tuple(values["grounds"]), tuple(values["reasons"])
    values["replayed"] = True
    return Outcome(**values)
