"""`moderation evidence request|authority`: the register, for an office without a browser."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from moderation.evidence.profile import RequestType
from moderation.evidence.request import AuthorityKind, Rejection
from moderation.evidence.sender import SenderField
from moderation.settings import load_settings

if TYPE_CHECKING:
    from moderation.access.permissions import Permission
    from moderation.evidence.request import AddressTarget
    from moderation.legal_desk import LegalDesk

request_app = typer.Typer(help="Lawful requests: enter, submit, hold, reject, show.", no_args_is_help=True)
authority_app = typer.Typer(help="Authorities and their call-back.", no_args_is_help=True)
SITE = typer.Option(..., "--site", metavar="SITE", help="Short name of the site.")
ACTOR = typer.Option(..., "--as", metavar="EMAIL", help="Who acts; the log names this person.")
REQUEST = typer.Argument(..., metavar="REQUEST")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


@contextmanager
def _desk(site: str, actor: str, permission: Permission) -> Iterator[tuple[LegalDesk, str]]:
    from moderation.cli.vault_work import book_of, person_at, utc_now
    from moderation.legal_desk import LegalDesk
    from moderation.storage.migrate import open_current

    settings = load_settings()
    database = open_current(settings.database)
    try:
        yield LegalDesk(book_of(settings, database), utc_now), person_at(database, site, actor, permission)
    finally:
        database.close()


@authority_app.command(name="add")
def add_authority(
    name: str = typer.Argument(..., metavar="NAME"),
    *,
    site: str = SITE,
    actor: str = ACTOR,
    country: str = typer.Option("IN", "--country"),
    kind: AuthorityKind = typer.Option(..., "--kind"),
    number: str = typer.Option(..., "--number", help="The number to call back."),
    source: str = typer.Option(..., "--source", help="Where the number was found: never in the letter."),
) -> None:
    """Enter an authority. It counts for nothing until it is called back."""
    from moderation.access.permissions import Permission
    from moderation.cli.vault_work import utc_now
    from moderation.evidence.request import Authority

    with _desk(site, actor, Permission.REQUEST_ENTER) as (desk, who):
        made = desk.book.add_authority(site, Authority("", country, kind, name, number, source), who, utc_now())
    _tell(made)


@authority_app.command(name="verify")
def verify_authority(
    authority: str = typer.Argument(..., metavar="AUTHORITY"), *, site: str = SITE, actor: str = ACTOR
) -> None:
    """Note that the authority was called back and confirmed its letter."""
    from moderation.access.permissions import Permission
    from moderation.cli.vault_work import utc_now

    with _desk(site, actor, Permission.REQUEST_ENTER) as (desk, who):
        desk.book.verify_authority(site, authority, who, utc_now())
    _tell("verified for a year")


@request_app.command(name="new")
def new(
    *,
    site: str = SITE,
    actor: str = ACTOR,
    authority: str = typer.Option(..., "--authority"),
    kind: RequestType = typer.Option(RequestType.INFORMATION_ORDER, "--type"),
    basis: str = typer.Option(..., "--basis", help="An id of the catalogue, such as IN-BNSS-94."),
    officer: str = typer.Option(..., "--officer", help="The name that signed."),
    rank: str = typer.Option(..., "--rank", help="The rank that signed, such as inspector."),
    element: list[str] = typer.Option([], "--element", help="What the letter holds, such as written_order."),
    comment: list[str] = typer.Option([], "--comment", help="A comment's id."),
    field: list[SenderField] = typer.Option([], "--field", help="A field that is asked for."),
    address: list[str] = typer.Option([], "--address", help="An address whose comments are asked for."),
    since: datetime | None = typer.Option(None, "--since", help="With --address: from when, in UTC."),
    until: datetime | None = typer.Option(None, "--until", help="With --address: until when, in UTC."),
    content: bool = typer.Option(False, "--content", help="The text is asked for as well."),
    necessity: str = typer.Option(..., "--necessity", help="Why these fields and no others."),
    purpose: str = typer.Option("", "--purpose"),
    reference: str = typer.Option("", "--reference", help="The authority's own number."),
    instrument: str = typer.Option("", "--instrument", help="What the letter is, such as `notice under section 94`."),
    expires: datetime | None = typer.Option(None, "--expires", help="Until when it binds, in UTC, when it says so."),
    order: Path = typer.Option(..., "--order", help="The letter itself; it is kept sealed."),
    received: datetime = typer.Option(..., "--received", help="When it came, in UTC."),
    hold: bool = typer.Option(False, "--hold", help="Hold the records at once; `preservation` always does."),
) -> None:
    """Enter a request from its letter; prints its number."""
    from datetime import UTC

    from moderation.access.permissions import Permission
    from moderation.cli.vault_work import utc_now
    from moderation.evidence.request import Target
    from moderation.storage.legal_rows import Draft

    with _desk(site, actor, Permission.REQUEST_ENTER) as (desk, who):
        draft = Draft(
            site, kind, basis, received.replace(tzinfo=UTC), who,
            authority_id=authority, officer=officer, officer_rank=rank, elements=frozenset(element), purpose=purpose,
            reference=reference, necessity=necessity, instrument=instrument[:100], order=order.read_bytes(),
            order_expires=expires.replace(tzinfo=UTC) if expires else None,
            targets=tuple(Target(one, tuple(field), content=content) for one in comment),
            addresses=_addresses(address, since, until), hold=hold,
        )  # fmt: skip
        _tell(desk.book.enter(draft, utc_now()))


def _addresses(given: list[str], since: datetime | None, until: datetime | None) -> tuple[AddressTarget, ...]:
    from datetime import UTC

    from moderation.errors import Invalid
    from moderation.evidence.canonical import b64
    from moderation.evidence.request import AddressTarget
    from moderation.evidence.tags import plain_address

    if not given:
        return ()
    if since is None or until is None:
        raise Invalid("an address needs `--since` and `--until`", hint="take both from the letter, in UTC")
    window = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    return tuple(AddressTarget(plain_address(one), b64(os.urandom(16)), *window) for one in given)


@request_app.command(name="scope")
def scope(
    request: str = REQUEST,
    *,
    site: str = SITE,
    actor: str = ACTOR,
    comment: list[str] = typer.Option(..., "--comment", help="A comment's id."),
    field: list[SenderField] = typer.Option(..., "--field", help="A field that is asked for."),
    content: bool = typer.Option(False, "--content", help="The text is asked for as well."),
) -> None:
    """Name other comments and fields than before, for example those that `vault search` found. Approvals become void."""
    from moderation.access.permissions import Permission
    from moderation.cli.vault_work import utc_now
    from moderation.evidence.request import Target

    targets = [Target(one, tuple(field), content=content) for one in comment]
    with _desk(site, actor, Permission.REQUEST_ENTER) as (desk, who):
        desk.book.set_scope(site, request, targets, who, utc_now())
        state = desk.book.find(site, request).request.state
    _tell(f"the scope is changed; {request} is {state} and needs a new approval")


@request_app.command(name="show")
def show(request: str = REQUEST, *, site: str = SITE, actor: str = ACTOR) -> None:
    """Show a request with its scope, the scope's hash, its clocks and its steps, as JSON."""
    from moderation.access.permissions import Permission
    from moderation.evidence.request import scope_hash

    with _desk(site, actor, Permission.REQUEST_READ) as (desk, _):
        filed = desk.book.find(site, request)
    told = {
        "id": filed.request.id,
        "state": filed.request.state,
        "basis": filed.request.basis_id,
        "instrument": filed.instrument,
        "authority": filed.authority.name if filed.authority else None,
        "officer": filed.officer,
        "rank": filed.request.officer_rank,
        "elements": sorted(filed.request.elements),
        "reference": filed.reference,
        "purpose": filed.purpose,
        "necessity": filed.request.necessity,
        "received": filed.request.received_at.isoformat(),
        "expires": filed.request.order_expires.isoformat() if filed.request.order_expires else None,
        "letter_sha256": filed.order_sha256,
        "scope": filed.request.scope(),
        "addresses": [one.address for one in filed.request.addresses],
        "scope_hash": scope_hash(filed.request),
        "rejection": filed.rejection,
        "due": {rule: due.isoformat() for rule, due in filed.due},
        "steps": [f"{at.isoformat()} {state}" for at, _, state, _ in filed.events],
    }
    _tell(json.dumps(told, ensure_ascii=False, indent=2))


@request_app.command(name="letter")
def letter(
    request: str = REQUEST,
    *,
    site: str = SITE,
    actor: str = ACTOR,
    out: Path = typer.Option(..., "--out", metavar="FILE", help="Where to put it; a file that exists is not touched."),
) -> None:
    """Take the letter out of the register, so that whoever approves reads it and not only what was entered from it."""
    from moderation.access.permissions import Permission

    with _desk(site, actor, Permission.REQUEST_READ) as (desk, _):
        found = desk.book.letter(site, request)
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(found)
    _tell(f"wrote {out} ({len(found):,} bytes)")


@request_app.command(name="submit")
def submit(request: str = REQUEST, *, site: str = SITE, actor: str = ACTOR) -> None:
    """Check a request against its law: it waits for approval then, or is refused with every reason (exit code 1)."""
    from moderation.access.permissions import Permission

    with _desk(site, actor, Permission.REQUEST_ENTER) as (desk, who):
        filed = desk.submit(site, request, who)
    _tell(f"{request} waits for another person's approval: {filed.request.state}")


@request_app.command(name="reject")
def reject(
    request: str = REQUEST, *, site: str = SITE, actor: str = ACTOR, reason: Rejection = typer.Option(..., "--reason")
) -> None:
    """End a request with a reason from the closed list."""
    from moderation.access.permissions import Permission

    with _desk(site, actor, Permission.REQUEST_ENTER) as (desk, who):
        desk.reject(site, request, who, reason)
    _tell(f"{request} is rejected: {reason}")


@request_app.command(name="hold")
def hold(request: str = REQUEST, *, site: str = SITE, actor: str = ACTOR) -> None:
    """Hold the records in a request's scope: they outlive their day until the hold is released."""
    from moderation.access.permissions import Permission
    from moderation.cli.vault_work import utc_now
    from moderation.storage.ids import new_id
    from moderation.storage.senders import place_hold

    with _desk(site, actor, Permission.REQUEST_ENTER) as (desk, who):
        targets = desk.book.find(site, request).request.targets
        ids = [target.comment_id for target in targets]
        count = place_hold(
            desk.book.database, site, request, ids, who, utc_now(), hold_id=new_id(), until=None, rng=os.urandom
        )
    _tell(f"{count} records are held; the next `moderation vault rotate` or `shred` carries them over")
