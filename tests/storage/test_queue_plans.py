"""No page of the queue reads a whole big table: every statement that a page sends is explained by the database itself.

Comments, wordings, cases, verdicts and authors are filled with enough rows for an index to be the better way, and the planner
chooses freely. Tables that are empty here need an index that could serve. What may be read whole is named: tables that stay small
whatever a site's traffic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from moderation.vocabulary import Role
from tests.crowd import RARE, Crowd
from tests.web.newsroom import Newsroom, Page, open_newsroom

FILLED = {"comment", "revision", "review_case", "verdict", "author"}
SMALL = {"membership", "site", "user_account", "session", "job_lease", "log_head", "sign_in_link", "switch"}
DERIVED = {"", "CONSTANT", "s"}  # rows of a subquery, of no table, of the full-text index
COMMENTS = {True: 20_000, False: 100_000}  # PostgreSQL prefers whole tables for longer
WAITING = 5_000
EXPLAINED = re.compile(r"\s*(SELECT|UPDATE|DELETE|WITH)\b")
LISTS = [
    "list",
    "list?ground=spam",
    "list?section=section-3",
    "list?article=a-7",
    "list?author={author}",
    "list?language=kn",
    "list?cluster={cluster}",
    "list?score_from=0.4&score_to=0.5",
    "list?hours=2",
    "list?status=escalated",
    "list?status=published",
    "list?status=rejected&ground=spam",
    "list?status=rejected&by={person}",
    "list?status=all&author={author}",
    "list?status=all&article=a-7",
    f"list?status=all&words={RARE}",
    "list?status=all&words=council",
    f"list?status=published&words={RARE}",
    "list?words=council",
    "list?status=published&by=me",
    "list?status=all&sender={author}",
    "list?sender={author}",
    "list?group=article",
    "list?group=author",
    "list?group=cluster",
]


@pytest.fixture
def room(tmp_path: Path, empty_url: str) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path, empty_url)
    yield opened
    opened.world.close()


@contextmanager
def listening(room: Newsroom) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is sent meanwhile, with its parameters."""
    sent: list[tuple[str, Any]] = []

    def hear(_connection, _cursor, statement, parameters, _context, many) -> None:
        if EXPLAINED.match(statement) and not many:
            sent.append((statement, parameters))

    engine = room.database.engine
    event.listen(engine, "before_cursor_execute", hear)
    yield sent
    event.remove(engine, "before_cursor_execute", hear)


def whole_tables(room: Newsroom, statement: str, parameters: Any) -> list[str]:
    """The tables that grow with the traffic and that the database would read whole for this statement."""
    with room.database.engine.connect() as connection:
        if room.database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            scans = [re.match(r"SCAN (\w+)(?! VIRTUAL)", row[3]) for row in rows]
            return sorted({_real(statement, found.group(1)) for found in scans if found} - SMALL - DERIVED)
        free = set(_seq_scans(_plan(connection, statement, parameters))) & FILLED
        # An empty table is always read whole. Forbidden to do so, PostgreSQL does it only where no index can serve.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        forced = set(_seq_scans(_plan(connection, statement, parameters)))
        return sorted(free | (forced - SMALL))


def _plan(connection: Connection, statement: str, parameters: Any) -> dict[str, Any]:
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    found: list[dict[str, Any]] = plan if isinstance(plan, list) else json.loads(plan)
    return found[0]["Plan"]


def _real(statement: str, alias: str) -> str:
    """The table behind an alias of a statement; nothing when a subquery stands there, whose own tables are listed too."""
    if re.search(rf"\) AS {alias}\b", statement):
        return ""
    found = re.search(rf"(\w+) AS {alias}\b", statement)
    return found.group(1) if found else alias


def _seq_scans(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", []):
        yield from _seq_scans(child)


def test_no_page_of_the_queue_reads_a_big_table_whole(room: Newsroom) -> None:
    crowd = Crowd(room, COMMENTS[room.database.is_sqlite], WAITING)
    crowd.write()
    meera = room.browser(room.person(roles=[Role.MODERATOR, Role.EDITOR]))
    room.person("Tara Rao")
    with listening(room) as sent:
        page = meera.queue()
        assert page.case
        row = Page(meera.get("/s/gazette/list"))
        comment = re.search(r'/comments/(\w+)"', page.html).group(1)
        author = re.search(r"/authors/(\w+)", row.html).group(1)
        for path in LISTS:
            asked = path.format(author=author, cluster="c0", person=crowd.people[0])
            listed = Page(meera.get(f"/s/gazette/{asked}"))
            assert listed.status == 200, asked
            following = re.search(r'href="(/s/gazette/list\?[^"]*after=[^"]+)"', listed.html)
            if following:
                assert meera.get(following.group(1).replace("&amp;", "&")).status_code == 200
        for path in (f"comments/{comment}", f"authors/{author}", "opinions", f"queue?after={page.case}"):
            assert meera.get(f"/s/gazette/{path}").status_code == 200, path
        page = meera.queue()
        acts = [("publish", {}), ("reject", {"ground": "spam"}), ("skip", {})]
        for act, more in acts:
            page = meera.queue()
            answer = meera.post(f"/s/gazette/cases/{page.case}/{act}", {**page.form, "words": "seen", **more})
            assert answer.status_code == 303, act
        page = meera.queue()
        assert meera.post(page.undo, page.form).status_code == 303
        page = meera.queue()
        handed = {**page.form, "view": "publish", "note": "look"}
        assert meera.post(f"/s/gazette/cases/{page.case}/opinion", handed).status_code == 303
    assert len(sent) > 100
    faults = {}
    for statement, parameters in sent:
        for table in whole_tables(room, statement, parameters):
            faults[(table, statement)] = parameters
    assert not faults, "\n\n".join(f"{table}: {statement}" for table, statement in faults)


def test_the_test_would_see_a_whole_table(room: Newsroom) -> None:
    Crowd(room, 2000, 100).write()
    assert whole_tables(room, "SELECT count(*) FROM revision WHERE text LIKE '%x%'".replace("%", "%%"), ()) == [
        "revision"
    ]
