"""Many comments at once, written as rows: for the bench and for the test that no page reads a whole table.

Two comments go through the real intake; others are copies of their rows with words, author, article, time and cluster of their
own, drawn with a fixed seed. Beyond some ten thousand the database doubles what it has, each copy with ids of its own. What is
written differs from the intake's work in that no log entry, sealed sender or text tag is kept: the queue's pages read none.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import func, insert, select

from moderation.storage.ids import id_at
from moderation.storage.tables import ArticleRow, AuthorRow, CaseRow, CommentRow, RevisionRow, VerdictRow
from moderation.storage.unit_of_work import table_of
from tests.quick_load import quick_load
from tests.web.newsroom import Newsroom

CHUNK = 5000
BASE = 50_000  # so many are written one by one; the rest is copied by the database
DAYS = 90
SYLLABLES = ("ka", "ro", "mi", "tan", "del", "vu", "sha", "per", "lo", "gin", "bre", "at", "su", "nor", "qui", "eth")
SECTIONS = [f"section-{n}" for n in range(12)]
GROUNDS = ["insulting", "abusive", "spam", "defamatory", "misleading", "personal"]
LANGUAGES = ["en", "en", "en", "en", "hi", "kn", "ml"]
OPENED = 10  # one comment in so many had a case that somebody decided
RARE, HITS = "zamindarbridge", 32  # a word, and in how many comments it is
COPIES = 37


class Crowd:
    """What to write: `comments` of one site, the newest `waiting` of them held with an open case."""

    def __init__(self, room: Newsroom, comments: int, waiting: int, *, seed: int = 7) -> None:
        self.room, self.doublings = room, max(0, (comments // BASE).bit_length())
        self.comments, self.waiting = comments >> self.doublings, waiting >> self.doublings
        self.random = random.Random(seed)
        self.words = ["".join(self.random.choices(SYLLABLES, k=self.random.randint(1, 4))) for _ in range(5000)]
        self.words[20] = "council"
        self.weights = list(accumulate(1 / (n + 1) for n in range(len(self.words))))
        self.people = [room.person(f"Moderator{n} Desk") for n in range(4)]
        self.now = datetime.now(UTC)
        self.started = self.now - timedelta(days=DAYS)
        self.authors = [id_at(self.started) for _ in range(max(20, comments // 25))]
        self.articles = [f"a-{n}" for n in range(max(10, comments // 500))]
        self.samples = self._samples()

    def write(self) -> None:
        """Write everything and let the database count what was filled, as its own maintenance would."""
        models = (AuthorRow, CommentRow, RevisionRow, CaseRow, VerdictRow)
        with quick_load(self.room.database, [table_of(model) for model in models]):
            self._insert(ArticleRow, [self._article(one) for one in self.articles])
            self._insert(AuthorRow, [self._author(one, n) for n, one in enumerate(self.authors)])
            for start in range(0, self.comments, CHUNK):
                rows = list(self._rows(range(start, min(start + CHUNK, self.comments))))
                for at, model in enumerate((CommentRow, RevisionRow, CaseRow, VerdictRow)):
                    self._insert(model, [row[at] for row in rows if row[at] is not None])
            for step in range(self.doublings):
                for model in (ArticleRow, *models):
                    self._double(model, step)

    def _double(self, model: type, step: int) -> None:
        """Copy all rows; the copies' ids are one letter longer, so that they stay in the order of time."""
        table = table_of(model)
        changed = {}
        for column in table.columns:
            if column.name in {"id", "comment_id", "author_id", "case_id"} and model is not ArticleRow:
                changed[column.name] = column + chr(ord("a") + step)
            elif column.name in {"article_id", "external_id", "identity", "cluster"} or column is table.c.get("id"):
                room_left = func.substr(column, 1, 30) if column.name == "cluster" else column
                changed[column.name] = room_left + f"-{step}"
        if "status_token_hash" in table.c:
            changed["status_token_hash"] = changed["id"]
        copied = select(*(changed.get(column.name, column) for column in table.columns))
        with self.room.database.writing() as session:
            session.execute(insert(table).from_select(list(table.columns.keys()), copied))

    def _samples(self) -> dict[type, dict[str, Any]]:
        held, published = self.room.held()[0], self.room.comment("A fair report, thank you.")
        del published
        found: dict[type, dict[str, Any]] = {}
        with self.room.database.reading() as session:
            for model, where in ((CommentRow, "id"), (RevisionRow, "comment_id"), (CaseRow, "comment_id")):
                table = table_of(model)
                query = table.select().where(table.c[where] == held)
                found[model] = dict(session.execute(query).mappings().one())
            for model in (AuthorRow, ArticleRow):
                found[model] = dict(session.execute(table_of(model).select().limit(1)).mappings().one())
        return found

    def _rows(self, numbers: range) -> Iterator[tuple[dict[str, Any] | None, ...]]:
        for n in numbers:
            at = self.started + timedelta(days=DAYS) * (n / self.comments)
            comment = id_at(at)
            open_now = n >= self.comments - self.waiting
            decided = not open_now and n % OPENED == 0
            person, author = self.people[n % len(self.people)], self.random.choice(self.authors)
            article, ground = self.random.choice(self.articles), self.random.choice(GROUNDS)
            cluster = f"c{n // COPIES}" if n // COPIES % 50 == 0 else f"only-{n}"
            common = {"article_id": article, "author_id": author, "cluster": cluster}
            status = "held" if open_now else "rejected" if decided else "published"
            row = {
                **self.samples[CommentRow], **common, "id": comment, "status": status, "latest_status": status,
                "status_token_hash": comment, "received_at": at, "updated_at": at, "parent_id": None,
                "external_id": f"x-{n}", "grounds": [ground] if status != "published" else [],
            }  # fmt: skip
            name = f"Reader {author[-6:]}"
            wording = {
                **self.samples[RevisionRow], "comment_id": comment, "text": self._text(n, cluster), "name": name,
                "language": self.random.choice(LANGUAGES), "created_at": at, "judged_at": at,
            }  # fmt: skip
            case = verdict = None
            if open_now or decided:
                case = self._case(comment, at, {**common, "ground": ground, "grounds": [ground]}, open_now=open_now)
                if decided:
                    case.update(state="decided", decided_at=at + timedelta(hours=1), decided_by=person)
                    verdict = _verdict(case, ground)
            yield row, wording, case, verdict

    def _case(self, comment: str, at: datetime, more: dict[str, Any], *, open_now: bool) -> dict[str, Any]:
        due = self.now + timedelta(minutes=self.random.randint(-600, 6000)) if open_now else at + timedelta(hours=4)
        section = SECTIONS[hash_of(more["article_id"]) % len(SECTIONS)]
        return {
            **self.samples[CaseRow], **more, "id": id_at(at), "comment_id": comment, "opened_at": at, "due_at": due,
            "section": section, "severity": self.random.choice((0, 1, 1, 2)), "score": self.random.random(),
            "language": self.random.choice(LANGUAGES), "leased_by": None, "leased_until": None,
        }  # fmt: skip

    def _text(self, n: int, cluster: str) -> str:
        if not cluster.startswith("only"):
            return f"Earn money from home today, ask wave {cluster}"
        words = self.random.choices(self.words, cum_weights=self.weights, k=self.random.randint(8, 60))
        if n % max(1, self.comments // max(1, HITS >> self.doublings)) == 0:
            words.append(RARE)
        return " ".join(words)

    def _author(self, author: str, n: int) -> dict[str, Any]:
        return {
            **self.samples[AuthorRow],
            "id": author,
            "identity": f"crowd-{n}",
            "email_tag": None,
            "name": f"Reader {n}",
        }

    def _article(self, article: str) -> dict[str, Any]:
        section = SECTIONS[hash_of(article) % len(SECTIONS)]
        return {**self.samples[ArticleRow], "id": article, "title": f"Article {article}", "section": section}

    def _insert(self, model: type, rows: list[dict[str, Any]]) -> None:
        known = {"a-1"} if model is ArticleRow else set()
        rows = [row for row in rows if row.get("id") not in known]
        if rows:
            with self.room.database.writing() as session:
                session.execute(insert(table_of(model)), rows)


def hash_of(name: str) -> int:
    """A number that is the same in every process."""
    return sum(name.encode())


def _verdict(case: dict[str, Any], ground: str) -> dict[str, Any]:
    return {
        "id": id_at(case["decided_at"]), "site_id": case["site_id"], "case_id": case["id"],
        "comment_id": case["comment_id"], "revision": case["revision"], "action": "reject", "ground": ground,
        "before": {"status": "held", "grounds": [], "reasons": [], "published_revision": None, "case_state": "open"},
        "by_user": case["decided_by"], "at": case["decided_at"], "settles_at": case["decided_at"],
    }  # fmt: skip
