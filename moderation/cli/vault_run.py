"""`moderation vault run`: what the vault's calendar asks for, in a process of its own that serves nobody.

What this file decides
- Mint: whenever a day of the next 35 has no key. Shred: whenever a key's time is over, or a crash left a purge undone.
  Rotate: 30 days after the last time, in solo mode; with custodians it only says that it is due, for it needs their shares.
- Each job needs its lease row, so that two such processes never both do it; the vault's own lock guards the files.
- A job that fails is told and tried again in the next round; it never stops the others. Nothing is done by a clock that
  runs behind what the vault has already seen.

What each job does stands in `vault_work.py`; the server has no way to this file or to the vault (an import rule).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from moderation.cli import vault_work as work
from moderation.errors import ModerationError
from moderation.evidence.keys import MINT_DAYS
from moderation.settings import Settings
from moderation.storage.job_leases import give_back, take_lease

LEASE: Final = timedelta(minutes=30)
ROTATE_AFTER: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    """What a round did or could not do, in one line."""

    job: str
    words: str
    failed: bool = False


class VaultRounds:
    """The vault's jobs over one installation, a round at a time."""

    def __init__(self, settings: Settings, holder: str) -> None:
        self._settings = settings
        self._holder = holder

    def round(self, now: datetime) -> list[Told]:
        """Do whatever is due at `now` and say what it was."""
        told = []
        for job, run in (("mint", self._mint), ("shred", self._shred), ("rotate", self._rotate)):
            try:
                if self._may(job, now):
                    told += run(now)
            except (ModerationError, OSError) as problem:
                told.append(Told(job, f"{type(problem).__name__}: {_words(problem)}", failed=True))
        self._give_back(now)
        return told

    def _may(self, job: str, now: datetime) -> bool:
        database = work.owner_database(self._settings)
        try:
            return take_lease(database, f"vault-{job}", self._holder, now, LEASE)
        finally:
            database.close()

    def _give_back(self, now: datetime) -> None:
        database = work.owner_database(self._settings)
        try:
            give_back(database, self._holder, now)
        finally:
            database.close()

    def _mint(self, now: datetime) -> list[Told]:
        made = work.mint_for_sites(self._settings, MINT_DAYS, now)
        work.pin(self._settings, work.vault_of(self._settings))
        return [Told("mint", f"minted {len(made)} keys, the last for {made[-1].not_before:%Y-%m-%d}")] if made else []

    def _shred(self, now: datetime) -> list[Told]:
        if not work.vault_of(self._settings).due(now) and not work.unpurged(self._settings):
            return []
        report, carried, purged = work.shred(self._settings, now)
        words = f"destroyed {len(report.destroyed)} keys, purged {purged} records, carried over {carried}"
        kept = [
            Told("shred", f"kept {name}: held records rest on it; run `moderation vault rotate`", failed=True)
            for name in report.refused
        ]
        return [Told("shred", words), *kept]

    def _rotate(self, now: datetime) -> list[Told]:
        state = work.vault_of(self._settings).state()
        if now - state.rotated_at < ROTATE_AFTER:
            return []
        if not state.solo:
            words = f"due since {state.rotated_at + ROTATE_AFTER:%Y-%m-%d}; it needs {state.needed} custodians"
            return [Told("rotate", f"{words}: `moderation vault rotate --identity …`", failed=True)]
        kek, carried = work.rotate(self._settings, now, ())
        return [Told("rotate", f"rotated to {kek}, carried over {carried}; destroy old copies of `kek.key`")]


def keep_rounds(
    rounds: VaultRounds,
    *,
    clock: Callable[[], datetime],
    wait: Callable[[float], bool],
    every: float,
    tell: Callable[[Told], None],
) -> None:
    """A round now and then one each `every` seconds, until `wait` says that it is time to stop."""
    while True:
        for one in rounds.round(clock()):
            tell(one)
        if wait(every):
            return


def _words(problem: ModerationError | OSError) -> str:
    return problem.message if isinstance(problem, ModerationError) else problem.strerror or "the system refused it"
