"""Asking a colleague, and what follows from the answer: the step between two people's views and one verdict.

What this file decides is the order. A question hands the case over; an answer is written together with the verdict that two
agreeing views make, or with the case's way to an editor. What views come to stands in `review/opinion.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from moderation.errors import Forbidden
from moderation.evidence.record import Leaf, LeafType, leaf
from moderation.pipeline import describe_verdict
from moderation.ports import Ports, Step
from moderation.review.opinion import (
    Answer,
    NotAsked,
    OpinionResult,
    Question,
    View,
    accept_question,
    may_answer,
    weigh,
)
from moderation.review.verdict import (
    EditorNeeded,
    OpenCase,
    Ruling,
    VerdictPlan,
    plan_verdict,
    refuse_groundless,
    refuse_stale,
)


class OpinionDesk:
    """The steps of a second opinion, over the pipeline's ports."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports

    def ask(self, question: Question) -> Question:
        """Hand a case to a colleague. The question's id and time are given here.

        Raises:
            StaleVerdict, AskedAlready, GroundMissing, Invalid, NotFound.
        """
        now = self.ports.clock()
        kept = replace(question, id=self.ports.new_id(), at=now)
        with self.ports.store.step() as step:
            case = step.case(kept.site_id, kept.case_id)
            accept_question(case, kept)
            data = {**_about(case), "by": kept.view.by, "of": kept.asked_of or ""}
            step.write_question(kept, self._leaf(LeafType.OPINION_ASKED, kept.id, now, data))
        return kept

    def answer(self, ruling: Ruling) -> Answer:
        """Give the second view. Two that agree are a verdict; two that differ are an editor's.

        Raises:
            StaleVerdict, NotAsked, GroundMissing, WordsMissing, NotFound.
        """
        now = self.ports.clock()
        with self.ports.store.step() as step:
            case = step.case(ruling.site_id, ruling.case_id)
            refuse_stale(case, ruling)
            overdue = case.due_at <= now
            if not may_answer(case.asked_by, case.asked_of, ruling.by, barred=case.barred, overdue=overdue):
                raise NotAsked
            refuse_groundless(ruling.action, ruling.ground)
            question = step.question(case.id)
            view = View(ruling.by, ruling.action, ruling.ground, ruling.words)
            given = Answer(question, view, weigh(question, view), now)
            plan = None
            if given.result is OpinionResult.AGREED:
                given, plan = self._agree(case, ruling, given)
            self._write(step, case, given, plan)
        return given

    def take_back(self, site_id: str, case_id: str, by: str) -> None:
        """Take a question back that nobody has answered.

        Raises:
            NotFound: nobody waits for an answer.
            Forbidden: another person asked.
        """
        now = self.ports.clock()
        with self.ports.store.step() as step:
            case = step.case(site_id, case_id)
            question = step.question(case.id)
            if question.view.by != by:
                raise Forbidden("another person asked this", hint="let them take it back")
            ended = Answer(question, question.view, OpinionResult.TAKEN_BACK, now)
            data = {**_about(case), "by": by}
            step.write_answer(ended, self._leaf(LeafType.OPINION_TAKEN_BACK, question.id, now, data))

    def _agree(self, case: OpenCase, ruling: Ruling, given: Answer) -> tuple[Answer, VerdictPlan | None]:
        freed = replace(case, asked_by=None, asked_of=None)
        reason = self.ports.reason_for(ruling.site_id, ruling.ground) if ruling.ground else ""
        ids, undo = self.ports.new_id(), self.ports.undo_seconds
        try:
            plan = plan_verdict(freed, ruling, verdict_id=ids, now=given.at, undo_seconds=undo, reason=reason)
        except EditorNeeded:
            return replace(given, result=OpinionResult.NEEDS_EDITOR), None
        return given, plan

    def _write(self, step: Step, case: OpenCase, given: Answer, plan: VerdictPlan | None) -> None:
        ground = given.view.ground.value if given.view.ground else ""
        data = {**_about(case), "by": given.view.by, "action": given.view.action.value, "ground": ground}
        data["result"] = given.result.value
        step.write_answer(given, self._leaf(LeafType.OPINION_GIVEN, given.question.id, given.at, data))
        if plan is not None:
            line = self._leaf(LeafType.VERDICT_GIVEN, plan.id, given.at, describe_verdict(plan))
            step.write_verdict(plan, line, case=case)

    def _leaf(self, kind: LeafType, about: str, now: datetime, data: Mapping[str, object]) -> Leaf:
        return leaf(kind, about, now, dict(data), self.ports.nonce())  # type: ignore[arg-type]


def _about(case: OpenCase) -> dict[str, object]:
    return {"case": case.id, "cid": case.comment_id, "rev": case.revision}
