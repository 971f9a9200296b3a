"""A sound request, so that each test spoils one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from moderation.evidence.profile import RequestType
from moderation.evidence.request import Authority, AuthorityKind, LegalRequest, State, Target
from moderation.evidence.sender import SenderField
from tests.evidence.epochs import NOON

FIELDS = (SenderField.IP, SenderField.PORT, SenderField.AT)


def authority(**changes: Any) -> Authority:
    made = Authority(
        id="a1",
        country="IN",
        kind=AuthorityKind.POLICE,
        name="Cyber Crime Police Station, Bengaluru City",
        callback_number="+91 80 2294 3381",
        callback_source="ksp.karnataka.gov.in, read on 24 November 2026",
        verified_by="intake-1",
        verified_at=NOON - timedelta(hours=1),
    )
    return replace(made, **changes)


def request(**changes: Any) -> LegalRequest:
    made = LegalRequest(
        id="REQ-2026-0001",
        site_id="demo",
        type=RequestType.INFORMATION_ORDER,
        basis_id="IN-BNSS-94",
        received_at=NOON - timedelta(hours=2),
        entered_by="intake-1",
        state=State.ASSESSMENT,
        officer_rank="inspector",
        elements=frozenset({"written_order", "officer_name", "case_number", "section", "items_named"}),
        necessity="the order names this comment; address, port and time answer it",
        targets=(Target("c1", FIELDS),),
    )
    return replace(made, **changes)
