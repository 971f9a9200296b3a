"""What the vault's one file holds, and how it is written: whole, by one process at a time.

- `vault.json` holds private halves only as HPKE messages to the key-encrypting key ("KEK"), whose private half is not in
  it. A stolen or outdated copy of this file opens nothing by itself.
- `identity.key` signs the public halves that are minted; `session.key` receives custodians' shares; `kek.key` exists in
  solo mode only. All have mode 0600 in a folder with mode 0700.
- A lock file keeps two runs apart.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from moderation.errors import Conflict, Unavailable
from moderation.evidence import secret_files
from moderation.evidence.canonical import b64, canonical, moment, parse_moment, unb64
from moderation.evidence.keys import EpochRow

STATE: Final = "vault.json"


class NoVault(Unavailable):
    """there is no vault in this folder"""

    code = "no_vault"
    hint = "run `moderation vault init`, or set `MODERATION_VAULT_DIR`"


class VaultBusy(Conflict):
    """another run has the vault open"""

    code = "vault_busy"
    hint = "wait until it ends"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A private half, closed under the KEK."""

    suite: int
    public: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Custodian:
    """A person with a share; the share is closed to the person's own key."""

    name: str
    public: bytes
    share: bytes


@dataclass(slots=True)
class VaultState:
    """The content of `vault.json`."""

    identity: bytes
    session: bytes
    kek_id: str
    kek: bytes
    made_at: datetime
    rotated_at: datetime
    last_at: datetime
    needed: int = 1
    custodians: list[Custodian] = field(default_factory=list)
    epochs: dict[str, Wrapped] = field(default_factory=dict)
    rows: dict[str, EpochRow] = field(default_factory=dict)
    holds: dict[str, Wrapped] = field(default_factory=dict)
    destroyed: dict[str, datetime] = field(default_factory=dict)

    @property
    def solo(self) -> bool:
        return not self.custodians


def _wrapped(entry: Wrapped) -> dict[str, Any]:
    return {"suite": entry.suite, "public": b64(entry.public), "wrapped": b64(entry.wrapped)}


def _read_wrapped(entry: dict[str, Any]) -> Wrapped:
    return Wrapped(entry["suite"], unb64(entry["public"]), unb64(entry["wrapped"]))


def row_to_json(row: EpochRow) -> dict[str, Any]:
    """Write a public half for a file that is carried to the server."""
    return {
        "id": row.id,
        "compartment": row.compartment,
        "suite": row.suite,
        "public_key": b64(row.public_key),
        "not_before": moment(row.not_before),
        "not_after": moment(row.not_after),
        "destroy_after": moment(row.destroy_after),
        "sig": b64(row.sig),
    }


def row_from_json(entry: dict[str, Any]) -> EpochRow:
    """Read a public half that `row_to_json` wrote."""
    return EpochRow(
        id=entry["id"],
        compartment=entry["compartment"],
        suite=entry["suite"],
        public_key=unb64(entry["public_key"]),
        not_before=parse_moment(entry["not_before"]),
        not_after=parse_moment(entry["not_after"]),
        destroy_after=parse_moment(entry["destroy_after"]),
        sig=unb64(entry["sig"]),
    )


def write_state(folder: Path, state: VaultState) -> None:
    """Replace `vault.json`; the former file stays when the disk is full."""
    document: dict[str, Any] = {
        "v": 1,
        "identity": b64(state.identity),
        "session": b64(state.session),
        "kek_id": state.kek_id,
        "kek": b64(state.kek),
        "made_at": moment(state.made_at),
        "rotated_at": moment(state.rotated_at),
        "last_at": moment(state.last_at),
        "needed": state.needed,
        "custodians": [{"name": c.name, "public": b64(c.public), "share": b64(c.share)} for c in state.custodians],
        "epochs": {name: _wrapped(entry) for name, entry in state.epochs.items()},
        "rows": {name: row_to_json(row) for name, row in state.rows.items()},
        "holds": {name: _wrapped(entry) for name, entry in state.holds.items()},
        "destroyed": {name: moment(at) for name, at in state.destroyed.items()},
    }
    secret_files.replace(folder / STATE, canonical(document))


def read_state(folder: Path) -> VaultState:
    """Read `vault.json`.

    Raises:
        NoVault: there is none, or it is damaged.
    """
    if not (folder / STATE).exists():
        raise NoVault
    secret_files.ensure_folder(folder)
    try:
        given = json.loads(secret_files.read(folder / STATE))
        return VaultState(
            identity=unb64(given["identity"]),
            session=unb64(given["session"]),
            kek_id=given["kek_id"],
            kek=unb64(given["kek"]),
            made_at=parse_moment(given["made_at"]),
            rotated_at=parse_moment(given["rotated_at"]),
            last_at=parse_moment(given["last_at"]),
            needed=given["needed"],
            custodians=[Custodian(c["name"], unb64(c["public"]), unb64(c["share"])) for c in given["custodians"]],
            epochs={name: _read_wrapped(entry) for name, entry in given["epochs"].items()},
            rows={name: row_from_json(entry) for name, entry in given["rows"].items()},
            holds={name: _read_wrapped(entry) for name, entry in given["holds"].items()},
            destroyed={name: parse_moment(at) for name, at in given["destroyed"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoVault("the vault's file is damaged", hint="restore `vault.json` from its copy") from None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out while the vault changes.

    Raises:
        VaultBusy: one is at work.
    """
    secret_files.ensure_folder(folder)
    with os.fdopen(os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600), "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VaultBusy from None
        yield
