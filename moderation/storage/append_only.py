"""Triggers and grants that keep the log from being rewritten.

What this file decides
- UPDATE and DELETE on log tables fail on both databases, whoever asks. The one change that passes blanks a body together with
  `redacted_at`, since the leaf's hash stays and the log still verifies.
- A sealed sender record can only lose its ciphertext (`purged_at`), never change it.
- On PostgreSQL a runtime role that does not own the tables has no right to try.

`protect` is run at the end of every upgrade: Alembic's batch mode rebuilds tables on SQLite and drops triggers silently.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, text

FROZEN: Final = ("log_checkpoint", "log_anchor", "log_tile", "request_event", "lookup_log", "purge_run")
REFUSAL: Final = "the log is append-only"

_BLANKS_BODY: Final = (
    "NEW.idx = OLD.idx AND NEW.leaf_hash = OLD.leaf_hash AND NEW.type = OLD.type AND NEW.ref = OLD.ref"
    " AND NEW.site_id = OLD.site_id AND NEW.created_at = OLD.created_at"
    " AND NEW.body IS NULL AND OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL"
)
_PURGES: Final = (
    "NEW.id = OLD.id AND NEW.comment_id = OLD.comment_id AND NEW.revision = OLD.revision"
    " AND NEW.leaf_idx = OLD.leaf_idx AND NEW.created_at = OLD.created_at"
    " AND NEW.epoch_net = OLD.epoch_net AND NEW.epoch_ident = OLD.epoch_ident"
    " AND (NEW.ct_net IS NULL OR NEW.ct_net = OLD.ct_net)"
    " AND (NEW.ct_ident IS NULL OR NEW.ct_ident = OLD.ct_ident)"
)
_GROWS: Final = "NEW.size > OLD.size"

# table -> the condition under which an UPDATE passes; None lets none pass
RULES: Final[dict[str, str | None]] = {
    "log_entry": _BLANKS_BODY,
    "sender_record": _PURGES,
    "log_head": _GROWS,
    **dict.fromkeys(FROZEN),
}


def protect(connection: Connection) -> None:
    """Make (again) every trigger; safe to repeat."""
    make = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    there = set(inspect(connection).get_table_names())  # an upgrade may stop at an older revision
    for table, passes in ((name, rule) for name, rule in RULES.items() if name in there):
        for statement in make(table, passes):
            connection.execute(text(statement))


def _sqlite(table: str, passes: str | None) -> list[str]:
    when = f" WHEN NOT ({passes})" if passes else ""
    raise_ = f"SELECT RAISE(ABORT, '{REFUSAL}')"
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_update",
        f"DROP TRIGGER IF EXISTS {table}_no_delete",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}{when} BEGIN {raise_}; END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {raise_}; END",
    ]


def _postgresql(table: str, passes: str | None) -> list[str]:
    let_pass = f"IF TG_OP = 'UPDATE' AND ({passes}) THEN RETURN NEW; END IF;" if passes else ""
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$"
        f" BEGIN {let_pass} RAISE EXCEPTION '{REFUSAL}'; END $body$",
        f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def grant(connection: Connection, role: str) -> None:
    """Give the runtime role what it needs on PostgreSQL and no right to rewrite or to read ciphertext."""
    name = connection.dialect.identifier_preparer.quote(role)
    readable = "id, site_id, comment_id, revision, action, epoch_net, epoch_ident, leaf_idx, created_at, retain_until"
    there = set(inspect(connection).get_table_names())
    frozen = [name for name in FROZEN if name in there]
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON log_entry, log_head, {', '.join(frozen)} FROM {name}",
        f"GRANT UPDATE (body, redacted_at) ON log_entry TO {name}",
        f"GRANT UPDATE (size) ON log_head TO {name}",
        f"REVOKE ALL ON sender_record FROM {name}",
        f"GRANT INSERT ON sender_record TO {name}",
        f"GRANT SELECT ({readable}, retain_rule, purged_at) ON sender_record TO {name}",
    ]
    if "held_record" in there:
        statements += [
            f"REVOKE ALL ON held_record FROM {name}",
            f"GRANT INSERT, SELECT (keeper, record_id, carried_at, until), UPDATE (until) ON held_record TO {name}",
        ]
    for statement in statements:
        connection.execute(text(statement))
