"""`moderation vault`: the private halves. Run it on the vault's machine; the server never does."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import typer

from moderation.settings import load_settings

app = typer.Typer(help="Mint, guard and destroy the keys that open sealed senders.", no_args_is_help=True)
IDENTITY = typer.Option(
    [], "--identity", help="A custodian's key file; as many as shares are needed. None in solo mode."
)
SITE = typer.Option(..., "--site", metavar="SITE", help="Short name of the site.")
ACTOR = typer.Option(..., "--as", metavar="EMAIL", help="Who acts; the log names this person.")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


@app.command()
def init(
    *,
    custodian: list[str] = typer.Option([], "--custodian", help="NAME=PUBLIC; none means solo mode."),
    needed: int = typer.Option(2, "--needed", help="How many custodians must come together."),
) -> None:
    """Make the vault. Without custodians one office holds it (solo mode), and every certificate says so."""
    from moderation.cli import vault_work as work

    settings = load_settings()
    vault = work.vault_of(settings)
    people = dict(work.parse_custodian(one) for one in custodian)
    state = vault.init(work.utc_now(), custodians=people, needed=needed)
    work.pin(settings, vault)
    if state.solo:
        _tell("the vault is ready, in solo mode: whoever has `kek.key` and `vault.json` opens everything")
        _tell("keep a copy of `kek.key` apart from every copy of `vault.json`, for example on paper in a safe")
    else:
        _tell(f"the vault is ready: {state.needed} of {len(state.custodians)} custodians open it")


@app.command(name="custodian-key")
def custodian_key(path: Path = typer.Argument(..., metavar="FILE")) -> None:
    """Make a custodian's own key; FILE stays with the person, the printed public half goes into `vault init`."""
    from moderation.evidence.seal import Suite, new_pair
    from moderation.evidence.secret_files import create_once

    private, public = new_pair(Suite.X25519_CHACHA20)
    if create_once(path.absolute(), private) != private:
        _tell("this file exists already; it was left as it is")
        raise typer.Exit(1)
    _tell(public.hex())


@app.command()
def mint(*, days: int = typer.Option(35, "--days", min=1, max=400, help="How many days ahead.")) -> None:
    """Make the missing keys for the days ahead. Let a timer run it daily; no custodian is needed."""
    from moderation.cli import vault_work as work

    settings = load_settings()
    made = work.mint_for_sites(settings, days, work.utc_now())
    work.pin(settings, work.vault_of(settings))
    _tell(f"minted {len(made)} keys; the last day is {work.vault_of(settings).status(work.utc_now()).last_day}")


@app.command()
def status(*, as_json: bool = typer.Option(False, "--json", help="For programs.")) -> None:
    """Say what the vault holds, without opening anything. Exit code 1 when keys are overdue or run out."""
    from moderation.cli import vault_work as work

    now = work.utc_now()
    found = work.vault_of(load_settings()).status(now)
    left = (found.last_day >= now.date().isoformat()) and not found.overdue
    if as_json:
        _tell(json.dumps(asdict(found), default=str))
    else:
        mode = "solo" if found.solo else f"{found.needed} of {len(found.custodians)}: {', '.join(found.custodians)}"
        _tell(f"mode      {mode}\nkek       {found.kek_id}, rotated {found.rotated_at:%Y-%m-%d}")
        _tell(f"keys      {found.epochs}, the last day is {found.last_day or 'none'}")
        _tell(f"holds     {', '.join(found.holds) or 'none'}\noverdue   {', '.join(found.overdue) or 'none'}")
    raise typer.Exit(0 if left else 1)


@app.command()
def drill(*, identity: list[Path] = IDENTITY) -> None:
    """Prove that everything could be opened today: unwrap each key and compare it with its public half."""
    from moderation.cli import vault_work as work

    vault = work.vault_of(load_settings())
    count = vault.drill(work.read_shares(vault, identity))
    _tell(f"all {count} keys open")


@app.command()
def rotate(*, identity: list[Path] = IDENTITY) -> None:
    """Monthly: a new key over all keys, new shares. From now on old copies of the vault open nothing."""
    from moderation.cli import vault_work as work

    kek, carried = work.rotate(load_settings(), work.utc_now(), identity)
    _tell(f"rotated to {kek}; carried over {carried} records; destroy old copies of `kek.key` and old shares")


@app.command()
def shred(*, identity: list[Path] = IDENTITY) -> None:
    """Daily: destroy the keys whose time is over and purge what they closed. Exit code 1 when a hold keeps a key."""
    from moderation.cli import vault_work as work

    report, carried, purged = work.shred(load_settings(), work.utc_now(), identity)
    _tell(f"destroyed {len(report.destroyed)} keys, purged {purged} records, carried over {carried}")
    for name in report.refused:
        _tell(f"kept {name}: held records rest on it; run `moderation vault rotate`")
    raise typer.Exit(1 if report.refused else 0)


@app.command()
def run(
    *,
    once: bool = typer.Option(False, "--once", help="One round, for a timer. Exit code 1 when a job failed or waits."),
    every: int = typer.Option(3600, "--every", min=1, help="Seconds between two rounds."),
) -> None:
    """Keep the vault's calendar: mint, shred and, in solo mode, rotate when each is due. Run it apart from the server."""
    import signal
    import threading
    import uuid

    from moderation.cli import vault_work as work
    from moderation.cli.output import say
    from moderation.cli.vault_run import Told, VaultRounds, keep_rounds

    rounds = VaultRounds(load_settings(), uuid.uuid4().hex)
    failed = []

    def tell(one: Told) -> None:
        say(f"{'FAIL' if one.failed else 'done'} {one.job}: {one.words}")
        failed.append(one.failed)

    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    wait = (lambda _seconds: True) if once else stopping.wait
    keep_rounds(rounds, clock=work.utc_now, wait=wait, every=every, tell=tell)
    raise typer.Exit(1 if once and any(failed) else 0)


@app.command()
def approve(
    request: str = typer.Argument(..., metavar="REQUEST"),
    *,
    site: str = SITE,
    actor: str = ACTOR,
    scope: str = typer.Option(
        ..., "--scope", help="The scope's hash, as `moderation evidence request show` prints it."
    ),
    identity: Path | None = typer.Option(None, "--identity", help="Your custodian's key file; none in solo mode."),
) -> None:
    """Say yes to one scope; a custodian hands in the share for it at the same time."""
    from moderation.access.permissions import Permission
    from moderation.cli import vault_work as work
    from moderation.evidence.secret_files import read
    from moderation.evidence.vault_open import hand_in
    from moderation.legal_desk import LegalDesk

    settings = load_settings()
    database = work.owner_database(settings)
    try:
        who = work.person_at(database, site, actor, Permission.REQUEST_APPROVE)
        custodian, share = "", None
        if identity is not None:
            state = work.vault_of(settings).state()
            custodian, share = hand_in(state, read(identity), request_id=request, scope_hash=scope)
        desk = LegalDesk(work.book_of(settings, database), work.utc_now)
        desk.approve(site, request, who, seen_scope=scope, share=share, custodian=custodian)
    finally:
        database.close()
    _tell(f"{request} is approved for 72 hours, for this scope only")


@app.command()
def produce(
    request: str = typer.Argument(..., metavar="REQUEST"),
    *,
    site: str = SITE,
    actor: str = ACTOR,
    out: Path = typer.Option(
        ..., "--out", metavar="DIR", help="The folder that the package becomes; it must not exist."
    ),
    identity: list[Path] = IDENTITY,
    tsa: str = typer.Option("", "--tsa", metavar="URL", help="Let this authority (RFC 3161) stamp the checkpoint."),
    roots: list[Path] = typer.Option([], "--roots", help="With --tsa: root certificates of the authority (PEM)."),
) -> None:
    """Open what an approved request asks for and write the package. Each look-up is in the log first."""
    from moderation.cli import vault_work as work
    from moderation.cli.time_stamp import fetch_stamp

    stamp = (lambda checkpoint: fetch_stamp(checkpoint, tsa, roots)[0]) if tsa else None
    made = work.produce(load_settings(), site, request, actor, out, identity, stamp=stamp)
    _tell(f"{made.id}: {made.records} records, fields {', '.join(made.fields) or 'none'}")
    _tell(f"manifest {made.manifest_sha256}")


@app.command()
def search(
    request: str = typer.Argument(..., metavar="REQUEST"),
    *,
    site: str = SITE,
    actor: str = ACTOR,
    identity: list[Path] = IDENTITY,
    as_json: bool = typer.Option(False, "--json", help="For programs."),
) -> None:
    """Find the comments of the addresses that an approved request names: one id a line. Exit code 1: records are damaged."""
    from moderation.cli import vault_work as work
    from moderation.cli.output import ProgressBar
    from moderation.searching import comments_of

    bar = ProgressBar("records")
    found = work.search(load_settings(), site, request, actor, identity, bar.show)
    bar.end()
    damaged = [name for _, one in found for name in one.damaged]
    opened, closed = sum(one.opened for _, one in found), sum(one.closed for _, one in found)
    comments = comments_of([one for _, one in found])
    if as_json:
        _tell(json.dumps({"comments": comments, "opened": opened, "closed": closed, "damaged": damaged}))
    else:
        for comment in comments:
            _tell(comment)
        gone = f"; {closed} stay closed, for their keys are gone" if closed else ""
        sys.stderr.write(f"comments found: {len(comments)}; records opened: {opened}{gone}\n")
    for name in damaged:
        sys.stderr.write(f"record {name} does not open in its place: run `moderation evidence log verify`\n")
    raise typer.Exit(1 if damaged else 0)


@app.command()
def release(request: str = typer.Argument(..., metavar="REQUEST"), *, site: str = SITE, actor: str = ACTOR) -> None:
    """End a hold: its second ciphertexts go and its keys are destroyed."""
    from moderation.cli import vault_work as work

    gone = work.release(load_settings(), site, request, actor, work.utc_now())
    _tell(f"released; destroyed {len(gone)} keys")


@app.command(name="open-log")
def open_log(path: Path = typer.Argument(..., metavar="FILE"), *, identity: list[Path] = IDENTITY) -> None:
    """Read a file that `moderation evidence log-sealer` wrote."""
    from moderation.cli import vault_work as work
    from moderation.evidence.log_sealer import open_file

    vault = work.vault_of(load_settings())
    opened = vault.unlock(work.read_shares(vault, identity))
    for line in open_file(path, opened):
        sys.stdout.buffer.write(line + b"\n")
