"""Which tables a statement reads whole, explained by the database itself.

On a filled table the planner chooses freely. Tables that are empty here need an index that could serve. What may be read whole is
named: tables that stay small whatever a site's traffic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from moderation.storage.database import Database

FILLED = {"comment", "revision", "review_case", "verdict", "author", "sender_record"}
SMALL = {
    "membership",
    "site",
    "user_account",
    "session",
    "job_lease",
    "log_head",
    "sign_in_link",
    "switch",
    "held_record",
}
DERIVED = {"", "CONSTANT", "s"}  # rows of a subquery, of no table, of the full-text index
EXPLAINED = re.compile(r"\s*(SELECT|UPDATE|DELETE|WITH)\b")
SCAN = re.compile(r"SCAN ([a-z]\w*)\b(?! VIRTUAL)", re.IGNORECASE)
WHOLE_SITE = re.compile(r"SEARCH (\w+) USING .*\(site_id=\?\)$")  # all that a site ever had


@contextmanager
def listening(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is sent meanwhile, with its parameters."""
    sent: list[tuple[str, Any]] = []

    def hear(_connection, _cursor, statement, parameters, _context, many) -> None:
        if EXPLAINED.match(statement) and not many:
            sent.append((statement, parameters))

    engine = database.engine
    event.listen(engine, "before_cursor_execute", hear)
    yield sent
    event.remove(engine, "before_cursor_execute", hear)


def whole_tables(database: Database, statement: str, parameters: Any) -> list[str]:
    """The tables that grow with the traffic and that the database would read whole for this statement."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            scans = {_real(statement, found[1]) for row in rows if (found := SCAN.match(row[3]))}
            sites = {_real(statement, found[1]) for row in rows if (found := WHOLE_SITE.match(row[3]))}
            return sorted((scans - SMALL - DERIVED) | (sites & FILLED))
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


def faults_of(database: Database, sent: Sequence[tuple[str, Any]]) -> list[str]:
    """The statements that read a big table whole, each once, with the table."""
    return sorted({f"{table}: {said}" for said, given in sent for table in whole_tables(database, said, given)})
