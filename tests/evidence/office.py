"""A whole office in memory: a vault, a log with sealed senders, a signer, and what is needed to open a request."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from moderation.evidence.canonical import b64
from moderation.evidence.keys import EpochKeys
from moderation.evidence.merkle import inclusion_path, root_of, subtree_of
from moderation.evidence.note import policy_text
from moderation.evidence.opening import Lookup, OpenedRecord, SealedRecord, open_records
from moderation.evidence.package import Content, Event, Package, ProvenLine, Wording
from moderation.evidence.profile import load_profile
from moderation.evidence.record import Leaf, LeafType, Opening, leaf
from moderation.evidence.request import Approval, LegalRequest, State, Target, scope_hash
from moderation.evidence.sender import SenderField, seal_sender, sender_leaf
from moderation.evidence.signer import LogSigner
from moderation.evidence.vault import Vault
from moderation.vocabulary import Author, Sender
from tests.evidence.epochs import NOON
from tests.evidence.requests import FIELDS, request

TEXT = "ಇದು ಒಂದು ಪ್ರತಿಕ್ರಿಯೆ, <b>as written</b>"


@dataclass
class Office:
    folder: Path
    vault: Vault = field(init=False)
    signer: LogSigner = field(init=False)
    log: list[Leaf] = field(default_factory=list)
    records: list[SealedRecord] = field(default_factory=list)
    texts: dict[str, tuple[int, list[object]]] = field(default_factory=dict)
    lookups: list[Lookup] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.vault = Vault(self.folder / "vault", rng=os.urandom)
        self.vault.init(NOON - timedelta(days=1))
        self.vault.mint(NOON - timedelta(days=1), profile="IN", keep=timedelta(days=180))
        self.signer = LogSigner(self.folder / "secrets", origin="news.example/log", rng=os.urandom)

    def comment(self, number: int) -> SealedRecord:
        cid, rid = f"c{number}", f"r{number}"
        opening = Opening(b64(os.urandom(16)), "text", TEXT)
        data = {"cid": cid, "rev": 1, "text": opening.digest()}
        self.texts[cid] = (len(self.log), opening.as_list())
        self.log.append(leaf(LeafType.COMMENT_SUBMITTED, cid, NOON, data, os.urandom(16)))
        sealed = seal_sender(
            Sender(ip=f"203.0.113.{number}", port=40000 + number, user_agent="SecretBrowser/9", source="direct"),
            Author(name="Asha Rao", email=f"reader{number}@mail.example"),
            keys=EpochKeys.load(self.vault.state().rows.values()),
            site="demo",
            record_id=rid,
            comment_id=cid,
            at=NOON,
            rng=os.urandom,
        )
        self.log.append(sender_leaf(sealed, entry_id=rid, at=NOON, nonce=os.urandom(16)))
        made = SealedRecord(rid, "demo", cid, 1, len(self.log) - 1, NOON, sealed.ct_net, sealed.ct_ident)
        self.records.append(made)
        return made

    def write(self, lookups: Sequence[Lookup]) -> list[int]:
        indices = []
        for lookup in lookups:
            data = {"req": lookup.request_id, "rid": lookup.record_id, "fields": list(lookup.fields)}
            indices.append(len(self.log))
            self.log.append(leaf(LeafType.LOOKUP_OPENED, lookup.record_id, lookup.at, data, os.urandom(16)))
        self.lookups += lookups
        return indices

    def approved(self, *comments: str, fields: tuple[SenderField, ...] = FIELDS) -> LegalRequest:
        return request(state=State.APPROVED, targets=tuple(Target(c, fields) for c in comments))

    def open(self, req: LegalRequest, records: Sequence[SealedRecord], **changes: object) -> list[OpenedRecord]:
        facts = {
            "needed": 1,
            "opener": self.vault.unlock(),
            "book": self,
            "actor": "boss",
            "now": NOON + timedelta(hours=1),
            **changes,
        }
        approvals = facts.pop("approvals", [Approval("boss", scope_hash(req), NOON)])
        return open_records(req, approvals, records, **facts)  # type: ignore[arg-type]

    def line(self, index: int, size: int) -> ProvenLine:
        subtree = subtree_of([entry.hash for entry in self.log])
        return ProvenLine(index, self.log[index].body, tuple(inclusion_path(index, size, subtree)))

    def checkpoint(self) -> str:
        from moderation.evidence.merkle import consistency_path

        hashes = [entry.hash for entry in self.log]
        path = consistency_path(self.signer.head().size, len(hashes), subtree_of(hashes))
        return self.signer.sign(len(hashes), root_of(hashes), path)

    def package(
        self, req: LegalRequest, opened: Sequence[OpenedRecord], *, texts: bool = False, **more: object
    ) -> Package:
        checkpoint = self.checkpoint()
        size = len(self.log)
        made = Package(
            id=f"{req.id}-P1",
            request={"id": req.id, "basis": req.basis_id},
            organisation="Daily Example",
            contact="https://news.example/log",
            profile=load_profile("IN"),
            opened=opened,
            lines={one.record.id: self.line(one.record.leaf_idx, size) for one in opened},
            checkpoint=checkpoint,
            policy=policy_text(self.signer.key),
            made_at=NOON + timedelta(hours=2),
            custody=(Event("receipt", NOON, "intake-1", "order received", req.id),),
            clock={"status": "synchronised, at most 900 us wrong"},
        )
        if texts:
            made = replace(made, contents=tuple(self._content(one.record.comment_id, size) for one in opened))
        return replace(made, **more)  # type: ignore[arg-type]

    def _content(self, cid: str, size: int) -> Content:
        index, opening = self.texts[cid]
        wording = Wording(1, str(opening[2]), NOON, {"action": "publish"}, tuple(opening), self.line(index, size))
        return Content(cid, "https://news.example/a/1", "Asha Rao", "published", (wording,))
