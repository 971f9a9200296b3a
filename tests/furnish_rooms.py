"""The rooms beside the queue before they are pictured: lawful requests at each stage, a site half connected."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from moderation.vocabulary import Author, Comment, Door, Lane

STAGES = ("refused", "assessment", "approved", "received", "address")


def legal_requests(service, comment: str) -> list[tuple[str, str]]:
    """Requests at each stage, entered once: (number, where it stands)."""
    from moderation.evidence.application_key import ApplicationKey
    from moderation.evidence.profile import RequestType
    from moderation.evidence.request import AddressTarget, Authority, AuthorityKind, RequestRefused, Target, scope_hash
    from moderation.evidence.sender import SenderField
    from moderation.legal_desk import LegalDesk
    from moderation.storage.ids import new_id
    from moderation.storage.legal import LegalBook
    from moderation.storage.legal_rows import Draft

    key = ApplicationKey.load(service.settings.secrets_dir, rng=os.urandom)
    desk, now = (
        LegalDesk(LegalBook(service.database, key, new_id=new_id, rng=os.urandom), service.clock),
        service.clock(),
    )
    if known := sorted(filed.request.id for filed in desk.book.all("demo")):
        return list(zip(known, STAGES, strict=True))
    police = Authority(
        "", "IN", AuthorityKind.POLICE, "Cyber Crime Police Station, Mangaluru", "+91 824 222 0500", "state site"
    )
    court = Authority(
        "", "IN", AuthorityKind.COURT, "Principal District Court, Udupi", "+91 820 252 0000", "court directory"
    )
    called, waits = (desk.book.add_authority("demo", one, "clerk", now) for one in (police, court))
    desk.book.verify_authority("demo", called, "clerk", now)
    elements = frozenset({"written_order", "officer_name", "case_number", "section", "items_named"})

    def enter(authority: str, rank: str = "inspector", **more: object) -> str:
        words = {"officer": "N. Gowda", "purpose": "investigation of a threat", "reference": "Cr. 114/2026"}
        words |= {"necessity": "the order names this comment; address, port and time answer it", "order": b"%PDF"}
        targets = (Target(comment, (SenderField.IP, SenderField.PORT, SenderField.AT), content=True),)
        whole = {"targets": targets, "elements": elements, **words, **more}
        head = ("demo", RequestType.INFORMATION_ORDER, "IN-BNSS-94", now, "intake")
        return desk.book.enter(Draft(*head, authority_id=authority, officer_rank=rank, **whole), now)

    poor, ready, said, entered = (
        enter(waits, "constable", elements=frozenset()),
        enter(called),
        enter(called),
        enter(called),
    )
    window = AddressTarget("203.0.113.7", "c2FsdA==", now - timedelta(days=180), now)
    found = enter(called, addresses=(window,), targets=())
    for number in (poor, ready, said, found):
        try:
            filed = desk.submit("demo", number, "intake")
        except RequestRefused:
            continue
        if number in {said, found}:
            desk.approve("demo", number, "boss", seen_scope=scope_hash(filed.request))
    return list(zip((poor, ready, said, entered, found), STAGES, strict=True))


def connect(service) -> None:
    """A site that is half connected: keys, calls with and without a problem, a callback that arrived and one that died."""
    from moderation.access.api_keys import make_key
    from moderation.call_book import Call
    from moderation.callback_desk import CallbackDesk
    from moderation.coral_desk import CoralDesk
    from moderation.courier import Courier
    from moderation.ports import Arrival
    from moderation.storage.ids import new_id
    from moderation.storage.keys import set_shadow, store_key
    from tests.callbacks.receivers import listening, reply

    now, made = datetime.now(UTC), {}
    for lane, days in ((Lane.TEST, 3), (Lane.LIVE, 1)):
        made[lane] = new_id()
        store_key(service.database, made[lane], "demo", lane, make_key(lane, os.urandom), now - timedelta(days=days))
    set_shadow(service.database, "demo", made[Lane.LIVE], on=True)
    body = b'{"article": {"id": "a1", "title": "Ferry fares to rise"}, "text": "", "disclaimer": {"accepted": true}}'
    fault = b'{"code":"invalid","errors":[{"pointer":"/text","code":"required","message":"write a comment"}]}'
    for n, (lane, status) in enumerate(
        [(Lane.TEST, 422), (Lane.TEST, 201), (Lane.LIVE, 201), (Lane.LIVE, 429), (Lane.TEST, 201)]
    ):
        call = Call(
            "POST",
            "/api/v1/comments",
            now - timedelta(minutes=40 - 7 * n),
            "demo",
            made[lane],
            lane.value,
            status=status,
        )
        call.milliseconds, call.content_type, call.body, call.answer = (
            18 + n,
            "application/json",
            body,
            fault if status == 422 else b'{"code":"too_many_requests"}',
        )
        service.calls.add(call)
    comment = Comment(
        "Good morning, and thank you.", Door.API, author=Author(name="Asha Rao"), lane=Lane.TEST, received_at=now
    )
    service.intake.submit(Arrival("demo", comment, made[Lane.TEST])).result(30)
    CoralDesk(service.database, service.custody).make("demo")
    desk, courier = CallbackDesk(service.database, service.custody, service.clock), Courier()
    with listening() as site, listening(lambda handler: reply(handler, 410)) as gone:
        for url in (site.url, gone.url):
            endpoint, _ = desk.add("demo", url, allow_private=True)
            desk.ping("demo", endpoint)
        for _ in range(30):
            courier.round(service)
        desk.rotate("demo", desk.endpoints("demo")[0].id)
        courier.finish(service)
