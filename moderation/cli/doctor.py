"""`moderation doctor`: look at everything that can be wrong, and say what to do about it.

What this file decides is the order of the looks and what each finding means for the exit code: a fault is 1, a warning is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from moderation.cli.output import give, give_json
from moderation.settings import load_settings

app = typer.Typer()


@app.command()
def doctor(*, as_json: bool = typer.Option(False, "--json", help="One JSON array of findings.")) -> None:
    """Look at database, keys, policies, model, disk, clock and proxies. Exit code 1 when something is wrong."""
    from moderation.cli.doctor_looks import LOOKS, Finding, State

    def findings() -> Iterator[Finding]:
        settings = load_settings()
        for name, look in LOOKS:
            try:
                yield look(settings)
            except Exception as problem:  # noqa: BLE001 - one broken look must not hide the others
                hint = getattr(problem, "hint", "") or "see the other lines first"
                said = getattr(problem, "message", "") or type(problem).__name__
                yield Finding(name, State.WRONG, said, hint)

    found = []
    for finding in findings():
        found.append(finding)
        if not as_json:
            give(f"{finding.state.value:<8} {finding.name:<15} {finding.detail}")
            if finding.hint:
                give(f"{'':<24} -> {finding.hint}")
    if as_json:
        rows: list[dict[str, Any]] = [
            {"name": f.name, "state": f.state.value, "detail": f.detail, "hint": f.hint} for f in found
        ]
        give_json(rows)
    raise typer.Exit(1 if any(finding.state is State.WRONG for finding in found) else 0)
