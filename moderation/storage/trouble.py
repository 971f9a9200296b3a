"""What a database's own error means for whoever runs a command: no room, no right, not there.

What this file decides
- Only the driver's first line is told: it names the trouble and never the values of a statement.
- What is not about room, rights, reach or a damaged file is a fault of ours, and stays an internal error.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, OperationalError

from moderation.errors import Unavailable

SQLITE: Final = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    }
)
REFUSALS: Final = frozenset({"42501", "25006"})  # SQLSTATE: no right to do this; the session may only read


class DatabaseUnusable(Unavailable):
    """the database cannot be used"""

    code = "database_unusable"
    hint = "look at the room on its disk, at its owner and whether it runs, then try again"


def trouble_of(error: Exception) -> DatabaseUnusable | None:
    """Name the trouble; None when the error is another one."""
    origin = error.orig if isinstance(error, DBAPIError) else error  # while it connects nobody wraps the driver's error
    if isinstance(origin, sqlite3.Error):
        ours = getattr(origin, "sqlite_errorcode", 0) & 0xFF not in SQLITE
    else:
        refused = getattr(origin, "sqlstate", None) in REFUSALS
        ours = not (refused or isinstance(error, OperationalError))
    first = str(origin).strip().partition("\n")[0]
    return None if ours else DatabaseUnusable(f"the database cannot be used: `{first}`")
