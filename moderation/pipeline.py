"""START HERE: what happens to a comment, in order.

A door hands in accepted comments. `receive` gathers what is known, lets every check look, asks the model, lets the policy
decide, and writes everything in one transaction. Held comments wait for people: `rule` writes a verdict, `undo` takes it back.

What this file decides is the order, and that a part which fails is a fact like any other (`unavailable`), never a silent
approval. What each step means stands in its room; how it is stored stands in `storage/`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from moderation.appeals.eligibility import accept_appeal
from moderation.checks import run_checks, warm_up
from moderation.errors import ModerationError, Unavailable
from moderation.evidence.batch import SealingBatch
from moderation.evidence.canonical import b64, writable
from moderation.evidence.record import Leaf, LeafType, Opening, leaf
from moderation.evidence.sender import SealedSender, sender_leaf
from moderation.policy.decide import decide
from moderation.policy.lists import with_lists
from moderation.policy.model import SCORING
from moderation.policy.record import encode_input
from moderation.ports import Arrival, FactBook, Judged, JudgingPorts, Outcome, Ports, Received, Tags, Texture
from moderation.review.verdict import Ruling, VerdictPlan, may_undo, plan_verdict
from moderation.text.count import count_characters
from moderation.text.language import guess_language
from moderation.vocabulary import (
    Action,
    Appeal,
    Comment,
    CommentFacts,
    Decision,
    DecisionInput,
    Facts,
    Field,
    ScoreContext,
    Scores,
    Signal,
)

ScoreMap = Mapping[Field, Scores]
SENTENCE = 3  # a name of fewer words is a name: models that read sentences call rare names toxic


class Judging:
    """Say what a comment is and what the policy makes of it: reads nothing and writes nothing."""

    def __init__(self, ports: JudgingPorts) -> None:
        self._judging = ports
        warm_up()

    def judge(self, arrival: Arrival, facts: Facts, scores: ScoreMap, now: datetime) -> Judged:
        """Checks, then one decision over everything that was found."""
        comment = arrival.comment
        policy = self._judging.policy_for(arrival.site_id, facts.article.section)
        facts = replace(facts, site=with_lists(facts.site, policy))
        signals = (*run_checks(comment, facts, now, deadline=self._judging.check_seconds), *unread(scores))
        given = DecisionInput(
            now=now,
            signals=signals,
            scores=scores,
            comment=measure(comment, scores, edited=arrival.revises is not None),
            author=facts.author,
            article=replace(facts.article, body=""),
            sender=facts.sender,
        )
        decision = forced(comment.forced, policy.hash) if comment.forced else decide(policy, given)
        shadow = self._judging.shadow_for(arrival.site_id, facts.article.section)
        return Judged(facts, given, decision, decide(shadow, given) if shadow else None)

    def score(self, texts: Sequence[tuple[str, Comment, ScoreContext]]) -> list[ScoreMap]:
        """The scores of every public field with words in it, asked in one batch per engine."""
        asked = [
            (n, field, words, self._judging.scorer_for(site_id, field), context)
            for n, (site_id, comment, context) in enumerate(texts)
            for field, words in comment.fields().items()
            if field in {Field.TEXT, Field.TITLE} or (field is Field.NAME and len(words.split()) >= SENTENCE)
        ]
        found: list[dict[Field, Scores]] = [{} for _ in texts]
        for scorer in {id(row[3]): row[3] for row in asked}.values():
            rows = [row for row in asked if row[3] is scorer]
            try:
                scored = scorer.score([row[2] for row in rows], [row[4] for row in rows])
            except Unavailable as problem:
                info = scorer.info
                scored = [Scores({}, info.engine, info.version, unavailable=problem.message) for _ in rows]
            for row, result in zip(rows, scored, strict=True):
                found[row[0]][row[1]] = result
        return list(found)


class Pipeline(Judging):
    """The steps, over the ports that `bootstrap` built."""

    def __init__(self, ports: Ports) -> None:
        super().__init__(ports)
        self.ports = ports

    def receive(self, arrivals: Sequence[Arrival]) -> list[Outcome | ModerationError]:
        """Judge a batch and commit it: the same as one after another in this order. An outcome or an error each."""
        now = self.ports.clock()
        tags = [self._tags(arrival, now) for arrival in arrivals]
        textures = [self.ports.sealer.texture(arrival.site_id, arrival.comment.text) for arrival in arrivals]
        book = self.ports.store.read_facts(arrivals, tags, textures)
        scores = self.score([(a.site_id, a.comment, book.context_of(a)) for a in arrivals])
        received, sealing = [], SealingBatch()
        for arrival, tag, texture, scored in zip(arrivals, tags, textures, scores, strict=True):
            facts = book.facts_of(arrival, tag, texture, now)
            judged = self.judge(arrival, facts, scored, now)
            book.note(arrival, tag, texture, judged.decision)
            revision = book.revision_of(arrival)
            received.append(self._record(arrival, judged, tag, texture, sealing, revision=revision, now=now))
        return self.ports.store.write_received(received)

    def rule(self, ruling: Ruling) -> VerdictPlan:
        """A person decides: the verdict is written at once, and told when the undo window has ended."""
        now = self.ports.clock()
        with self.ports.store.step() as step:
            case = step.case(ruling.site_id, ruling.case_id)
            reason = self.ports.reason_for(ruling.site_id, ruling.ground) if ruling.ground else ""
            undo = self.ports.undo_seconds
            plan = plan_verdict(case, ruling, verdict_id=self.ports.new_id(), now=now, undo_seconds=undo, reason=reason)
            step.write_verdict(
                plan, self._leaf(LeafType.VERDICT_GIVEN, plan.id, now, describe_verdict(plan)), case=case
            )
        return plan

    def undo(self, site_id: str, verdict_id: str, by: str) -> VerdictPlan:
        """Take a verdict back: inside the window nothing was told, after it the change is told."""
        now = self.ports.clock()
        with self.ports.store.step() as step:
            plan = step.verdict(site_id, verdict_id)
            may_undo(plan, by)
            data = {"vid": plan.id, "cid": plan.comment_id, "rev": plan.revision, "by": by}
            step.undo_verdict(plan, self._leaf(LeafType.VERDICT_UNDONE, plan.id, now, data), now)
        return plan

    def appeal(self, site_id: str, comment_id: str, words: str) -> None:
        """The author asks for a second look: a case that whoever decided first cannot judge."""
        appeal = Appeal(comment_id, words, self.ports.clock())
        with self.ports.store.step() as step:
            barred = accept_appeal(appeal, step.decided(site_id, appeal))
            data = {"cid": comment_id, "barred": barred or ""}
            step.open_appeal(
                site_id, appeal, barred, self._leaf(LeafType.APPEAL_OPENED, comment_id, appeal.opened_at, data)
            )

    def withdraw(self, site_id: str, comment_id: str) -> Outcome:
        """The site takes a comment back; it can be restored."""
        now = self.ports.clock()
        entry = self._leaf(LeafType.COMMENT_WITHDRAWN, comment_id, now, {"cid": comment_id})
        return self.ports.store.withdraw(site_id, comment_id, entry, now)

    def restore(self, site_id: str, comment_id: str) -> Outcome:
        """The site brings a withdrawn comment back as it stood."""
        now = self.ports.clock()
        entry = self._leaf(LeafType.COMMENT_RESTORED, comment_id, now, {"cid": comment_id})
        return self.ports.store.restore(site_id, comment_id, entry, now)

    def rejudge(self, limit: int = 200) -> int:
        """Judge again what was held only because the model was away; how many were judged. Both decisions are logged."""
        now = self.ports.clock()
        waiting = self.ports.store.waiting_for_scores(limit)
        scores = self.score([(w.arrival.site_id, w.arrival.comment, w.context) for w in waiting])
        done = 0
        for was, scored in zip(waiting, scores, strict=True):
            if any(result.unavailable for result in scored.values()):
                continue
            judged = self.judge(was.arrival, was.facts, scored, now)
            entry = self._leaf(
                LeafType.DECISION_MADE, was.comment_id, now, describe(was.comment_id, was.revision, judged)
            )
            record = encode_input(judged.given)
            done += self.ports.store.write_rejudged(was, judged, record, entry, now)
        return done

    def _tags(self, arrival: Arrival, now: datetime) -> Tags:
        return self.ports.sealer.tags(arrival.site_id, arrival.comment.sender, arrival.comment.author, now)

    def _leaf(self, kind: LeafType, about: str, now: datetime, data: Mapping[str, object]) -> Leaf:
        return leaf(kind, about, now, dict(data), self.ports.nonce())  # type: ignore[arg-type]

    def _record(
        self,
        arrival: Arrival,
        judged: Judged,
        tags: Tags,
        texture: Texture,
        sealing: SealingBatch,
        *,
        revision: int,
        now: datetime,
    ) -> Received:
        ports, comment = self.ports, arrival.comment
        comment_id, sender_id = arrival.revises or ports.new_id(), ports.new_id()
        at = comment.received_at or now
        sealed: SealedSender = ports.sealer.seal(
            comment.sender, comment.author, site_id=arrival.site_id,
            record_id=sender_id, comment_id=comment_id, at=at, batch=sealing,
        )  # fmt: skip
        token = ports.token()
        retain_until, retain_rule = ports.retention(arrival.site_id, at)
        salt = ports.nonce()
        submitted = describe_wording(arrival, comment_id, revision, salt)
        return Received(
            id=comment_id,
            arrival=arrival,
            revision=revision,
            judged=judged,
            record=encode_input(judged.given),
            text_salt=salt,
            tags=tags,
            texture=texture,
            sender_id=sender_id,
            sealed=sealed,
            email_sealed=ports.sealer.seal_email(arrival.site_id, comment.author.email),
            leaves=(
                self._leaf(LeafType.COMMENT_SUBMITTED, comment_id, now, submitted),
                self._leaf(LeafType.DECISION_MADE, comment_id, now, describe(comment_id, revision, judged)),
            ),
            sender_leaf=sender_leaf(sealed, entry_id=sender_id, at=now, nonce=ports.nonce(), revision=revision),
            status_token=token,
            status_token_hash=hashlib.sha256(token.encode()).hexdigest(),
            retain_until=retain_until,
            retain_rule=retain_rule,
            now=now,
        )


def describe_wording(arrival: Arrival, comment_id: str, revision: int, salt: bytes) -> dict[str, object]:
    """A wording as the log holds it: the salted digest commits the text and tells nothing without the row's salt."""
    comment = arrival.comment
    text = Opening(b64(salt), "text", writable(comment.text)).digest()
    return {"cid": comment_id, "rev": revision, "site": arrival.site_id, "door": comment.door.value, "text": text}


def forced(action: Action, policy_hash: str) -> Decision:
    """The decision that a test key's address asked for."""
    return Decision(action, (), (), policy_hash, message="this outcome was asked for by the test address")


def measure(comment: Comment, scores: ScoreMap, *, edited: bool = False) -> CommentFacts:
    """The measurable facts of a comment that a rule may name."""
    of_text = scores.get(Field.TEXT)
    return CommentFacts(
        characters=count_characters(comment.text),
        words=len(comment.text.split()),
        lines=comment.text.count("\n") + 1 if comment.text else 0,
        has_title=bool(comment.title),
        is_reply=comment.parent_id is not None,
        door=comment.door.value,
        language=of_text.language if of_text and of_text.language else guess_language(comment.text).code,
        edited=edited,
    )


def unread(scores: ScoreMap) -> tuple[Signal, ...]:
    """A text whose end no model read has no answer from the model, whatever its beginning scored."""
    cut = [field for field, one in scores.items() if one.cut]
    return tuple(
        Signal(SCORING, value=False, field=one, detail="its end was not read", unavailable=True) for one in cut
    )


def describe(comment_id: str, revision: int, judged: Judged) -> dict[str, object]:
    """A decision as the log holds it: ids and closed words only."""
    decision: Decision = judged.decision
    models = sorted({f"{s.engine}@{s.version}" for s in judged.given.scores.values()})
    return {
        "cid": comment_id,
        "rev": revision,
        "action": decision.action.value,
        "grounds": [ground.value for ground in decision.grounds],
        "rules": [rule.id for rule in decision.rules],
        "policy": decision.policy,
        "models": models,
        "unavailable": list(decision.unavailable),
    }


def describe_verdict(plan: VerdictPlan) -> dict[str, object]:
    """A verdict as the log holds it: the words of a person stay outside."""
    return {
        "vid": plan.id,
        "case": plan.case_id,
        "cid": plan.comment_id,
        "rev": plan.revision,
        "action": plan.action.value,
        "ground": plan.ground.value if plan.ground else "",
        "by": plan.by,
    }


__all__ = ["FactBook", "Pipeline", "Ports", "describe", "measure"]
