"""Eight moderators at once: none decided twice, none lost, an edit that arrives meanwhile is not decided unseen."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from moderation.ports import Arrival
from moderation.review.verdict import Ruling, StaleVerdict
from moderation.storage.case_file import read_case_file
from moderation.storage.case_leases import CASE, Wish, lease_next
from moderation.storage.queue_counts import VERDICT
from moderation.vocabulary import Action, Article, Author, Comment, Door, Ground, Sender
from tests.web.newsroom import Newsroom, open_newsroom

CASES = 1000
PEOPLE = 8


def fill(room: Newsroom, count: int) -> list[str]:
    sent = [
        room.world.service.intake.submit(
            Arrival(
                "gazette",
                Comment(
                    text=f"You are an idiot, {n}.",
                    door=Door.API,
                    article=Article("a-1", "", "Tram", "city"),
                    author=Author(f"Reader {n}", f"r{n}@reader.example"),
                    sender=Sender(ip=f"203.0.113.{n % 250}"),
                    received_at=room.world.service.clock(),
                ),
            )
        )
        for n in range(count)
    ]
    return [future.result(120).id for future in sent]


def test_eight_moderators_decide_a_thousand_cases_once_each(empty_url: str, tmp_path: Path) -> None:
    room = open_newsroom(tmp_path, empty_url)
    comments = fill(room, CASES)
    service = room.world.service
    people = [room.person(f"P{n} Desk") for n in range(PEOPLE)]
    shown: Counter[str] = Counter()
    stale: list[str] = []
    faults: list[BaseException] = []
    lock = threading.Lock()

    def work(user: str) -> None:
        try:
            while ids := lease_next(room.database, Wish("gazette", user, 3), service.clock(), timedelta(seconds=120)):
                for case in ids:
                    file = read_case_file(room.database, "gazette", case)
                    with lock:
                        shown[case] += 1
                    ruling = Ruling("gazette", case, file.version, Action.REJECT, user, Ground.INSULTING)
                    try:
                        service.pipeline.rule(ruling)
                    except StaleVerdict:
                        stale.append(case)
        except BaseException as problem:  # noqa: BLE001 - a thread tells the test
            faults.append(problem)

    threads = [threading.Thread(target=work, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    edited = comments[-20:]
    for comment in edited:
        draft = Comment(
            text="You are an idiot, edited.", door=Door.API, article=Article("a-1"), received_at=service.clock()
        )
        service.intake.submit(Arrival("gazette", draft, revises=comment)).result(120)
    for thread in threads:
        thread.join(240)
    assert faults == []
    with room.database.reading() as session:
        states = dict(session.execute(select(CASE.c.state, func.count()).group_by(CASE.c.state)).all())
        twice = session.execute(select(VERDICT.c.case_id).group_by(VERDICT.c.case_id).having(func.count() > 1)).all()
        unseen = session.execute(
            select(VERDICT.c.id).join(CASE, CASE.c.id == VERDICT.c.case_id).where(CASE.c.revision != VERDICT.c.revision)
        ).all()
        verdicts = session.execute(select(func.count()).select_from(VERDICT)).scalar_one()
    assert twice == unseen == []
    assert states.keys() <= {"decided", "withdrawn"}
    assert states["decided"] == verdicts
    assert sum(states.values()) == CASES + len(edited)
    assert max(shown.values()) == 1
    assert len(stale) <= len(edited)
    room.world.close()
