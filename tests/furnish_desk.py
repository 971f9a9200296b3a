"""The desk before it is pictured: questions between colleagues, a batch, a case decided meanwhile, lists, drafts of the policy."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import select

from moderation.access.passwords import hash_password
from moderation.access.totp import make_secret
from moderation.api.calls import write_down
from moderation.opinion_desk import OpinionDesk
from moderation.policy_desk import PolicyDesk
from moderation.review.opinion import Question, View
from moderation.review.verdict import Ruling
from moderation.storage.calls import newest_calls
from moderation.storage.case_leases import CASE
from moderation.storage.kept_lists import KeptList, keep_list
from moderation.storage.listing import ListFilter, ListRow, list_rows
from moderation.storage.people import add_person, change_person, find_by_email
from moderation.vocabulary import Action, Ground, Role

BATCH, PASSWORD = "pictured", "four words of no sense"
DECIDED: dict[str, str] = {}  # the case that a colleague decides while the page is open
NOTE = "He quotes the film, I think. Is it still an insult?"


def pictured_case(service) -> Any:
    """The accusation that is due first: rules, scores and marked words are on its page."""
    query = (
        select(CASE.c.id, CASE.c.comment_id, CASE.c.author_id)
        .where(CASE.c.state == "open", CASE.c.ground == Ground.DEFAMATORY)
        .order_by(CASE.c.due_at)
    )
    with service.database.reading() as session:
        return session.execute(query).first()


def furnish_desk(service, meera: str) -> None:
    """What colleagues asked and did, from the end of the queue, so that its head stays as it is, without the case that is pictured."""
    database, now = service.database, service.clock()
    tara = find_by_email(database, "tara@desk.example")
    assert tara
    waiting = list_rows(database, "demo", ListFilter(), now, 200)
    rows = [row for row in waiting if row.text.isascii() and row.comment_id != pictured_case(service).comment_id][::-1]
    asked, differs, agreed, fast, *others = rows
    desk = OpinionDesk(service.pipeline.ports)
    publish, insult = View(tara.id, Action.PUBLISH), View(tara.id, Action.REJECT, Ground.INSULTING)
    for row, view in ((asked, insult), (differs, insult), (agreed, publish)):
        desk.ask(Question("", "demo", row.case_id, row.version, view, meera, NOTE, now))
    for row in (differs, agreed):
        words = "The film is known to every reader here."
        desk.answer(Ruling("demo", row.case_id, version_of(service, row), Action.PUBLISH, meera, words=words))
    for row in others[:6]:
        rule(service, row, meera, BATCH)
    rule(service, fast, tara.id)
    DECIDED["case"] = fast.case_id
    guard(service, meera)
    zoya = add_person(database, "zoya@desk.example", "Zoya Khan", "demo", frozenset({Role.MODERATOR}), now).id
    sealed = service.custody.seal_own(zoya, make_secret(os.urandom))
    change_person(database, zoya, totp_secret=sealed, password_hash=hash_password(PASSWORD))


def version_of(service, row: ListRow) -> int:
    """The version of a case after somebody touched it."""
    with service.database.reading() as session:
        return session.execute(select(CASE.c.version).where(CASE.c.id == row.case_id)).scalar_one()


def rule(service, row: ListRow, by: str, batch: str | None = None) -> None:
    """Reject a case as spam."""
    service.pipeline.rule(Ruling("demo", row.case_id, row.version, Action.REJECT, by, Ground.SPAM, "", batch))


def opinions(service, meera: str) -> dict[str, str]:
    """A case on which one's own view is asked, and one on which two differ."""
    query = select(CASE.c.id, CASE.c.asked_of).where(CASE.c.site_id == "demo", CASE.c.state.in_(("open", "escalated")))
    with service.database.reading() as session:
        blind = session.execute(query.where(CASE.c.asked_of == meera)).first()
        differs = session.execute(query.where(CASE.c.state == "escalated")).first()
    assert blind
    assert differs
    return {"opinion-blind": f"/s/demo/queue?case={blind.id}", "opinion-differs": f"/s/demo/queue?case={differs.id}"}


def guard(service, by: str) -> None:
    """The three lists of the newsroom, so that their page is full."""
    database, now = service.database, service.clock()
    names = ["Lavanya Hegde", "Rohan D'Souza"]
    entries: dict[KeptList, Any] = {
        KeptList.PROTECTED_NAMES: service.custody.seal_names("demo", names),
        KeptList.RUMOURS: ["The ferry company belongs to the minister's brother", "Schools are closed until Diwali"],
        KeptList.REGISTERED_TEXTS: ["The river took the bridge at four, and the town woke to the sound of its going."],
    }
    for which, value in entries.items():
        keep_list(database, "demo", which, value, by, now, entries=2)


def drafts(service, by: str) -> dict[str, str]:
    """A draft that can be published and one with faults, made once."""
    desk = PolicyDesk(service.database, service.shelf, service.clock)
    text = desk.in_force("demo").text
    kept = {row.note: row.id for row in desk.versions("demo")}
    wanted = {"draft": text.replace("0.9", "0.85", 1), "faults": text.replace("then:", "than:", 1)}
    return {word: kept.get(word) or desk.save("demo", changed, by=by, note=word) for word, changed in wanted.items()}


def failed_call(service) -> str:
    """A call that was refused, with its problem."""
    write_down(service)
    return newest_calls(service.database, "demo", failed_only=True, limit=1)[0].id
