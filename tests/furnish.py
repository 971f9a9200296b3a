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
    decide_some(service, gone)
    set_roles(database, "demo", gone, frozenset(), now, by=meera)
    for place, word, hours in (
        (Place(Scope.SECTION, "city"), SwitchWord.HOLD, 4),
        (Place(Scope.ARTICLE, first_article(service)), SwitchWord.CLOSE, 24),
    ):
        turn_switch(database, "demo", Turn(place, word, now + timedelta(hours=hours), meera), now)
    return meera


def decide_some(service, user: str) -> None:
    from moderation.review.verdict import Ruling
    from moderation.storage.listing import ListFilter, list_rows
    from moderation.vocabulary import Action, Ground

    for n, row in enumerate(list_rows(service.database, "demo", ListFilter(), service.clock(), 8)):
        action = Action.REJECT if n % 3 else Action.PUBLISH
        ground = Ground.INSULTING if n % 3 else None
        words = "checked with the desk" if n % 3 == 0 else ""
        service.pipeline.rule(Ruling("demo", row.case_id, 1, action, user, ground=ground, words=words))


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
    return {
        "reader": "/",
        "sign-in": "/sign-in",
        "lost-password": "/sign-in/lost",
        "invited": f"/sign-in/link/{invite}",
        "confirm": "/confirm/picture",
    }


def leaver(service) -> str:
    from moderation.storage.members import former_members

    return former_members(service.database, "demo")[0][0]
