"""People, a leaver with decisions, switches and links: what makes every screen full before it is pictured."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from moderation.access.sessions import LinkPurpose
from moderation.storage.people import add_person, make_link
from moderation.vocabulary import Role


def furnish(service) -> str:
    """People, a leaver with decisions, switches and an author with a history, so that every screen is full; who signs in."""
    from moderation.storage.members import set_roles
    from moderation.storage.sites import add_site
    from moderation.storage.switches import Place, Scope, SwitchWord, Turn, turn_switch

    database, now = service.database, datetime.now(UTC)
    add_site(database, "empty", "The Quiet Weekly", now)
    everything = frozenset({Role.MODERATOR, Role.EDITOR, Role.ADMIN, Role.LEGAL_INTAKE, Role.APPROVER})
    meera = add_person(database, "meera@desk.example", "Meera Nair", "demo", everything, now).id
    add_person(database, "meera@desk.example", "Meera Nair", "empty", everything, now)
    add_person(database, "tara@desk.example", "Tara Rao", "demo", frozenset({Role.MODERATOR}), now)
    gone = add_person(database, "uma@desk.example", "Uma Pai", "demo", frozenset({Role.MODERATOR}), now).id
    write_some(service)
    decide_some(service, gone)
    set_roles(database, "demo", gone, frozenset(), now, by=meera)
    for place, word, hours in (
        (Place(Scope.SECTION, "city"), SwitchWord.HOLD, 4),
        (Place(Scope.ARTICLE, first_article(service)), SwitchWord.CLOSE, 24),
    ):
        turn_switch(database, "demo", Turn(place, word, now + timedelta(hours=hours), meera), now)
    return meera


def write_some(service) -> None:
    """One reader with an uneven week, and two others from the same address."""
    from moderation.ports import Arrival
    from moderation.vocabulary import Article, Author, Comment, Door, Sender

    article = Article("ferry-fares", "https://courier.example/ferry-fares", "Ferry fares to rise from Monday", "city")
    for name, words in (
        ("Arjun Pai", "The timetable in the paper leaves the eleven o'clock ferry out."),
        ("Arjun Pai", "Read the minutes before you write, you fool."),
        ("Arjun Pai", "Sorry for my tone this morning. The last ferry is still too early."),
        ("Arjun Pai", "Only a fool believes this contractor a third time."),
        ("Leela Bhat", "My students take that ferry; half fares would help them."),
        ("Noor Ahmed", "The jetty lamp has been dark since the rains."),
    ):
        author = Author(name, f"{name.split()[0].lower()}@reader.example")
        comment = Comment(
            words,
            Door.API,
            article=article,
            author=author,
            sender=Sender(ip="198.51.100.20"),
            received_at=service.clock(),
        )
        service.intake.submit(Arrival("demo", comment)).result(30)


def write_one(service, words: str, article: str, title: str) -> str:
    """A reader's comment; the token of its status page."""
    from moderation.ports import Arrival
    from moderation.vocabulary import Article, Author, Comment, Door

    under = Article(article, f"https://courier.example/{article}", title)
    author = Author("Asha Shenoy", "asha@reader.example")
    comment = Comment(words, Door.FORM, article=under, author=author, received_at=service.clock())
    return service.intake.submit(Arrival("demo", comment)).result(30).status_token


def talkative_reader(service) -> str:
    """The reader of `write_some`."""
    from sqlalchemy import select

    from moderation.storage.confirmations import AUTHOR

    with service.database.reading() as session:
        query = select(AUTHOR.c.id).where(AUTHOR.c.site_id == "demo", AUTHOR.c.name == "Arjun Pai")
        return session.execute(query).scalar_one()


def decide_some(service, user: str) -> None:
    """Verdicts of one person, some about the reader of `write_some`, past their undo window."""
    from moderation.review.verdict import Ruling
    from moderation.storage.listing import ListFilter, list_rows
    from moderation.storage.settle import settle_due
    from moderation.vocabulary import Action, Ground

    now = service.clock()
    rows = list_rows(service.database, "demo", ListFilter(author=talkative_reader(service)), now, 1)
    rows += [row for row in list_rows(service.database, "demo", ListFilter(), now, 9) if row not in rows][:6]
    for n, row in enumerate(rows):
        action = Action.PUBLISH if n % 3 == 1 else Action.REJECT
        ground = Ground.INSULTING if action is Action.REJECT else None
        words = "checked with the desk" if action is Action.PUBLISH else ""
        service.pipeline.rule(Ruling("demo", row.case_id, 1, action, user, ground=ground, words=words))
    settle_due(service.database, now + timedelta(minutes=5))


def first_article(service) -> str:
    from moderation.storage.desk_writes import list_articles

    return list_articles(service.database, "demo")[0].id


def doors_of(service) -> dict[str, str]:
    """Screens that nobody needs to be signed in for; their links are made here."""
    from moderation.storage.confirmations import Unasked, note_asked

    new = add_person(
        service.database, "ravi@desk.example", "Ravi Kumar", "demo", frozenset({Role.EDITOR}), service.clock()
    )
    invite = make_link(service.database, new.id, LinkPurpose.INVITE, os.urandom, service.clock())
    note_asked(service.database, Unasked("a", "demo", "", "", b"", os.urandom(16)), "picture", service.clock())
    held = write_one(service, "Ask the mayor who paid for his stupid bridge.", "bridge", "The bridge opens in May")
    rejected = write_one(service, "Earn from home!", "ferry-fares", "Ferry fares to rise from Monday")
    return {
        "reader": "/",
        "status": f"/status/{held}",
        "status-rejected": f"/status/{rejected}",
        "second-factor": "/sign-in",
        "sign-in": "/sign-in",
        "lost-password": "/sign-in/lost",
        "invited": f"/sign-in/link/{invite}",
        "confirm": "/confirm/picture",
    }


def leaver(service) -> str:
    from moderation.storage.members import former_members

    return former_members(service.database, "demo")[0][0]
