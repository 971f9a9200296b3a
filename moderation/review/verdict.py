"""What a person's verdict does to a case.

What this file decides
- A verdict names a revision and the case's version; a stale one is a `StaleVerdict`, told with who decided what.
- Rejecting needs a ground; the ground `other` needs words; publishing over a defamation flag needs words.
- Until the undo window ends the comment keeps its former status (`settles_at` says when it changes) and nothing is told.
- Taking a verdict back inside the window cancels the message; after it, it is a new decision that is told as changed.
- Whoever is barred from a case (the first decider, in an appeal) cannot judge it.
- A case on which two people differ is an editor's; publishing over a defamation flag is too, where the site says so.
- A case that waits for a second opinion is decided by giving it (see `opinion`), not beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from moderation.errors import Conflict, Forbidden, Invalid
from moderation.vocabulary import STATUS_OF, Action, CaseState, Ground, Status

NEVER: Final = datetime.max.replace(tzinfo=UTC)


class StaleVerdict(Conflict):
    """this case was decided or changed meanwhile"""

    code = "stale_verdict"
    hint = "look at the case again"

    def __init__(self, message: str | None = None, *, decided_by: str | None = None, state: str = "") -> None:
        self.decided_by = decided_by
        self.state = state
        super().__init__(message)


class GroundMissing(Invalid):
    """a rejection names the line of the disclaimer that it rests on"""

    code = "ground_missing"
    hint = "choose a ground"


class WordsMissing(Invalid):
    """this verdict needs a reason in words"""

    code = "words_missing"
    hint = "write why"


class BarredJudge(Forbidden):
    """whoever decided first cannot judge the appeal"""

    code = "barred_judge"
    hint = "leave this case to a colleague"


class EditorNeeded(Forbidden):
    """this decision is an editor's"""

    code = "editor_needed"
    hint = "ask an editor for a second opinion"


class OpinionPending(Conflict):
    """a colleague was asked for a second opinion on this case"""

    code = "opinion_pending"
    hint = "wait for the answer, or let whoever asked take the question back"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case as it stands when somebody decides it."""

    id: str
    site_id: str
    comment_id: str
    revision: int
    version: int
    state: CaseState
    grounds: tuple[str, ...]
    comment_status: Status
    comment_revision: int
    pending_status: Status | None = None
    settles_at: datetime | None = None
    published_revision: int | None = None
    barred: str | None = None
    decided_by: str | None = None
    lane: str = "live"
    external_id: str | None = None
    due_at: datetime = NEVER
    asked_by: str | None = None
    asked_of: str | None = None
    defamation_needs_editor: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person wants: the verdict, on which case, as it was seen; `as_editor` when the person may settle what is."""

    site_id: str
    case_id: str
    version: int
    action: Action
    by: str
    ground: Ground | None = None
    words: str = ""
    batch_id: str | None = None
    as_editor: bool = False


@dataclass(frozen=True, slots=True)
class VerdictPlan:
    """What will be written: the verdict, the status it leads to and when, and what to go back to."""

    id: str
    site_id: str
    case_id: str
    comment_id: str
    revision: int
    action: Action
    ground: Ground | None
    words: str
    by: str
    at: datetime
    settles_at: datetime
    status: Status
    status_before: Status
    undone_at: datetime | None = None
    batch_id: str | None = None
    reasons: tuple[str, ...] = ()

    @property
    def grounds(self) -> tuple[str, ...]:
        """The grounds that the comment rests on from then on."""
        return (self.ground.value,) if self.ground and self.action is Action.REJECT else ()


def plan_verdict(
    case: OpenCase, ruling: Ruling, *, verdict_id: str, now: datetime, undo_seconds: int, reason: str = ""
) -> VerdictPlan:
    """The verdict as it will stand.

    Raises:
        StaleVerdict, GroundMissing, WordsMissing, BarredJudge, EditorNeeded, OpinionPending.
    """
    refuse_stale(case, ruling)
    if case.barred == ruling.by:
        raise BarredJudge
    if case.asked_by is not None:
        raise OpinionPending
    _refuse_unentitled(case, ruling)
    refuse_groundless(ruling.action, ruling.ground)
    _refuse_wordless(case, ruling)
    return VerdictPlan(
        id=verdict_id,
        site_id=case.site_id,
        case_id=case.id,
        comment_id=case.comment_id,
        revision=case.revision,
        action=ruling.action,
        ground=ruling.ground,
        words=ruling.words,
        by=ruling.by,
        at=now,
        settles_at=now + timedelta(seconds=undo_seconds),
        status=STATUS_OF[ruling.action],
        status_before=case.comment_status,
        batch_id=ruling.batch_id,
        reasons=(reason,) if reason and ruling.action is Action.REJECT else (),
    )


def refuse_stale(case: OpenCase, ruling: Ruling) -> None:
    """Return if the case still stands as it was seen.

    Raises:
        StaleVerdict: it was decided, or the comment changed.
    """
    if case.state not in {CaseState.OPEN, CaseState.ESCALATED}:
        raise StaleVerdict(f"this case is {case.state.value} already", decided_by=case.decided_by, state=case.state)
    if case.version != ruling.version or case.revision != case.comment_revision:
        raise StaleVerdict("the comment has changed since you saw it", state=case.state)


def refuse_groundless(action: Action, ground: Ground | None) -> None:
    """Return if this can be a person's view of a case.

    Raises:
        Invalid, GroundMissing.
    """
    if action is Action.HOLD:
        raise Invalid("a verdict publishes or rejects", hint="ask for a second opinion instead of holding")
    if action is Action.REJECT and ground is None:
        raise GroundMissing


def _refuse_unentitled(case: OpenCase, ruling: Ruling) -> None:
    if ruling.as_editor:
        return
    if case.state is CaseState.ESCALATED:
        raise EditorNeeded("two colleagues differ about this: it is an editor's to settle")
    if case.defamation_needs_editor and _over_flag(case, ruling):
        raise EditorNeeded("here only an editor publishes over a defamation flag")


def _refuse_wordless(case: OpenCase, ruling: Ruling) -> None:
    if ruling.action is Action.REJECT and ruling.ground is Ground.OTHER and not ruling.words.strip():
        raise WordsMissing("the ground `other` needs words")
    if _over_flag(case, ruling) and not ruling.words.strip():
        raise WordsMissing("publishing over a defamation flag needs a reason in words")


def _over_flag(case: OpenCase, ruling: Ruling) -> bool:
    return ruling.action is Action.PUBLISH and Ground.DEFAMATORY.value in case.grounds


def may_undo(plan: VerdictPlan, by: str) -> None:
    """Whether `by` may take the verdict back.

    Raises:
        StaleVerdict: it was taken back already.
        Forbidden: it is another person's.
    """
    if plan.undone_at is not None:
        raise StaleVerdict("this verdict was taken back already", decided_by=plan.by)
    if plan.by != by:
        raise Forbidden("this verdict is another person's", hint="reopen the comment from its page")
