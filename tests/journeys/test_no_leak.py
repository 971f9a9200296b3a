"""After a whole journey no file that a thief of the data gets holds the sender's address or e-mail in any form."""

from __future__ import annotations

import base64
import ipaddress
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlmodel import select
from starlette.testclient import TestClient

from moderation.app import create_app
from moderation.review.verdict import Ruling
from moderation.storage.tables import CaseRow, Endpoint
from moderation.vocabulary import Action, Ground
from tests.factories import World, comment_body, make_world
from tests.fakes import WordScorer

ADDRESSES = ["198.51.100.23", "2001:db8:85a3::8a2e:370:7334"]
EMAIL = "asha.unmistakable@reader.example"
AGENT = "UnmistakableBrowser/9.9"


def forms_of(address: str) -> list[bytes]:
    ip = ipaddress.ip_address(address)
    forms = [
        address.encode(),
        ip.exploded.encode(),
        ip.packed,
        ip.packed.hex().encode(),
        ip.packed.hex().upper().encode(),
        base64.b64encode(ip.packed).rstrip(b"="),
        base64.urlsafe_b64encode(ip.packed).rstrip(b"="),
        base64.b64encode(address.encode()).rstrip(b"="),
        str(int(ip)).encode(),
    ]
    # Four bytes turn up in random ciphertext now and then; packed IPv4 is looked for in the columns, not in raw pages.
    return [form for form in forms if len(form) > 4]


NEEDLES = [
    *(form for address in ADDRESSES for form in forms_of(address)),
    EMAIL.encode(),
    EMAIL.upper().encode(),
    base64.b64encode(EMAIL.encode()).rstrip(b"="),
    EMAIL.encode().hex().encode(),
    AGENT.encode(),
]


@pytest.fixture
def world(tmp_path: Path, empty_url: str) -> Iterator[World]:
    return make_world(tmp_path, empty_url, scorer=WordScorer(), undo_seconds=0)


def live(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with world.service.database.writing() as session:
        secret = world.service.custody.seal_secrets("hook", ["whsec_" + "A" * 32])
        session.add(
            Endpoint(
                id="hook",
                site_id="gazette",
                url="http://127.0.0.1:9/",
                secrets_sealed=secret,
                allow_private=True,
                created_at=datetime.now(UTC),
            )
        )
    with TestClient(create_app(world.settings, service=world.service)) as client:
        client.headers["authorization"] = f"Bearer {world.live}"
        for n, address in enumerate(ADDRESSES * 2):
            body = comment_body(
                "You idiot" if n % 2 else "Well said",
                author={"name": "Asha", "email": EMAIL},
                sender={"ip": address, "port": 4001 + n, "user_agent": AGENT, "headers": {"x-forwarded-for": address}},
            )
            sent = client.post("/api/v1/comments", json=body, headers={"Idempotency-Key": f"k{n}"}).json()
            client.patch(f"/api/v1/comments/{sent['id']}", json={"text": "Changed", "sender": {"ip": address}})
            client.delete(f"/api/v1/comments/{sent['id']}")
            client.post(f"/api/v1/comments/{sent['id']}/restore")
        client.post("/api/v1/comments", json=comment_body("", author={"name": "", "email": EMAIL}))
        with world.service.database.reading() as session:
            case = session.exec(select(CaseRow).where(CaseRow.state == "open")).first()
        if case is not None:
            world.service.pipeline.rule(Ruling("gazette", case.id, case.version, Action.REJECT, "u1", Ground.ABUSIVE))


def test_no_file_of_the_data_folder_and_no_log_reveals_a_sender(world: World, caplog: pytest.LogCaptureFixture) -> None:
    live(world, caplog)
    files = [path for path in world.settings.data_dir.rglob("*") if path.is_file()]
    files += [path for path in world.settings.data_dir.parent.glob("*.db*") if path.is_file()]
    haystacks = {str(path): path.read_bytes() for path in files}
    haystacks["log"] = caplog.text.encode()
    found = [(name, needle) for name, content in haystacks.items() for needle in NEEDLES if needle in content]
    assert found == []


def test_no_column_of_any_table_reveals_a_sender(world: World, caplog: pytest.LogCaptureFixture) -> None:
    live(world, caplog)
    from moderation.storage.database import open_engine

    engine = open_engine(world.settings.owner_database)
    packed = [ipaddress.ip_address(address).packed for address in ADDRESSES]
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    assert not any(needle in raw for needle in NEEDLES), (table, column)
                    assert raw not in packed, (table, column)
                    is_cipher = column in {"ct_net", "ct_ident", "email_sealed", "record", "body", "public_key", "sig"}
                    assert is_cipher or not any(p in raw for p in packed), (table, column)
    engine.dispose()


def test_the_server_serves_with_the_vault_absent(tmp_path: Path) -> None:
    world = make_world(tmp_path, scorer=WordScorer())
    vault = world.settings.vault_dir
    vault.rename(vault.with_name("elsewhere"))
    with TestClient(create_app(world.settings, service=world.service, workers=False)) as client:
        client.headers["authorization"] = f"Bearer {world.live}"
        assert client.post("/api/v1/comments", json=comment_body()).status_code == 201
    assert not vault.exists()
