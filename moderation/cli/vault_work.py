"""What the vault's commands do between the vault and the database: mint, carry over, shred, rotate, answer.

Only the command line imports the vault; a server process never does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from moderation.access.permissions import Permission, require
from moderation.bootstrap import VAULT_KEY
from moderation.errors import Invalid, NotFound
from moderation.evidence import secret_files
from moderation.evidence.application_key import ApplicationKey
from moderation.evidence.keys import EpochRow
from moderation.evidence.opening import check_may_open
from moderation.evidence.profile import load_profile
from moderation.evidence.record import LeafType, leaf
from moderation.evidence.request import AddressTarget, scope_hash
from moderation.evidence.retention import carry_overs, keep_period
from moderation.evidence.seal import Compartment, KeyDestroyed, Place
from moderation.evidence.search import Found
from moderation.evidence.shamir import Share
from moderation.evidence.vault import ShredReport, Vault
from moderation.evidence.vault_open import OpenVault, collect, my_share
from moderation.log_jobs import signer_of
from moderation.producing import Producer
from moderation.searching import Searcher
from moderation.settings import Settings
from moderation.storage.database import Database, open_engine
from moderation.storage.epochs import read_epoch_rows, store_epoch_rows
from moderation.storage.ids import new_id
from moderation.storage.legal import LegalBook
from moderation.storage.log import write_line
from moderation.storage.migrate import open_current
from moderation.storage.people import find_by_email, read_roles
from moderation.storage.senders import (
    OpenHold,
    keep_carried,
    kept_records,
    plan_carry,
    purge,
    release_hold,
    uncarried,
)
from moderation.storage.sites import list_sites
from moderation.storage.tables import ProductionRow
from moderation.storage.unit_of_work import unit_of_work


def utc_now() -> datetime:
    return datetime.now(UTC)


def vault_of(settings: Settings) -> Vault:
    return Vault(settings.vault_dir, rng=os.urandom)


def owner_database(settings: Settings) -> Database:
    """The database as its owner: the runtime role cannot read ciphertext."""
    open_current(settings.database).close()  # refuses another schema
    return Database(open_engine(settings.owner_database))


def pin(settings: Settings, vault: Vault) -> None:
    """Put the vault's public key where the server checks each sealing key against it."""
    secret_files.replace(settings.secrets_dir / VAULT_KEY, vault.state().identity)


def mint_for_sites(settings: Settings, days: int, at: datetime) -> tuple[EpochRow, ...]:
    """Mint for the law of every site and hand the public halves to the database."""
    vault, database = vault_of(settings), owner_database(settings)
    try:
        made: list[EpochRow] = []
        for profile in {
            load_profile(site.region).id: load_profile(site.region) for site in list_sites(database)
        }.values():
            made += vault.mint(at, profile=profile.id, keep=keep_period(profile, at), days=days)
        store_epoch_rows(database, vault.state().rows.values())
        if made:
            _log(database, LeafType.KEY_MINTED, at, {"keys": [row.id for row in made]})
    finally:
        database.close()
    return tuple(made)


def read_shares(vault: Vault, identities: Sequence[Path]) -> list[Share]:
    """The shares of the custodians who are here."""
    return [my_share(vault.state(), secret_files.read(path))[1] for path in identities]


def carry_all(database: Database, vault: Vault, opened: OpenVault, at: datetime) -> int:
    """Close again, under keys of their own, the records that must outlive their day."""
    plan_carry(database, carry_overs(kept_records(database)))
    done = 0
    waiting = uncarried(database)
    for keeper in {one.keeper for one in waiting}:
        for part in Compartment:
            vault.add_hold_key(keeper, part)
    opened = opened.renewed(vault.state())
    for one in waiting:
        done += _carry(database, opened, one, at)
    return done


def _carry(database: Database, opened: OpenVault, hold: OpenHold, at: datetime) -> int:
    record = hold.record
    sealed = []
    for part, envelope in ((Compartment.NETWORK, record.ct_net), (Compartment.IDENTITY, record.ct_ident)):
        place = Place(record.site_id, record.id, record.comment_id, part)
        try:
            sealed.append(opened.reseal(envelope or b"", place, f"hold:{hold.keeper}.{part}"))
        except KeyDestroyed:
            return 0
    keep_carried(database, hold, sealed[0], sealed[1], at, rng=os.urandom)
    return 1


def shred(settings: Settings, at: datetime, identities: Sequence[Path] = ()) -> tuple[ShredReport, int, int]:
    """Carry over what must live, destroy the keys whose time is over, purge: (report, carried, purged)."""
    vault, database = vault_of(settings), owner_database(settings)
    try:
        plan_carry(database, carry_overs(kept_records(database)))
        carried = 0
        if uncarried(database) and (vault.state().solo or identities):  # else nothing need be unlocked
            carried = carry_all(database, vault, vault.unlock(read_shares(vault, identities)), at)
        held = {name for one in uncarried(database) for name in one.epochs}
        report = vault.shred(at, held=held)
        gone = [*report.destroyed, *(name for name in _unpurged(vault, database) if name not in report.destroyed)]
        purged = purge(database, gone, at, new_id=new_id, rng=os.urandom) if gone else 0
        return report, carried, purged
    finally:
        database.close()


def unpurged(settings: Settings) -> tuple[str, ...]:
    """Keys that the vault has destroyed and of which the database does not know it: a crash came between the two."""
    vault, database = vault_of(settings), owner_database(settings)
    try:
        return _unpurged(vault, database)
    finally:
        database.close()


def _unpurged(vault: Vault, database: Database) -> tuple[str, ...]:
    destroyed = vault.state().destroyed
    return tuple(sorted(row.id for row in read_epoch_rows(database) if row.id in destroyed))


def rotate(settings: Settings, at: datetime, identities: Sequence[Path]) -> tuple[str, int]:
    """Carry over, make a new key-encrypting key, give out new shares: (its id, carried)."""
    vault, database = vault_of(settings), owner_database(settings)
    try:
        shares = read_shares(vault, identities)
        carried = carry_all(database, vault, vault.unlock(shares), at)
        state = vault.rotate(at, shares)
        _log(database, LeafType.VAULT_ROTATED, at, {"kek": state.kek_id})
        return state.kek_id, carried
    finally:
        database.close()


def release(settings: Settings, site: str, request_id: str, email: str, at: datetime) -> tuple[str, ...]:
    """End a hold and destroy its keys."""
    database = owner_database(settings)
    try:
        actor = person_at(database, site, email, Permission.REQUEST_ENTER)
        release_hold(database, site, request_id, actor, at, rng=os.urandom)
        return vault_of(settings).drop_hold_keys(request_id, at)
    finally:
        database.close()


def produce(
    settings: Settings,
    site: str,
    request_id: str,
    email: str,
    out: Path,
    identities: Sequence[Path] = (),
    *,
    stamp: Callable[[str], bytes] | None = None,
) -> ProductionRow:
    """Answer an approved request with a package."""
    vault, database = vault_of(settings), owner_database(settings)
    try:
        actor = person_at(database, site, email, Permission.REQUEST_APPROVE)
        book, state = book_of(settings, database), vault.state()
        request = book.find(site, request_id).request  # what forbids the opening is said before any share is touched
        check_may_open(request, book.approvals(request_id), needed=state.needed, now=utc_now())
        producer = Producer(
            book,
            signer_of(settings),
            unlock_for(vault, book, site, request_id, identities),
            needed=state.needed,
            actor=actor,
            contact=f"{settings.public_url.rstrip('/')}/log/policy",
            clock=utc_now,
            solo=state.solo,
            stamp=stamp,
        )
        return producer.produce(site, request_id, out)
    finally:
        database.close()


def search(
    settings: Settings,
    site: str,
    request_id: str,
    email: str,
    identities: Sequence[Path],
    progress: Callable[[int, int], None],
) -> list[tuple[AddressTarget, Found]]:
    """Look for the comments of the addresses that an approved request names."""
    vault, database = vault_of(settings), owner_database(settings)
    try:
        actor = person_at(database, site, email, Permission.REQUEST_APPROVE)
        book = book_of(settings, database)

        def keys() -> dict[str, tuple[int, bytes]]:
            opened = unlock_for(vault, book, site, request_id, identities)
            return opened.raw_keys(Compartment.NETWORK)

        searcher = Searcher(book, keys, needed=vault.state().needed, actor=actor, clock=utc_now)
        return searcher.search(site, request_id, progress)
    finally:
        database.close()


def unlock_for(vault: Vault, book: LegalBook, site: str, request_id: str, identities: Sequence[Path]) -> OpenVault:
    """Open the vault for one request: with `kek.key` in solo mode, else with the shares that were handed in for its scope.

    Shares that came with an approval of a former scope, or of more than 72 hours ago, are left aside.
    """
    shares = read_shares(vault, identities)
    if not vault.state().solo:
        scope, now = scope_hash(book.find(site, request_id).request), utc_now()
        handed = [given.share for given in book.approvals(request_id) if given.share and given.valid(scope, now)]
        shares += collect(vault.session_key(), handed, request_id=request_id, scope_hash=scope)
    return vault.unlock(shares)


def book_of(settings: Settings, database: Database) -> LegalBook:
    key = ApplicationKey.load(settings.secrets_dir, rng=os.urandom)
    return LegalBook(database, key, new_id=new_id, rng=os.urandom)


def person_at(database: Database, site: str, email: str, permission: Permission) -> str:
    """The id of somebody who may do this at this site.

    Raises:
        NotFound, Forbidden: there is no such person, or not with this permission.
    """
    person = find_by_email(database, email)
    if person is None or person.disabled:
        raise NotFound("nobody with this address works here", hint="add them with `moderation user add`")
    require(read_roles(database, person.id, site), permission)
    return person.id


def parse_custodian(given: str) -> tuple[str, bytes]:
    """`NAME=PUBLIC` as `moderation vault custodian-key` prints it."""
    name, _, public = given.partition("=")
    try:
        raw = bytes.fromhex(public)
    except ValueError:
        raw = b""
    if not name or len(raw) != 32:  # noqa: PLR2004 - an X25519 key
        raise Invalid("a custodian is `NAME=PUBLIC`", hint="run `moderation vault custodian-key FILE` to get PUBLIC")
    return name, raw


def _log(database: Database, kind: LeafType, at: datetime, data: dict[str, object]) -> None:
    with unit_of_work(database) as work:
        write_line(work, leaf(kind, new_id(), at, data, os.urandom(16)), ref="vault")  # type: ignore[arg-type]
