"""`moderation evidence`: the log, its proofs, the sender's address, readers' rights, and the register of requests."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from moderation.cli import evidence_rights
from moderation.cli.evidence_requests import authority_app, request_app
from moderation.cli.output import problem_of, say_problem
from moderation.settings import load_settings

if TYPE_CHECKING:
    from moderation.evidence.verify import LogReport

app = typer.Typer(
    help="Verify the log, explain addresses, answer requests, serve readers' rights.", no_args_is_help=True
)
log_app = typer.Typer(help="The log: verify, sign, anchor, copy.", no_args_is_help=True)
app.add_typer(log_app, name="log")
app.add_typer(request_app, name="request")
app.add_typer(authority_app, name="authority")
app.add_typer(evidence_rights.app, name="rights")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


@log_app.command(name="verify")
def verify(
    *,
    known: Path | None = typer.Option(None, "--known-checkpoint", help="A checkpoint that somebody else kept."),
    tiles: Path | None = typer.Option(None, "--tiles", help="A copy of the tiles from elsewhere."),
    as_json: bool = typer.Option(False, "--json", help="For programs."),
) -> None:
    """Read the whole log. 0: all fits. 1: something was changed, named. 2: too little could be checked."""
    try:
        report = _report(known, tiles)
    except Exception as error:
        if (problem := problem_of(error)) is None:
            raise
        say_problem(problem)
        raise typer.Exit(2) from None  # not 1: that would say that the log was changed
    if as_json:
        faults = [{"fault": f.fault, "first": f.first, "last": f.last, "words": f.words} for f in report.findings]
        told = {"rows": report.rows, "blanked": report.blanked, "checkpoints": report.checkpoints}
        _tell(json.dumps({**told, "root": report.root.hex(), "findings": faults, "gaps": list(report.gaps)}))
    else:
        for finding in report.findings:
            _tell(f"FAIL {finding.words}")
        for gap in report.gaps:
            _tell(f"???  {gap.replace('_', ' ')}")
        _tell(
            f"{report.rows} rows, {report.blanked} blanked, {report.checkpoints} checkpoints, root {report.root.hex()}"
        )
    raise typer.Exit(report.exit_code)


def _report(known: Path | None, tiles: Path | None) -> LogReport:
    from moderation.evidence.tiles import read_leaves
    from moderation.evidence.verify import verify_log
    from moderation.log_jobs import signer_of
    from moderation.storage.log import checkpoint_notes, log_rows
    from moderation.storage.migrate import open_current

    settings = load_settings()
    note = known.read_text(encoding="utf-8", errors="replace") if known else None
    leaves = read_leaves(tiles) if tiles else None
    database = open_current(settings.database)
    try:
        notes = [note for _, note in checkpoint_notes(database)]
        return verify_log(log_rows(database), notes, keys=[signer_of(settings).key], known=note, tiles=leaves)
    finally:
        database.close()


@log_app.command(name="checkpoint")
def checkpoint() -> None:
    """Sign the log now and print the newest checkpoint: keep it, publish it, print it in the newspaper."""
    from moderation.cli.vault_work import utc_now
    from moderation.log_jobs import signer_of
    from moderation.storage.checkpoints import make_checkpoint
    from moderation.storage.log import checkpoint_notes
    from moderation.storage.migrate import open_current

    settings = load_settings()
    database = open_current(settings.database)
    try:
        make_checkpoint(database, signer_of(settings), utc_now())
        notes = checkpoint_notes(database, newest=1)
    finally:
        database.close()
    if not notes:
        _tell("the log is empty")
        raise typer.Exit(2)
    sys.stdout.write(notes[-1][1])


@log_app.command(name="anchor")
def anchor(
    *,
    tsa: str = typer.Option(..., "--tsa", metavar="URL", help="A time-stamp authority (RFC 3161) over HTTP or HTTPS."),
    roots: list[Path] = typer.Option(..., "--roots", help="Root certificates of the authority (PEM)."),
) -> None:
    """Let an outside authority swear that the newest checkpoint exists; only its hash is sent."""
    from moderation.cli.time_stamp import fetch_stamp
    from moderation.cli.vault_work import utc_now
    from moderation.errors import NotFound
    from moderation.storage.checkpoints import keep_anchor
    from moderation.storage.ids import new_id
    from moderation.storage.log import checkpoint_notes
    from moderation.storage.migrate import open_current

    database = open_current(load_settings().database)
    try:
        notes = checkpoint_notes(database, newest=1)
        if not notes:
            raise NotFound("there is no checkpoint yet", hint="run `moderation evidence log checkpoint` first")
        size, note = notes[-1]
        reply, at = fetch_stamp(note, tsa, roots)
        keep_anchor(database, new_id(), size, "tsa", reply, utc_now())
    finally:
        database.close()
    _tell(f"the checkpoint over {size} lines existed at {at.isoformat()}")


@log_app.command(name="tiles")
def tiles(folder: Path = typer.Argument(..., metavar="DIR")) -> None:
    """Write the log's hashes as tiles into a folder that is copied to another machine."""
    from moderation.evidence.tiles import export
    from moderation.storage.log import leaf_hashes, log_size
    from moderation.storage.migrate import open_current

    database = open_current(load_settings().database)
    try:
        with database.reading() as session:
            count = export(leaf_hashes(session, 0, log_size(session)), folder)
    finally:
        database.close()
    _tell(f"wrote {count} tiles")


@app.command(name="ip-explain")
def ip_explain(
    *,
    peer: str = typer.Option(..., "--peer", metavar="ADDRESS[:PORT]", help="Who opened the connection."),
    xff: list[str] = typer.Option([], "--xff", help="A line of X-Forwarded-For."),
    forwarded: list[str] = typer.Option([], "--forwarded", help="A line of Forwarded (RFC 7239)."),
    client_port: str = typer.Option("", "--client-port", help="The proxy's X-Client-Port."),
    source: str = typer.Option("", "--source", help="As MODERATION_CLIENT_ADDRESS; by default what is set."),
    trusted: str = typer.Option("", "--trusted", help="As MODERATION_TRUSTED_PROXIES; by default what is set."),
    as_json: bool = typer.Option(False, "--json", help="For programs."),
) -> None:
    """Show how a sender's address would be derived from a connection and its headers."""
    from moderation.intake.address import derive, read_trust
    from moderation.intake.forwarded import read_node

    settings = load_settings()
    trust = read_trust(source or settings.client_address, trusted or settings.trusted_proxies)
    ip, port = read_node(peer)
    headers = [("x-forwarded-for", line) for line in xff] + [("forwarded", line) for line in forwarded]
    headers += [("x-client-port", client_port)] if client_port else []
    found = derive((ip, port or 0), headers, trust)
    told = {
        "address": found.ip, "port": found.port, "confidence": str(found.confidence), "peer": found.peer,
        "header": found.header, "note": found.note,
    }  # fmt: skip
    if as_json:
        _tell(json.dumps(told))
        return
    for name, value in told.items():
        _tell(f"{name:<11}{value if value not in (None, '') else '-'}")


@app.command(name="log-sealer")
def log_sealer(
    folder: Path = typer.Option(..., "--out", metavar="DIR", help="Where the sealed files lie."),
    *,
    name: str = typer.Option("access", "--name", help="The beginning of the files' names."),
    profile: str = typer.Option("IN", "--profile", help="Under whose law the lines are kept."),
) -> None:
    """Seal the lines of another program's log from a pipe; `moderation vault open-log` reads them."""
    from moderation.bootstrap import VAULT_KEY, EpochSource
    from moderation.cli.vault_work import utc_now
    from moderation.evidence.log_sealer import LogSealer
    from moderation.storage.migrate import open_current

    settings = load_settings()
    database = open_current(settings.database)
    source = EpochSource(database, time.monotonic, settings.secrets_dir / VAULT_KEY)
    sealer, count = None, 0
    try:
        for line in sys.stdin.buffer:
            sealer = sealer or LogSealer(folder, source(), name=name, profile=profile)
            sealer.use(source())
            count += sealer.write([line], utc_now())
    finally:
        if sealer:
            sealer.close()
        database.close()
    sys.stderr.write(f"sealed {count} lines\n")


@app.command(name="doctor")
def doctor(
    *,
    log: list[Path] = typer.Option([], "--log", help="An access log to look through."),
    nginx: list[Path] = typer.Option([], "--nginx", help="An nginx configuration to look through."),
) -> None:
    """Look for addresses that lie in clear beside the sealed ones. Exit code 1 when there are some."""
    from moderation.bootstrap import profiles_in_use
    from moderation.cli.vault_work import utc_now
    from moderation.evidence.clock import read_clock
    from moderation.evidence.keys import EpochKeys
    from moderation.evidence.leaks import leaking_lines, nginx_leaks
    from moderation.storage.epochs import read_epoch_rows
    from moderation.storage.migrate import open_current

    faults = []
    for path in log:
        with path.open(encoding="utf-8", errors="replace") as file:
            count = leaking_lines(file)
        if count:
            faults.append(
                f"`{path.name}` holds addresses in {count} lines: pipe it through `moderation evidence log-sealer`"
            )
    for path in nginx:
        faults += [f"`{path.name}`: {fault}" for fault in nginx_leaks(path.read_text(encoding="utf-8"))]
    database = open_current(load_settings().database)
    try:
        warning = EpochKeys.load(read_epoch_rows(database), profiles=profiles_in_use(database)).warning(utc_now())
    finally:
        database.close()
    faults += [warning] if warning else []
    for fault in faults:
        _tell(f"FAIL {fault}")
    _tell(f"clock: {read_clock()}")
    _tell("nothing leaks" if not faults else f"{len(faults)} faults")
    raise typer.Exit(1 if faults else 0)
