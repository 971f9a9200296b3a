"""`moderation db`: bring the database to the schema of this release."""

from __future__ import annotations

import typer

from moderation.cli.output import give
from moderation.settings import load_settings

app = typer.Typer(help="Bring the database to this release.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    pass


@app.command()
def upgrade() -> None:
    """Make or change the tables, as the role of MODERATION_DATABASE_OWNER_URL if that is set. Safe to repeat."""
    from moderation.storage.database import open_engine
    from moderation.storage.migrate import current_revision, head_revision
    from moderation.storage.migrate import upgrade as upgrade_database

    settings = load_settings()
    engine = open_engine(settings.owner_database)
    before = current_revision(engine)
    engine.dispose()
    upgrade_database(settings.owner_database, runtime_url=settings.database_url)
    after = head_revision()
    give(f"the database is at {after}" + ("" if before == after else f" (was {before or 'empty'})"))


@app.command()
def status() -> None:
    """Say which schema the database has, and whether this release needs another one (exit code 1)."""
    from moderation.storage.database import open_engine
    from moderation.storage.migrate import current_revision, head_revision

    engine = open_engine(load_settings().database)
    now, needed = current_revision(engine), head_revision()
    engine.dispose()
    give(f"the database is at {now or 'nothing'}, this release needs {needed}")
    raise typer.Exit(0 if now == needed else 1)
