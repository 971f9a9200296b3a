"""A sender's details, sealed as two envelopes and committed field by field.

- Network: address, port, transport, peer, how the address was found, user agent and low-entropy hints.
- Identity: e-mail address, name as given, account id. The two have different keys.
- Each field gets its own salt; its digest goes into the log, its opening into the envelope. So address and time can be
  proved to a court while e-mail and user agent stay closed.
- Long values are cut (512 bytes) and a referrer is kept as its host only: what is not held cannot be demanded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from moderation.evidence.batch import SealingBatch
from moderation.evidence.canonical import Json, b64, moment, writable
from moderation.evidence.keys import DEFAULT_PROFILE, EpochKeys
from moderation.evidence.record import Leaf, LeafType, Opening, Random, commit, field_digest, leaf
from moderation.evidence.seal import BadEnvelope, Compartment, Place
from moderation.vocabulary import Author, Sender

MAX_VALUE: Final = 512
KEPT_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sec-ch-ua": "ch_ua",
        "sec-ch-ua-mobile": "ch_mobile",
        "sec-ch-ua-platform": "ch_platform",
        "accept-language": "language",
    }
)


class SenderField(StrEnum):
    """Everything that is ever held of a sender; the list is public."""

    IP = "ip"
    PORT = "port"
    TRANSPORT = "transport"
    AT = "at"
    SUBMITTED_AT = "submitted_at"
    CLOCK = "clock"
    SOURCE = "source"
    PEER = "peer"
    PEER_PORT = "peer_port"
    FORWARDED = "forwarded"
    REPORTED_BY = "reported_by"
    USER_AGENT = "user_agent"
    REFERRER_HOST = "referrer_host"
    CH_UA = "ch_ua"
    CH_MOBILE = "ch_mobile"
    CH_PLATFORM = "ch_platform"
    LANGUAGE = "language"
    EMAIL = "email"
    NAME = "name"
    ACCOUNT = "account"


IDENTITY_FIELDS: Final = frozenset({SenderField.EMAIL, SenderField.NAME, SenderField.ACCOUNT})


@dataclass(frozen=True, slots=True)
class SealedSender:
    """What is stored of a sender: two envelopes that the server cannot open, and the digests for the log."""

    record_id: str
    comment_id: str
    ct_net: bytes
    ct_ident: bytes
    epoch_net: str
    epoch_ident: str
    digests_net: tuple[str, ...]
    digests_ident: tuple[str, ...]
    confidence: str


def compartment_of(field: SenderField) -> Compartment:
    return Compartment.IDENTITY if field in IDENTITY_FIELDS else Compartment.NETWORK


def _cut(value: str) -> str:
    if value.isascii():
        return value[:MAX_VALUE]
    return writable(value).encode()[:MAX_VALUE].decode("utf-8", "ignore")


def _referrer_host(referrer: str | None) -> str | None:
    try:
        return urlsplit(referrer or "").hostname or None
    except ValueError:
        return None


def network_fields(sender: Sender, at: datetime) -> dict[str, Json]:
    """What is known of the connection, without empty fields."""
    kept: dict[str, Json] = {
        SenderField.IP: sender.ip,
        SenderField.PORT: sender.port,
        SenderField.TRANSPORT: sender.transport,
        SenderField.AT: moment(at),
        SenderField.SUBMITTED_AT: moment(sender.submitted_at) if sender.submitted_at else None,
        SenderField.CLOCK: sender.clock,
        SenderField.SOURCE: sender.source,
        SenderField.PEER: sender.peer,
        SenderField.PEER_PORT: sender.peer_port,
        SenderField.FORWARDED: sender.forwarded,
        SenderField.REPORTED_BY: sender.key_id,
        SenderField.USER_AGENT: sender.user_agent,
        SenderField.REFERRER_HOST: _referrer_host(sender.referrer),
    }
    for header, value in sender.headers.items():
        if name := KEPT_HEADERS.get(header.lower()):
            kept[name] = value.split(",", 1)[0].split(";", 1)[0].strip() if name == "language" else value
    return {str(k): _cut(v) if isinstance(v, str) else v for k, v in kept.items() if v is not None and v != ""}


def identity_fields(author: Author) -> dict[str, Json]:
    """Who the author said to be, without empty fields."""
    kept = {SenderField.EMAIL: author.email, SenderField.NAME: author.name, SenderField.ACCOUNT: author.id}
    return {str(name): _cut(value) for name, value in kept.items() if value}


def _pack(encoded: Sequence[bytes]) -> bytes:
    """The plain text of an envelope: a canonical list is its canonical members, joined."""
    return b"[" + b",".join(encoded) + b"]"


def unpack(plain: bytes) -> tuple[Opening, ...]:
    """Read the openings of an envelope back.

    Raises:
        BadEnvelope: the content is not a list of openings.
    """
    try:
        return tuple(Opening(str(salt), str(name), value) for salt, name, value in json.loads(plain))
    except (ValueError, TypeError):
        raise BadEnvelope from None


def seal_sender(
    sender: Sender,
    author: Author,
    *,
    keys: EpochKeys,
    site: str,
    record_id: str,
    comment_id: str,
    at: datetime,
    rng: Random,
    profile: str = DEFAULT_PROFILE,
    batch: SealingBatch | None = None,
) -> SealedSender:
    """Close a sender's details under the keys of the day `at` (the moment of receipt), in a batch or alone.

    Raises:
        NoEpochKey: there is no key that could seal it, so that the comment must be refused.
    """
    key_net = keys.choose(Compartment.NETWORK, at, profile)
    key_ident = keys.choose(Compartment.IDENTITY, at, profile)
    net = commit(network_fields(sender, at), rng)
    ident = commit(identity_fields(author), rng)
    place_net = Place(site, record_id, comment_id, Compartment.NETWORK)
    place_ident = Place(site, record_id, comment_id, Compartment.IDENTITY)
    closing = batch or SealingBatch()
    ct_net = closing.seal(_pack(net), suite=key_net.suite, key=key_net.key, epoch_id=key_net.id, place=place_net)
    ct_ident = closing.seal(
        _pack(ident), suite=key_ident.suite, key=key_ident.key, epoch_id=key_ident.id, place=place_ident
    )
    return SealedSender(
        record_id,
        comment_id,
        ct_net,
        ct_ident,
        key_net.id,
        key_ident.id,
        tuple(sorted(map(field_digest, net))),
        tuple(sorted(map(field_digest, ident))),
        confidence=sender.source,
    )


def sender_leaf(sealed: SealedSender, *, entry_id: str, at: datetime, nonce: bytes, revision: int = 1) -> Leaf:
    """Write the log entry of a sealed record: digests of fields under salts, and of ciphertexts, which are random."""
    data: dict[str, Json] = {
        "rid": sealed.record_id,
        "cid": sealed.comment_id,
        "rev": revision,
        "epoch": [sealed.epoch_net, sealed.epoch_ident],
        "ct_net": b64(hashlib.sha256(sealed.ct_net).digest()),
        "ct_ident": b64(hashlib.sha256(sealed.ct_ident).digest()),
        "sd_net": list(sealed.digests_net),
        "sd_ident": list(sealed.digests_ident),
        "conf": sealed.confidence,
    }
    return leaf(LeafType.SENDER_LOGGED, entry_id, at, data, nonce)
