"""`moderation restore`: put an encrypted copy into an empty place.

What this file decides
- Everything is read to the end, opened and counted beside its place before anything appears in it.
- A place that holds anything is refused. Only names that `backup` writes are taken from the archive.
- A copy of an earlier release is brought to this one; the log's triggers stand again afterwards.
"""

from __future__ import annotations

import json
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer

from moderation.cli.backup import MANIFEST
from moderation.cli.output import give, say
from moderation.cli.passphrase import read_passphrase
from moderation.errors import Invalid
from moderation.settings import Settings, load_settings

app = typer.Typer()

SAFE: Final = re.compile(r"manifest\.json|database\.sqlite|tables/\w+\.jsonl|(data|policies)/[\w.@+-]+(/[\w.@+-]+)*")


class WrongKind(Invalid):
    """this copy fills another kind of database"""

    code = "wrong_kind"
    hint = "a copy of a SQLite file fills a SQLite file: leave `MODERATION_DATABASE_URL` empty"


@app.command()
def restore(
    file: Path = typer.Argument(..., metavar="FILE", help="What `moderation backup` wrote."),
    *,
    passphrase_file: Path | None = typer.Option(
        None, "--passphrase-file", metavar="FILE", help="Else it is asked for."
    ),
) -> None:
    """Put an encrypted copy into an empty place: MODERATION_DATA_DIR, and the database if it is PostgreSQL.

    The vault and the secrets come back from their own copies, which are kept apart.
    """
    settings = load_settings()
    refuse_full(settings)
    passphrase = read_passphrase(passphrase_file, twice=False)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as name:
        spool = Path(name)
        manifest = unpack(file, passphrase, spool)
        fill_database(settings, manifest, spool)
        for source in _files_under(spool / "data"):
            _put(source, settings.data_dir / source.relative_to(spool / "data"))
        policies = settings.policies_dir or settings.data_dir / "policies"
        for source in _files_under(spool / "policies"):
            _put(source, policies / source.name)
    comments = manifest["counts"].get("comment", 0)
    give(
        f"restored the copy of {manifest['made_at']}: {comments} comments, {manifest['counts']['log_entry']} log entries"
    )
    say(f"Put `{settings.secrets_dir}` and `{settings.vault_dir}` back from their own copies, which are kept apart.")
    say("Without that `secrets` no e-mail address and no callback secret opens; without that vault no sender does.")


def refuse_full(settings: Settings) -> None:
    """Make sure that nothing is overwritten.

    Raises:
        NotEmpty: there is a database.
    """
    from moderation.storage import copies

    path = copies.sqlite_path(settings.database)
    if path is None:
        copies.refuse_filled(settings.owner_database)
    elif path.exists():
        raise copies.NotEmpty(f"`{path}` exists")


def unpack(file: Path, passphrase: str, spool: Path) -> dict[str, Any]:
    """Open the copy into a folder, to its end, and give its manifest.

    Raises:
        NoSealedFile, WillNotOpenFile: it is none, or it does not open.
        CopyDamaged: it holds what no copy holds.
    """
    from moderation.cli.sealed_file import NoSealedFile, SealedReader
    from moderation.storage.copies import CopyDamaged

    try:
        with file.open("rb") as raw, SealedReader(raw, passphrase) as sealed:
            with tarfile.open(fileobj=sealed, mode="r|gz") as archive:
                for entry in archive:
                    _unpack_one(archive, entry, spool)
            while sealed.read(1 << 20):
                pass
        manifest: dict[str, Any] = json.loads((spool / MANIFEST).read_bytes())
    except (tarfile.TarError, EOFError, ValueError):
        raise CopyDamaged from None
    except OSError as problem:
        raise NoSealedFile(f"`{file}` cannot be read: {problem.strerror}") from None
    return manifest


def _unpack_one(archive: tarfile.TarFile, entry: tarfile.TarInfo, spool: Path) -> None:
    from moderation.storage.copies import CopyDamaged

    if not entry.isfile() or not SAFE.fullmatch(entry.name) or ".." in entry.name.split("/"):
        raise CopyDamaged("the copy holds a name that no copy holds")
    target, content = spool / entry.name, archive.extractfile(entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    assert content is not None
    with target.open("wb") as out:
        shutil.copyfileobj(content, out)


def fill_database(settings: Settings, manifest: dict[str, Any], spool: Path) -> None:
    """Fill the empty database.

    Raises:
        CopyDamaged: a table has not as many rows as the copy says.
        WrongKind: a SQLite file cannot fill PostgreSQL.
    """
    from moderation.storage import copies
    from moderation.storage.migrate import upgrade

    path = copies.sqlite_path(settings.database)
    if manifest["kind"] == "sqlite":
        if path is None:
            raise WrongKind
        made = spool / "database.sqlite"
        copies.check_sqlite(made)
    else:
        made = spool / "filled.sqlite"
    url = f"sqlite:///{made.absolute()}" if path is not None else settings.owner_database
    if manifest["kind"] == "rows":
        upgrade(url, revision=manifest["schema"])
        _fill_rows(url, spool)
    upgrade(url, runtime_url="" if path is not None else settings.database_url)
    found = copies.count_rows(url)
    if any(found.get(name) != count for name, count in manifest["counts"].items()):
        raise copies.CopyDamaged
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made.rename(path)


def _fill_rows(url: str, spool: Path) -> None:
    from moderation.storage import copies

    with copies.filling(url) as connection:
        for name in copies.table_names():
            table = spool / "tables" / f"{name}.jsonl"
            if table.exists():
                with table.open(encoding="utf-8", newline="\n") as lines:
                    copies.load_table(connection, name, lines)


def _files_under(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not target.exists():
        source.rename(target)
