"""How the program's own log lines look: a line for people, a traceback without the values of variables.

The library's default shows every frame's variables where `rich` is installed, and those hold senders and comments.
"""

from __future__ import annotations

import structlog


def write_plain_lines() -> None:
    """Keep the library's lines and let tracebacks name places only."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])
