"""Answer an approved request: open, prove, pack, note. The opener is handed in; this file knows no vault.

- The look-ups are in the log before anything opens; then the log is signed, so that the checkpoint covers records,
  approvals and look-ups; the package rests on that checkpoint.
- Where a time-stamp authority is named, that checkpoint is stamped before the package is written: no stamp, no package.
- Proofs lead from each record to it, and from the checkpoints that were published before.
- The production is a line of the log with the manifest's hash, written after the package is whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import col, select

from moderation.errors import NotFound
from moderation.evidence.bag import PackageThere, make_bag, write_bag
from moderation.evidence.canonical import Json, b64, moment, writable
from moderation.evidence.certificate import ServerIdentity
from moderation.evidence.clock import read_clock
from moderation.evidence.note import policy_text
from moderation.evidence.opening import OpenedRecord, Opener, asked_fields, open_records
from moderation.evidence.package import Content, Event, Package, ProvenLine, Wording, payload
from moderation.evidence.profile import load_profile
from moderation.evidence.record import LeafType, Opening
from moderation.evidence.request import Rejection, RequestRefused, Target
from moderation.evidence.sender import SenderField
from moderation.evidence.signer import LogSigner
from moderation.evidence.timestamp import chain_of
from moderation.storage.checkpoints import keep_anchor, make_checkpoint, newest_anchor
from moderation.storage.ids import new_id
from moderation.storage.legal import LegalBook
from moderation.storage.legal_rows import Filed
from moderation.storage.log import checkpoint_notes, lines_about, prove_growth, prove_line
from moderation.storage.senders import records_of
from moderation.storage.tables import ArticleRow, CommentRow, LogEntry, ProductionRow, RevisionRow, Site

KNOWN_CHECKPOINTS: Final = 30


@dataclass(frozen=True, slots=True)
class Producer:
    """What an answer needs: the register, the signer, an opener, and who acts."""

    book: LegalBook
    signer: LogSigner
    opener: Opener
    needed: int
    actor: str
    contact: str
    clock: Callable[[], datetime]
    solo: bool = True
    stamp: Callable[[str], bytes] | None = None

    def produce(self, site_id: str, request_id: str, folder: Path) -> ProductionRow:
        """Open what is in scope and write the package into `folder`.

        Raises:
            ApprovalMissing, NotThisWay, RequestRefused: a guard does not let it pass; nothing is opened.
            WillNotOpen: a record does not belong where it lies; nothing is handed out.
        """
        if folder.exists():
            raise PackageThere(f"`{folder.name}` exists already")
        filed = self.book.find(site_id, request_id)
        opened = self._open(filed)
        package = self._package(filed, opened)
        info = {"Source-Organization": package.organisation, "Contact-Name": package.contact}
        bag = make_bag(package.id, payload(package), info, at=package.made_at, sign=self.signer.sign_text)
        write_bag(bag, folder)
        fields = sorted({opening.name for one in opened for opening in one.openings})
        made = ProductionRow(
            id=package.id,
            request_id=request_id,
            manifest_sha256=hashlib.sha256(bag["manifest-sha256.txt"]).hexdigest(),
            fields=fields,
            records=len(opened),
            made_by=self.actor,
            made_at=package.made_at,
            leaf_idx=0,
        )
        self.book.note_production(filed, made)
        return made

    def _open(self, filed: Filed) -> list[OpenedRecord]:
        request = filed.request
        comments = [target.comment_id for target in request.targets]
        found = records_of(self.book.database, request.site_id, comments)
        records = [record for record in found if asked_fields(request, record)]
        if not records:
            raise RequestRefused([(Rejection.DATA_NEVER_HELD, "no record of these comments in this time")])
        return open_records(
            request,
            self.book.approvals(request.id),
            records,
            needed=self.needed,
            opener=self.opener,
            book=self.book,
            actor=self.actor,
            now=self.clock(),
        )

    def _package(self, filed: Filed, opened: Sequence[OpenedRecord]) -> Package:
        database, request, now = self.book.database, filed.request, self.clock()
        make_checkpoint(database, self.signer, now)
        size, checkpoint = checkpoint_notes(database, newest=1)[-1]
        known = [old for old, _ in checkpoint_notes(database, newest=KNOWN_CHECKPOINTS) if 0 < old < size]
        with database.reading() as session:
            site = session.get(Site, request.site_id)
        if site is None:
            raise NotFound(f"there is no site `{request.site_id}`")
        stamp = self._stamp(size, checkpoint)
        number = len(self.book.productions(request.id)) + 1
        return Package(
            id=f"{request.id}-P{number}",
            request=_told(filed),
            organisation=site.name,
            contact=self.contact,
            profile=load_profile(site.region),
            opened=opened,
            lines={one.record.id: prove_line(database, one.record.leaf_idx, size) for one in opened},
            checkpoint=checkpoint,
            policy=policy_text(self.signer.key),
            made_at=now,
            contents=[self._content(t, size) for t in request.targets if t.content],
            custody=self._custody(filed, opened),
            clock={
                "now": moment(now),
                "status": str(read_clock()),
                "sources": list(load_profile(site.region).clock_sources),
            },
            consistency={old: prove_growth(database, old, size) for old in known},
            timestamp=stamp,
            tsa_chain=chain_of(stamp) if stamp else None,
            server=ServerIdentity(**site.settings.get("server_identity", {})),
            solo=self.solo,
        )

    def _stamp(self, size: int, checkpoint: str) -> bytes | None:
        """The time stamp over the package's checkpoint: an earlier one, or one fetched now, where an authority is named."""
        if kept := newest_anchor(self.book.database, "tsa", size=size):
            return kept.blob
        if self.stamp is None:
            return None
        reply = self.stamp(checkpoint)
        keep_anchor(self.book.database, new_id(), size, "tsa", reply, self.clock())
        return reply

    def _custody(self, filed: Filed, opened: Sequence[OpenedRecord]) -> list[Event]:
        request, events = filed.request, []
        events.append(Event("receipt of order", request.received_at, request.entered_by, "received", request.id))
        if filed.authority and filed.authority.verified_at:
            who = filed.authority.verified_by or ""
            events.append(Event("verification of requester", filed.authority.verified_at, who, "called back"))
        events += [Event("state", at, by, state, request.id) for at, by, state, _ in filed.events]
        for given in self.book.approvals(request.id):
            events.append(Event("approval", given.at, given.approver, f"scope {given.scope_hash}", request.id))
        for look in self.book.lookups(request.id):
            events.append(
                Event("decryption", look.at, look.actor, f"logged first as line {look.leaf_idx}", look.record_id)
            )
        for one in opened:
            named = ", ".join(opening.name for opening in one.openings) or "nothing"
            events.append(Event("redaction", self.clock(), self.actor, f"kept {named}", one.record.id))
        events.append(Event("packaging", self.clock(), self.actor, "made", request.id))
        return events

    def _content(self, target: Target, size: int) -> Content:
        database, comment_id = self.book.database, target.comment_id
        with database.reading() as session:
            row = session.get(CommentRow, comment_id)
            if row is None:
                raise NotFound(f"there is no comment `{comment_id}`")
            article = session.get(ArticleRow, (row.site_id, row.article_id)) if row.article_id else None
            query = select(RevisionRow).where(RevisionRow.comment_id == comment_id).order_by(col(RevisionRow.number))
            revisions = session.exec(query).all()
            submitted = [
                idx for idx in lines_about(session, comment_id)
                if (entry := session.get(LogEntry, idx)) and entry.type == LeafType.COMMENT_SUBMITTED
            ]  # fmt: skip
        lines = dict(enumerate(sorted(submitted), 1))
        wordings = tuple(self._wording(one, lines.get(one.number), size) for one in revisions)
        # A name is given only when it is asked for.
        name = revisions[-1].name if SenderField.NAME in target.fields else None
        return Content(comment_id, article.url if article else "", name, row.status, wordings)

    def _wording(self, row: RevisionRow, idx: int | None, size: int) -> Wording:
        decision: dict[str, Json] = {"action": row.action, "policy": row.policy, "engine": row.engine}
        if row.text is None or row.text_salt is None or idx is None:
            return Wording(row.number, row.text, row.created_at, decision)
        opening = Opening(b64(row.text_salt), "text", writable(row.text))
        line: ProvenLine = prove_line(self.book.database, idx, size)
        return Wording(row.number, str(opening.value), row.created_at, decision, tuple(opening.as_list()), line)


def _told(filed: Filed) -> dict[str, Json]:
    request, authority = filed.request, filed.authority
    return {
        "id": request.id,
        "type": str(request.type),
        "basis": request.basis_id,
        "authority": authority.name if authority else None,
        "officer": filed.officer,
        "officer_rank": request.officer_rank,
        "reference": filed.reference,
        "purpose": filed.purpose,
        "received_at": moment(request.received_at),
        "order_sha256": filed.order_sha256,
        "scope": request.scope(),
    }
