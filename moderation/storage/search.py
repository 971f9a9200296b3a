"""Full-text search in comments: FTS5 on SQLite, a tsvector index on PostgreSQL, the same words for both.

What this file decides
- All words must occur; the last one may be the beginning of a word. Signs mean nothing, so no input is a syntax error.
- Accents are folded on SQLite; both databases split text by Unicode's letters and know no language.
- SQLite finds the newest thousand matches of the site and filters those; PostgreSQL lets its planner choose.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from sqlalchemy import ColumnElement, func, literal_column, text

from moderation.storage.database import Database
from moderation.storage.queue_counts import COMMENT, REVISION

NEWEST: Final = 1000
MOST: Final = 20
DOCUMENT: Final = (
    "to_tsvector('simple'::regconfig, coalesce(revision.text, '') || ' ' || coalesce(revision.title, '') || ' ' || "
    "coalesce(revision.name, ''))"
)


def matches(database: Database, site_id: str, asked: str) -> ColumnElement[bool]:
    """The condition that a comment's newest wording holds these words; nothing is found without any word."""
    words = words_of(asked)
    if not words:
        return COMMENT.c.id == ""
    if database.is_sqlite:
        terms = " AND ".join(f'"{word}"' for word in words)
        query = f'site : "{site_id}" AND words : ({terms}*)'
        found = text(
            "SELECT m.comment_id FROM comment_fts s JOIN fts_map m ON m.id = s.rowid "
            "WHERE comment_fts MATCH :fts ORDER BY s.rowid DESC LIMIT :newest"
        ).bindparams(fts=query, newest=NEWEST)
        return COMMENT.c.id.in_(found.columns(COMMENT.c.id).scalar_subquery())
    asked_for = " & ".join([*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}':*"])
    document: ColumnElement[str] = literal_column(DOCUMENT)
    assert REVISION.name == "revision"
    return document.op("@@")(func.to_tsquery("simple", asked_for))


def words_of(asked: str) -> list[str]:
    """Runs of letters, marks and digits: a vowel sign of an Indic script belongs to its word."""
    kept = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in asked)
    return kept.split()[:MOST]
