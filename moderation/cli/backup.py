"""`moderation backup`: an encrypted copy of the database and the data folder, written while the service runs.

What this file decides
- In the copy are the database, imported models and whatever else lies in the data folder, and the operator's own policies.
- The vault and the folder of secrets are not: who holds the copy and its passphrase still reads no sender and no address.
- The file appears under its name only when it is whole.
"""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from moderation.cli.output import give, say
from moderation.cli.passphrase import read_passphrase
from moderation.errors import Invalid
from moderation.settings import Settings, load_settings

if TYPE_CHECKING:
    from typing import BinaryIO

app = typer.Typer()

MANIFEST: Final = "manifest.json"
APART: Final = "The vault and the folder of secrets are not in it: keep copies of them apart, each in another place."


class FileThere(Invalid):
    """the file exists"""

    code = "file_there"
    hint = "give another name; a copy is never overwritten"


@app.command()
def backup(
    file: Path = typer.Argument(..., metavar="FILE", help="Where to write the copy."),
    *,
    passphrase_file: Path | None = typer.Option(
        None, "--passphrase-file", metavar="FILE", help="Else it is asked for."
    ),
) -> None:
    """Write an encrypted copy of the database and the data folder while the service runs.

    The vault and the secrets are not in it. They are kept apart: who holds this copy and its passphrase reads what
    readers published, and neither e-mail addresses nor where comments came from.
    """
    if file.exists():
        raise FileThere(f"`{file}` exists")
    settings = load_settings()
    passphrase = read_passphrase(passphrase_file, twice=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            write_backup(settings, passphrase, out)
            out.flush()
            os.fsync(out.fileno())
        beside.rename(file)
    finally:
        beside.unlink(missing_ok=True)
    give(f"wrote {file} ({file.stat().st_size:,} bytes)")
    say(APART)


def write_backup(settings: Settings, passphrase: str, out: BinaryIO) -> None:
    """Write the sealed archive."""
    from moderation.cli.sealed_file import SealingWriter
    from moderation.storage.migrate import open_current

    open_current(settings.database).close()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        SealingWriter(out, passphrase) as sealed,
        tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".backup-") as spool,
        tarfile.open(fileobj=sealed, mode="w|gz", format=tarfile.PAX_FORMAT) as archive,
    ):
        _add_database(settings, archive, Path(spool))
        for name, path in data_files(settings):
            archive.add(path, arcname=name, recursive=False)


def _add_database(settings: Settings, archive: tarfile.TarFile, spool: Path) -> None:
    from moderation.storage import copies

    source = copies.sqlite_path(settings.database)
    if source is not None:
        target = spool / "database.sqlite"
        copies.copy_sqlite(source, target)
        counts = copies.count_rows(f"sqlite:///{target.absolute()}")
        _add_manifest(archive, {"kind": "sqlite", "counts": counts})
        archive.add(target, arcname="database.sqlite")
        return
    counts = {}
    with copies.snapshot(settings.owner_database) as connection:
        for name in copies.table_names():
            with (spool / name).open("w", encoding="utf-8") as table:
                counts[name] = sum(table.write(row + "\n") > 0 for row in copies.dump_table(connection, name))
    _add_manifest(archive, {"kind": "rows", "counts": counts})
    for name in counts:
        archive.add(spool / name, arcname=f"tables/{name}.jsonl")


def _add_manifest(archive: tarfile.TarFile, told: dict[str, Any]) -> None:
    from moderation import __version__
    from moderation.storage.migrate import head_revision

    made = datetime.now(UTC).isoformat(timespec="seconds")
    body = json.dumps({**told, "made_at": made, "version": __version__, "schema": head_revision()}).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(body)
    archive.addfile(entry, BytesIO(body))


def data_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """What else belongs to a copy: the data folder without the database, and the operator's own policies."""
    from moderation.storage import copies

    database = copies.sqlite_path(settings.database)
    apart = [folder.resolve() for folder in (settings.secrets_dir, settings.vault_dir)]
    for path in sorted(settings.data_dir.rglob("*")):
        own = database is not None and path.name.startswith(database.name)
        hidden = any(part.startswith(".") for part in path.relative_to(settings.data_dir).parts)
        if not path.is_file() or path.is_symlink() or own or hidden:
            continue
        if not any(path.resolve().is_relative_to(folder) for folder in apart):
            yield f"data/{path.relative_to(settings.data_dir)}", path
    if settings.policies_dir:
        for path in sorted(settings.policies_dir.glob("*.yaml")):
            yield f"policies/{path.name}", path
