"""What a line of the log is: a leaf of an RFC 6962 tree that holds no personal data.

- The body is canonical JSON `{"v":1,"t":type,"id","ts","n","d"}`; `n` is a fresh 16-byte nonce, so that a leaf's hash
  tells nothing about a body that has few possible values.
- `d` holds ids, closed words and salted digests, never a name, an address or a text.
- The leaf hash is SHA-256(0x00 || body). When a body is blanked the hash stays, and the tree still adds up.
- A field is committed as SHA-256 of canonical `[salt, name, value]`: whoever is handed the three can check one field
  while its neighbours stay closed.

Which entry is written when is the pipeline's business; proofs are `merkle.py`'s.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from moderation.errors import Invalid
from moderation.evidence.canonical import Json, b64, canonical, moment

NONCE_SIZE: Final = 16
SALT_SIZE: Final = 16
Random = Callable[[int], bytes]


class LeafType(StrEnum):
    """Everything that the log can say; a word is never reused for something else."""

    COMMENT_SUBMITTED = "comment.submitted"
    COMMENT_WITHDRAWN = "comment.withdrawn"
    COMMENT_RESTORED = "comment.restored"
    SENDER_LOGGED = "sender.logged"
    DECISION_MADE = "decision.made"
    VERDICT_GIVEN = "verdict.given"
    VERDICT_UNDONE = "verdict.undone"
    OPINION_ASKED = "opinion.asked"
    OPINION_GIVEN = "opinion.given"
    OPINION_TAKEN_BACK = "opinion.taken_back"
    APPEAL_OPENED = "appeal.opened"
    APPEAL_SETTLED = "appeal.settled"
    NOTICE_RECEIVED = "notice.received"
    NOTICE_SENT = "notice.sent"
    AUTHORITY_VERIFIED = "authority.verified"
    REQUEST_RECEIVED = "request.received"
    REQUEST_STATE = "request.state"
    HOLD_PLACED = "hold.placed"
    HOLD_CARRIED = "hold.carried"
    HOLD_RELEASED = "hold.released"
    APPROVAL_GIVEN = "approval.given"
    LOOKUP_OPENED = "lookup.opened"
    SEARCH_MADE = "search.made"
    PRODUCTION_MADE = "production.made"
    KEY_MINTED = "key.minted"
    KEY_DESTROYED = "key.destroyed"
    VAULT_ROTATED = "vault.rotated"
    PURGE_RUN = "purge.run"
    ENTRY_REDACTED = "entry.redacted"
    DSAR_SERVED = "dsar.served"
    CLOCK_STATUS = "clock.status"
    CONFIG_CHANGED = "config.changed"
    POLICY_ACTIVATED = "policy.activated"
    ROLE_CHANGED = "role.changed"
    SOFTWARE_VERSION = "software.version"
    TEXT_READ = "text.read"


class BadLeaf(Invalid):
    """the log entry cannot be read"""

    code = "bad_leaf"
    hint = "run `moderation evidence log verify` to find out which rows changed"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One line of the log, ready to be given its index."""

    type: LeafType
    id: str
    at: datetime
    body: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Opening:
    """One committed field with the salt that opens its digest."""

    salt: str
    name: str
    value: Json

    def encoded(self) -> bytes:
        """The canonical form that is hashed, and that lies in the envelope."""
        return canonical([self.salt, self.name, self.value])

    def digest(self) -> str:
        """The digest that the leaf holds for this field."""
        return field_digest(self.encoded())

    def as_list(self) -> list[Json]:
        return [self.salt, self.name, self.value]


def field_digest(encoded: bytes) -> str:
    """The digest of an encoded opening."""
    return b64(hashlib.sha256(encoded).digest())


def leaf_hash(body: bytes) -> bytes:
    """RFC 6962, section 2.1: the hash of a leaf."""
    return hashlib.sha256(b"\x00" + body).digest()


def leaf(kind: LeafType, entry_id: str, at: datetime, data: Mapping[str, Json], nonce: bytes) -> Leaf:
    """Build a leaf; the nonce must be 16 random bytes."""
    if len(nonce) != NONCE_SIZE:
        raise BadLeaf("a leaf needs a nonce of 16 bytes", hint="pass `os.urandom(16)`")
    body = canonical({"v": 1, "t": str(kind), "id": entry_id, "ts": moment(at), "n": b64(nonce), "d": dict(data)})
    return Leaf(kind, entry_id, at, body, leaf_hash(body))


def commit(fields: Mapping[str, Json], rng: Random) -> list[bytes]:
    """Bind each field under a fresh salt of its own: encoded openings, whose digests go into the leaf."""
    salts = rng(SALT_SIZE * len(fields))
    starts = range(0, len(salts), SALT_SIZE)
    return [
        canonical([b64(salts[n : n + SALT_SIZE]), name, value])
        for n, (name, value) in zip(starts, fields.items(), strict=True)
    ]


def read_leaf(body: bytes) -> dict[str, Json]:
    """Read a leaf's body back.

    Raises:
        BadLeaf: it is not a body that `leaf` wrote.
    """
    try:
        entry = json.loads(body)
    except ValueError:
        raise BadLeaf from None
    if not isinstance(entry, dict) or entry.keys() != {"v", "t", "id", "ts", "n", "d"} or entry["v"] != 1:
        raise BadLeaf
    return entry
