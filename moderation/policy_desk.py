"""Where a site's policy is written, tried, approved and put in force: what the web pages and the command line share.

What this file decides
- The policy in force is kept as version 1 the first time that somebody changes it, so that there is a way back.
- A draft may have faults; what is proposed, decides alongside or goes into force has none.
- A version goes into force together with its limit and its disclaimer's mode, and every time that is a line of the log.
- A replay decides again what is stored; nothing is scored, nothing is sent, nothing changes but the report beside the version.

It leaves permissions to the doors.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from moderation.bootstrap import open_shelf, utc_now
from moderation.checks.catalogue import CHECKS
from moderation.evidence.canonical import Json
from moderation.evidence.record import LeafType, leaf
from moderation.policy.explain import Explanation, explain
from moderation.policy.faults import Fault
from moderation.policy.model import Policy
from moderation.policy.parse import lint_policy, load_policy
from moderation.policy.record import decode_input
from moderation.policy.replay_pool import replay_all
from moderation.policy.replay_report import Report, report
from moderation.policy_shelf import PolicyShelf
from moderation.settings import Settings
from moderation.storage.database import Database
from moderation.storage.migrate import open_current
from moderation.storage.policies import (
    Activation,
    DraftText,
    activate_version,
    keep_first,
    list_versions,
    policy_settings,
    propose_version,
    read_version,
    save_draft,
    set_shadow,
    version_name,
)
from moderation.storage.replay import Decided, PastReader, count_past, read_decided, stretches
from moderation.storage.replay_jobs import ask_replay
from moderation.storage.tables import PolicyVersion
from moderation.vocabulary import Decision


@dataclass(frozen=True, slots=True)
class InForce:
    """The policy in force at a site: its name, where it stands, and its text."""

    name: str
    path: str
    text: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class Explained:
    """A stored decision, and why the policy says so; `same` tells whether it is the policy that decided then."""

    decided: Decided
    explanation: Explanation
    same: bool

    @property
    def then(self) -> Decision:
        """What was decided then."""
        return self.decided.decision


class PolicyDesk:
    """Everything that can be done with the policies of the sites."""

    def __init__(self, database: Database, shelf: PolicyShelf, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.shelf = shelf
        self._clock = clock

    def in_force(self, site_id: str) -> InForce:
        """The policy in force at a site."""
        name = self.shelf.rules(site_id).policy
        path, text = self.shelf.text(name)
        return InForce(name, path, text, self.shelf.policy(name))

    def lint(self, text: str, path: str = "policy.yaml") -> tuple[Fault, ...]:
        """Every fault of a text."""
        return lint_policy(text, path=path, checks=CHECKS)

    def load(self, text: str, path: str = "policy.yaml") -> Policy:
        """Read a text as a policy.

        Raises:
            PolicyInvalid: with every fault.

        """
        return load_policy(text, path=path, checks=CHECKS)

    def versions(self, site_id: str) -> list[PolicyVersion]:
        """All versions of a site's policy, newest first."""
        return list_versions(self.database, site_id)

    def version(self, site_id: str, version_id: str) -> PolicyVersion:
        """One version.

        Raises:
            NotFound: this site has none of this id.

        """
        return read_version(self.database, site_id, version_id)

    def settings(self, site_id: str) -> tuple[str | None, bool]:
        """The policy that decides alongside, and whether two people are needed to publish."""
        return policy_settings(self.database, site_id)

    def save(self, site_id: str, text: str, *, by: str, note: str = "", version_id: str | None = None) -> str:
        """Save a draft, faults and all, and give its id."""
        now, current = self._clock(), self.in_force(site_id)
        first = DraftText(current.text, _hash(current.text), "", by)
        keep_first(self.database, site_id, first, now)
        draft = DraftText(text, _hash(text), note, by, current.name)
        return save_draft(self.database, site_id, draft, now, version_id=version_id)

    def propose(self, site_id: str, version_id: str, by: str) -> None:
        """Ask for a second person.

        Raises:
            PolicyInvalid: the draft has faults.
            VersionSettled: it is no draft any more.

        """
        self.load(self.version(site_id, version_id).text)
        propose_version(self.database, site_id, version_id, by)

    def publish(self, site_id: str, version_id: str, by: str) -> None:
        """Put a version in force, a new one or an earlier one.

        Raises:
            PolicyInvalid: it has faults.
            SecondPersonNeeded: the site asks for two people.
            VersionInForce: it is in force.

        """
        now, row = self._clock(), self.version(site_id, version_id)
        policy = self.load(row.text)
        before = self.shelf.rules(site_id).policy
        told: dict[str, Json] = {
            "site": site_id,
            "number": row.number,
            "sha256": policy.hash,
            "by": by,
            "before": before,
        }
        told |= {"written_by": row.created_by, "disclaimer": policy.disclaimer.version}
        line = leaf(LeafType.POLICY_ACTIVATED, row.id, now, told, os.urandom(16))
        what = Activation(by, policy.limits["characters"], policy.disclaimer.mode.value, line)
        activate_version(self.database, site_id, row.id, what, now)
        self.shelf.forget(site_id)

    def shadow(self, site_id: str, version_id: str | None, by: str) -> None:
        """Let a version decide alongside, or stop it with None.

        Raises:
            PolicyInvalid: it has faults.

        """
        if version_id is not None:
            self.load(self.version(site_id, version_id).text)
        name = None if version_id is None else version_name(version_id)
        set_shadow(self.database, site_id, name, by=by, now=self._clock())
        self.shelf.forget(site_id)

    def count(self, site_id: str, since: datetime) -> int:
        """How many decisions a replay would look at."""
        return count_past(self.database, site_id, since)

    def replay(
        self,
        site_id: str,
        policy: Policy,
        since: datetime,
        *,
        workers: int | None = None,
        nice: int = 0,
        progress: Callable[[int], None] = lambda _count: None,
    ) -> Report:
        """Decide again what was decided since; `nice` is how far its processes step back for others."""
        parts, read = stretches(self.database, since), PastReader(self.database, site_id)
        return report(replay_all(policy, parts, read, checks=CHECKS, workers=workers, nice=nice, progress=progress))

    def ask_replay(self, site_id: str, version_id: str, since: datetime) -> None:
        """Ask the workers for a replay of a version; the report will stand beside it.

        Raises:
            PolicyInvalid: it has faults.

        """
        self.load(self.version(site_id, version_id).text)
        ask_replay(self.database, site_id, version_id, since)

    def explain(self, site_id: str, comment_id: str, revision: int | None = None) -> Explained:
        """Say why a comment was decided as it was.

        Raises:
            NotFound: this site has no such comment.

        """
        decided = read_decided(self.database, site_id, comment_id, revision)
        policy = self._policy_of(site_id, decided.policy)
        explanation = explain(policy, decode_input(decided.record), CHECKS)
        return Explained(decided, explanation, policy.hash == decided.policy)

    def _policy_of(self, site_id: str, wanted: str) -> Policy:
        """The policy of a hash, if it is still known here, else the one in force."""
        current = self.in_force(site_id).policy
        if current.hash == wanted:
            return current
        kept = next((row for row in self.versions(site_id) if row.hash == wanted), None)
        return self.load(kept.text) if kept else current


def open_desk(settings: Settings) -> PolicyDesk:
    """A desk of its own, for the command line."""
    database = open_current(settings.database)
    return PolicyDesk(database, open_shelf(settings, database))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
