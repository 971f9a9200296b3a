"""Tests 3, 4, 5, 7, 10 and 11 of the design: what a thief, the server and time itself cannot read."""

from __future__ import annotations

import ast
import base64
import ipaddress
import os
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ahocorasick_rs import BytesAhoCorasick
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import moderation
from moderation.app import create_app
from moderation.evidence.assess import check_approvals
from moderation.evidence.profile import RequestType, load_profile
from moderation.evidence.request import ApprovalMissing, Target, scope_hash
from moderation.evidence.seal import Compartment, Place, Suite, WillNotOpen, new_pair
from moderation.evidence.sender import unpack
from moderation.evidence.shamir import BadShare
from moderation.evidence.tags import TagKeys, TagPurpose
from moderation.evidence.vault import Vault
from moderation.evidence.vault_open import collect, hand_in, my_share
from moderation.intake.address import TrustsEverybody, derive, read_trust
from moderation.storage.append_only import grant
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.rights import erase
from moderation.storage.senders import place_hold, purge, records_of
from tests.evidence.newsroom import SITE, Newsroom, address
from tests.evidence.test_desk import FIELDS, Office
from tests.factories import comment_body
from tests.intake.test_address import CASES
from tests.sources import parse

SENT = 1000


def forms(ip: str) -> list[bytes]:
    """An address in every form in which it could lie somewhere."""
    packed = ipaddress.ip_address(ip).packed
    mapped = ipaddress.ip_address(f"::ffff:{ip}").packed
    number = int(ipaddress.ip_address(ip))
    return [
        ip.encode(),
        packed.hex().encode(),
        mapped,
        base64.b64encode(ip.encode()).rstrip(b"=")[:-1],
        base64.b64encode(packed).rstrip(b"=")[:-1] + b"=",
        str(number).encode(),
        ip.encode().hex().encode(),
    ]


def seen(look: BytesAhoCorasick, content: bytes) -> list[bytes]:
    """Addresses that stand there as a value: eight hex digits in the middle of a ciphertext are chance."""
    found = [content[start - 1 : end + 1] for _, start, end in look.find_matches_as_indexes(content)]
    return [word for word in found if not (word[:1].isalnum() or word[-1:].isalnum())]


def short_values(room: Newsroom) -> list[bytes]:
    """Every stored value of the length of an address."""
    with room.database.engine.connect() as connection:
        rows = [connection.execute(table.select()).all() for table in SQLModel.metadata.sorted_tables]
    return [bytes(v) for table in rows for row in table for v in row if isinstance(v, bytes) and len(v) in {4, 16}]


def dump(room: Newsroom, folder: Path) -> bytes:
    """Everything that a thief of the database, its journal, its backup and the logs would have."""
    parts = []
    if room.database.is_sqlite:
        path = Path(make_url(room.settings.database).database)
        parts += [file.read_bytes() for file in path.parent.glob(path.name + "*")]
        copy = folder / "backup.db"
        source, target = sqlite3.connect(path), sqlite3.connect(copy)
        source.backup(target)
        source.close()
        target.close()
        parts.append(copy.read_bytes())
    else:
        url = make_url(room.settings.database).set(drivername="postgresql").render_as_string(hide_password=False)
        parts.append(subprocess.run(["pg_dump", "--inserts", url], capture_output=True, check=True).stdout)
    if room.settings.data_dir.exists():
        parts += [file.read_bytes() for file in room.settings.data_dir.rglob("*") if file.is_file()]
    return b"\n".join(parts)


def test_03_stolen_database_reveals_no_address(newsroom, tmp_path, capfd):
    client = TestClient(create_app(newsroom.settings, workers=False, service=newsroom.service))
    key = {"Authorization": f"Bearer {newsroom.world.live}", "Idempotency-Key": "k-1"}
    sender = {"ip": "198.51.100.23", "port": 40123, "user_agent": "SecretBrowser/9", "referrer": "https://a.example/x"}
    body = comment_body(sender=sender, author={"name": "Asha", "email": "very.private@mail.example"})
    assert client.post("/api/v1/comments", json=body, headers=key).status_code == 201
    newsroom.send(SENT)
    newsroom.sign()
    stolen = dump(newsroom, tmp_path)
    written = "".join(capfd.readouterr()).encode()
    known = [address(number) for number in range(SENT)] + ["198.51.100.23"]
    look = BytesAhoCorasick([form for ip in known for form in forms(ip)])
    assert len(stolen) > 100_000
    for form in forms(known[7]):
        assert seen(look, stolen + b"'" + form + b"'")
    assert not seen(look, stolen)
    assert not seen(look, written)
    packed = {ipaddress.ip_address(ip).packed for ip in known}
    assert not packed & set(short_values(newsroom))
    for word in (b"very.private", b"SecretBrowser", b"reader7@", b"mail.example", b"a.example/x"):
        assert word not in stolen
        assert base64.b64encode(word)[:-4] not in stolen
        assert word not in written
    guess = TagKeys(tmp_path / "guess", rng=os.urandom)
    for number in range(256):
        for prefix in (f"198.51.100.{number}", f"198.51.100.{number}/32", f"{SITE}|198.51.100.{number}/32"):
            tag = guess.tag(TagPurpose.RATE, prefix, newsroom.now).value
            assert tag.hex().encode() not in stolen
            assert tag not in stolen


def test_04_web_tier_cannot_read(newsroom):
    ids = newsroom.send(2)
    if newsroom.database.is_sqlite:
        for change in (
            "UPDATE log_entry SET type = 'x'",
            "DELETE FROM log_entry",
            "UPDATE sender_record SET ct_net = x'00'",
        ):
            with pytest.raises(DBAPIError, match="append-only"), newsroom.database.engine.begin() as connection:
                connection.execute(text(change))
    else:
        role = f"web_{new_id().lower()[-8:]}"
        with newsroom.database.engine.begin() as connection:
            connection.execute(text(f"CREATE ROLE {role} LOGIN"))
            grant(connection, role)
        web = create_engine(make_url(newsroom.settings.database).set(username=role, drivername="postgresql+psycopg"))
        for forbidden in (
            "SELECT ct_net FROM sender_record",
            "SELECT ct_ident FROM sender_record",
            "SELECT ct_net FROM held_record",
            "UPDATE lookup_log SET actor = 'x'",
            "DELETE FROM request_event",
            "UPDATE log_entry SET type = 'x'",
            "DELETE FROM log_entry",
            "DELETE FROM sender_record",
            "UPDATE sender_record SET ct_net = NULL",
        ):
            with pytest.raises(DBAPIError, match="permission denied"), web.begin() as connection:
                connection.execute(text(forbidden))
        with web.begin() as connection:
            assert connection.execute(text("SELECT count(id) FROM sender_record")).scalar_one() == 2
        desk = Office(newsroom)
        made = desk.enter(ids[0], authority=desk.authority())
        runtime = Database(web)
        held = {"hold_id": new_id(), "until": None, "rng": os.urandom}
        assert place_hold(runtime, SITE, made, [ids[0]], "intake", newsroom.now, **held) == 1
        done = erase(runtime, SITE, ids, "dpo", newsroom.now, rng=os.urandom)
        assert (done.comments, done.held) == ((ids[1],), (ids[0],))
        web.dispose()
        with newsroom.database.engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
    privates = [newsroom.vault.unlock().raw_key(name) for name in newsroom.vault.state().epochs]
    for folder in (newsroom.settings.secrets_dir, newsroom.settings.data_dir):
        for file in (path for path in folder.rglob("*") if path.is_file()):
            content = file.read_bytes()
            assert not any(private in content or private.hex().encode() in content for private in privates)


def imports_of(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(parse(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_04_vault_is_out_of_reach_of_every_serving_module():
    root = Path(moderation.__file__).parent
    files = {f"moderation.{'.'.join(p.relative_to(root).with_suffix('').parts)}".removesuffix(".__init__"): p
             for p in root.rglob("*.py")}  # fmt: skip
    reached, waiting = set(), ["moderation.app", "moderation.workers", "moderation.pipeline", "moderation.bootstrap"]
    waiting += [name for name in files if name.startswith(("moderation.api", "moderation.web"))]
    while waiting:
        name = waiting.pop()
        if name in files and name not in reached:
            reached.add(name)
            waiting += imports_of(files[name])
    assert "moderation.evidence.sender" in reached
    for closed in ("vault", "vault_open", "vault_state", "shamir"):
        assert f"moderation.evidence.{closed}" not in reached
    users = {name for name, path in files.items() if "moderation.evidence.vault" in imports_of(path)}
    assert all(name.startswith(("moderation.cli.", "moderation.evidence.vault")) for name in users)


def test_04_server_takes_comments_with_the_vault_gone(newsroom):
    shutil.move(newsroom.settings.vault_dir, newsroom.folder / "elsewhere")
    client = TestClient(create_app(newsroom.settings, workers=False, service=newsroom.service))
    key = {"Authorization": f"Bearer {newsroom.world.live}"}
    assert client.post("/api/v1/comments", json=comment_body(), headers=key).status_code == 201
    assert not newsroom.settings.vault_dir.exists()


def test_05_expired_is_unreadable_also_from_backups(newsroom):
    (cid,) = newsroom.send(1)
    newsroom.sign()
    (record,) = records_of(newsroom.database, SITE, [cid])
    backup = newsroom.folder / "backup-vault"
    shutil.copytree(newsroom.settings.vault_dir, backup, ignore=shutil.ignore_patterns("kek.key"))
    later = newsroom.now + timedelta(days=182)
    report = newsroom.vault.shred(later)
    assert purge(newsroom.database, report.destroyed, later, new_id=new_id, rng=os.urandom) == 1
    newsroom.vault.rotate(later)
    place = Place(SITE, record.id, cid, Compartment.NETWORK)
    with pytest.raises(WillNotOpen):
        newsroom.vault.unlock().open(record.ct_net, place)
    shutil.copy(newsroom.settings.vault_dir / "kek.key", backup)
    with pytest.raises(BadShare):
        Vault(backup, rng=os.urandom).unlock()
    (purged,) = records_of(newsroom.database, SITE, [cid])
    assert purged.ct_net is None
    assert newsroom.verify().exit_code == 0


def test_07_too_few_shares_fail_and_approvals_bind_to_the_scope(newsroom, tmp_path):
    people = {name: new_pair(Suite.X25519_CHACHA20) for name in ("editor", "lawyer", "engineer")}
    vault = Vault(tmp_path / "shared", rng=os.urandom)
    vault.init(newsroom.now, custodians={name: public for name, (_, public) in people.items()}, needed=2)
    state = vault.state()
    shares = [my_share(state, private)[1] for private, _ in people.values()]
    for one in shares:
        with pytest.raises(BadShare):
            vault.unlock([one])
    vault.unlock(shares[1:])
    office = Office(newsroom)
    ids = newsroom.send(2)
    made = office.approved(ids[0])
    request = office.book.find(SITE, made).request
    scope = scope_hash(request)
    _, sealed = hand_in(state, people["lawyer"][0], request_id=made, scope_hash=scope)
    office.book.set_scope(SITE, made, [*request.targets, Target(ids[1], FIELDS)], "intake", newsroom.now)
    wider = office.book.find(SITE, made).request
    with pytest.raises(ApprovalMissing, match="scope was changed"):
        check_approvals(wider, office.book.approvals(made), needed=1, now=newsroom.now)
    with pytest.raises(WillNotOpen):
        collect(vault.session_key(), [sealed], request_id=made, scope_hash=scope_hash(wider))
    one, two = records_of(newsroom.database, SITE, ids)
    opened = newsroom.vault.unlock()
    place = Place(SITE, one.id, one.comment_id, Compartment.NETWORK)
    assert {o.name: o.value for o in unpack(opened.open(one.ct_net, place))}["ip"] == address(0)
    with pytest.raises(WillNotOpen):
        opened.open(two.ct_net, place)


def test_10_spoofed_addresses_are_not_believed():
    assert len(CASES) >= 40
    for name, peer, headers, trust, ip, port, sure in CASES:
        found = derive(peer, headers, trust)
        assert (found.ip, found.port, found.confidence) == (ip, port, sure), name
    with pytest.raises(TrustsEverybody):
        read_trust("x_forwarded_for", "*")


IST = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("kind", "received", "rule", "due"),
    [
        (
            RequestType.TAKEDOWN_ORDER,
            datetime(2026, 11, 24, 23, 30, tzinfo=IST),
            "IN-TD-3H",
            "2026-11-25T02:30:00+05:30",
        ),
        (
            RequestType.INFORMATION_ORDER,
            datetime(2026, 2, 27, 9, tzinfo=IST),
            "IN-ASSIST-72",
            "2026-03-02T09:00:00+05:30",
        ),
        (
            RequestType.GRIEVANCE_IN,
            datetime(2026, 12, 31, 23, 59, tzinfo=IST),
            "IN-GR-ACK",
            "2027-01-01T23:59:00+05:30",
        ),
        (RequestType.GRIEVANCE_IN, datetime(2026, 12, 28, 0, 0, tzinfo=IST), "IN-GR-7D", "2027-01-04T00:00:00+05:30"),
    ],
)
def test_11_clocks_run_from_receipt(kind, received, rule, due):
    clocks = {clock.id: clock.due for clock in load_profile("IN").clocks_for(kind, received.date())}
    assert (received.astimezone(UTC) + clocks[rule]).astimezone(IST).isoformat() == due


def test_11_register_starts_the_clocks_of_its_law(newsroom):
    office = Office(newsroom)
    (cid,) = newsroom.send(1)
    received = newsroom.now - timedelta(hours=1)
    made = office.enter(cid, authority=office.authority(), received_at=received, type=RequestType.TAKEDOWN_ORDER)
    assert office.book.find(SITE, made).due == (("IN-TD-3H", received + timedelta(hours=3)),)
