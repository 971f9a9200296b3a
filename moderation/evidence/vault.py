"""The private halves: mint, open, shred, rotate. The serving process never imports this file.

- `mint` needs no custodian: it closes new private halves to the KEK's public half and signs the public ones.
- `shred` needs none either: it deletes the private halves whose time is over. A day into which a hold still points is
  refused and named; the others go.
- Opening needs the KEK: from `kek.key` (solo mode), or from shares of the custodians.
- `rotate` makes a new KEK, closes the survivors to it and gives out new shares. From then on an old copy of `vault.json`
  opens nothing, not even together with today's shares.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from moderation.errors import Conflict
from moderation.evidence import secret_files
from moderation.evidence.keys import MINT_DAYS, EpochRow, epoch_id
from moderation.evidence.record import Random
from moderation.evidence.retention import keeper_ends
from moderation.evidence.seal import Compartment, Place, Suite, new_pair, public_key, seal
from moderation.evidence.shamir import BadShare, Share, join, split
from moderation.evidence.vault_open import OpenVault, close_to, wrap_info
from moderation.evidence.vault_state import Custodian, VaultState, Wrapped, locked, read_state, write_state

KEK_FILE: Final = "kek.key"


@dataclass(frozen=True, slots=True)
class ShredReport:
    """Which keys are gone, and which could not go because a hold was not carried over yet."""

    destroyed: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What an operator wants to know without opening anything."""

    solo: bool
    needed: int
    custodians: tuple[str, ...]
    kek_id: str
    rotated_at: datetime
    epochs: int
    holds: tuple[str, ...]
    last_day: str
    overdue: tuple[str, ...]


class ClockWentBack(Conflict):
    """the clock runs behind the vault's last run"""

    code = "clock_went_back"
    hint = "set the clock right (`timedatectl`); nothing was changed"


def _owner(hold_key: str) -> str:
    return hold_key.removeprefix("hold:").rsplit(".", 1)[0]


def _refuse_clock(state: VaultState, at: datetime) -> None:
    if at < state.last_at - timedelta(minutes=5):
        raise ClockWentBack(
            f"the clock says {at:%Y-%m-%d %H:%M}, the vault was last used at {state.last_at:%Y-%m-%d %H:%M}"
        )


class Vault:
    """The vault in its folder. Every method that changes it holds the lock and writes the file whole."""

    def __init__(self, folder: Path, *, rng: Random) -> None:
        self.folder = folder
        self._rng = rng

    def init(self, at: datetime, *, custodians: Mapping[str, bytes] | None = None, needed: int = 1) -> VaultState:
        """Make a vault: solo without custodians, else with one share for each."""
        with locked(self.folder):
            if (self.folder / "vault.json").exists():
                return read_state(self.folder)
            identity = secret_files.create_once(self.folder / "identity.key", self._rng(32))
            session = secret_files.create_once(self.folder / "session.key", self._rng(32))
            state = VaultState(
                identity=Ed25519PrivateKey.from_private_bytes(identity).public_key().public_bytes_raw(),
                session=X25519PrivateKey.from_private_bytes(session).public_key().public_bytes_raw(),
                kek_id="",
                kek=b"",
                made_at=at,
                rotated_at=at,
                last_at=at,
                needed=needed if custodians else 1,
                custodians=[Custodian(name, public, b"") for name, public in (custodians or {}).items()],
            )
            self._new_kek(state, at)
            return state

    def state(self) -> VaultState:
        return read_state(self.folder)

    def session_key(self) -> bytes:
        """The private half to which custodians close their shares."""
        return secret_files.read(self.folder / "session.key")

    def drill(self, shares: Sequence[Share] = ()) -> int:
        """Prove that everything could be opened today: unwrap each key and compare it with its public half.

        Raises:
            BadShare: the shares do not give the KEK.
            WillNotOpen: a key does not unwrap, or is not the one whose public half was given out.
        """
        opened, state = self.unlock(shares), read_state(self.folder)
        for name, entry in (*state.epochs.items(), *state.holds.items()):
            place = Place("drill", "drill", "drill", Compartment.NETWORK)
            suite = Suite(entry.suite)
            sealed = seal(b"drill", suite=suite, key=public_key(suite, entry.public), epoch_id=name, place=place)
            opened.open(sealed, place)
        return len(state.epochs) + len(state.holds)

    def mint(
        self,
        at: datetime,
        *,
        profile: str,
        keep: timedelta,
        days: int = MINT_DAYS,
        suite: Suite = Suite.X25519_CHACHA20,
    ) -> tuple[EpochRow, ...]:
        """Make the keys that are still missing for today and the days ahead, and give their public halves."""
        with locked(self.folder):
            state = read_state(self.folder)
            signer = Ed25519PrivateKey.from_private_bytes(secret_files.read(self.folder / "identity.key"))
            new = []
            _refuse_clock(state, at)
            state.last_at = at
            today = datetime.combine(at.astimezone(UTC).date(), datetime.min.time(), UTC)
            for offset in range(days):
                start, end = today + timedelta(days=offset), today + timedelta(days=offset + 1)
                for compartment in Compartment:
                    name = epoch_id(start.date(), compartment, profile)
                    if name in state.rows or name in state.destroyed:
                        continue
                    private, public = new_pair(suite)
                    row = EpochRow(name, compartment, suite, public, start, end, end + keep, b"")
                    state.rows[name] = replace(row, sig=signer.sign(row.signed_bytes()))
                    wrapped = close_to(state.kek, private, wrap_info(state.kek_id, name))
                    state.epochs[name] = Wrapped(suite, public, wrapped)
                    new.append(state.rows[name])
            write_state(self.folder, state)
            return tuple(new)

    def due(self, at: datetime) -> tuple[str, ...]:
        """The keys whose time is over."""
        rows = read_state(self.folder).rows.values()
        return tuple(sorted(row.id for row in rows if row.destroy_after <= at))

    def shred(self, at: datetime, *, held: Collection[str] = ()) -> ShredReport:
        """Delete what is due, except the keys into which an uncarried hold points. `at` must not lie before the last run.

        Raises:
            ClockWentBack: it does: the clock is wrong now, or was wrong then.
        """
        with locked(self.folder):
            due = self.due(at)
            state = read_state(self.folder)
            _refuse_clock(state, at)
            refused = tuple(name for name in due if name in set(held))
            destroyed = tuple(name for name in due if name not in set(held))
            for name in destroyed:
                del state.epochs[name], state.rows[name]
                state.destroyed[name] = at
            ended = [name for name in state.holds if (end := keeper_ends(_owner(name))) is not None and end <= at]
            for name in ended:
                del state.holds[name]
                state.destroyed[name] = at
            state.last_at = at
            write_state(self.folder, state)
            return ShredReport((*destroyed, *ended), refused)

    def unlock(self, shares: Sequence[Share] = ()) -> OpenVault:
        """Open the vault for one run: with `kek.key` in solo mode, else with shares.

        Raises:
            BadShare: too few or wrong shares.
            SecretsUnusable: solo mode, and `kek.key` is not there.
        """
        state = read_state(self.folder)
        for kek in self._solo_keys() if state.solo else [join(shares)]:
            if X25519PrivateKey.from_private_bytes(kek).public_key().public_bytes_raw() == state.kek:
                return OpenVault(state, kek)
        raise BadShare

    def _solo_keys(self) -> list[bytes]:
        # After a crash in the middle of a rotation the new key is still under its temporary name.
        newer = self.folder / f"{KEK_FILE}.new"
        paths = [path for path in (self.folder / KEK_FILE, newer) if path.exists()]
        return [secret_files.read(path) for path in paths or [self.folder / KEK_FILE]]

    def rotate(self, at: datetime, shares: Sequence[Share] = ()) -> VaultState:
        """Make a new KEK, close the surviving keys to it, give out new shares. The old KEK is gone afterwards."""
        with locked(self.folder):
            opened = self.unlock(shares)
            state = read_state(self.folder)
            _refuse_clock(state, at)
            state.last_at = at
            plain = {name: opened.raw_key(name) for name in (*state.epochs, *state.holds)}
            self._new_kek(state, at, plain)
            return state

    def add_hold_key(self, request_id: str, compartment: Compartment, suite: Suite = Suite.X25519_CHACHA20) -> str:
        """Make the key to which the held records of one request are closed; it is named after the request."""
        name = f"hold:{request_id}.{compartment}"
        with locked(self.folder):
            state = read_state(self.folder)
            if name not in state.holds:
                private, public = new_pair(suite)
                state.holds[name] = Wrapped(suite, public, close_to(state.kek, private, wrap_info(state.kek_id, name)))
                write_state(self.folder, state)
        return name

    def drop_hold_keys(self, request_id: str, at: datetime) -> tuple[str, ...]:
        """Destroy the keys of a released hold."""
        with locked(self.folder):
            state = read_state(self.folder)
            gone = tuple(name for name in state.holds if _owner(name) == request_id)
            for name in gone:
                del state.holds[name]
                state.destroyed[name] = at
            write_state(self.folder, state)
            return gone

    def status(self, at: datetime) -> VaultStatus:
        state = read_state(self.folder)
        days = sorted(row.not_before.date().isoformat() for row in state.rows.values())
        return VaultStatus(
            state.solo,
            state.needed,
            tuple(c.name for c in state.custodians),
            state.kek_id,
            state.rotated_at,
            len(state.epochs),
            tuple(sorted(state.holds)),
            days[-1] if days else "",
            self.due(at),
        )

    def _new_kek(self, state: VaultState, at: datetime, plain: Mapping[str, bytes] | None = None) -> None:
        kek = self._rng(32)
        state.kek = X25519PrivateKey.from_private_bytes(kek).public_key().public_bytes_raw()
        state.kek_id = f"kek-{at.astimezone(UTC):%Y%m%dT%H%M%S}-{self._rng(3).hex()}"
        state.rotated_at = at
        for name, private in (plain or {}).items():
            target = state.epochs if name in state.epochs else state.holds
            target[name] = replace(target[name], wrapped=close_to(state.kek, private, wrap_info(state.kek_id, name)))
        if state.solo:
            # The new key is beside the old one until the file that needs it is on disk: a crash loses neither.
            secret_files.replace(self.folder / f"{KEK_FILE}.new", kek)
            write_state(self.folder, state)
            (self.folder / f"{KEK_FILE}.new").replace(self.folder / KEK_FILE)
            return
        made = split(kek, needed=state.needed, total=len(state.custodians), rng=self._rng)
        state.custodians = [
            replace(c, share=close_to(c.public, share.to_bytes(), wrap_info(state.kek_id, c.name)))
            for c, share in zip(state.custodians, made, strict=True)
        ]
        write_state(self.folder, state)
