"""The closed lists of the desk for lawful requests as its pages show them, ready for the catalogue of translations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from moderation.evidence.profile import RequestType
from moderation.evidence.request import State
from moderation.web.words import N_

REQUEST_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        State.RECEIVED: N_("received"),
        State.NEEDS_INFO: N_("needs more from the authority"),
        State.VERIFICATION: N_("in verification"),
        State.ASSESSMENT: N_("assessment: waits for approval"),
        State.EMERGENCY_CLAIMED: N_("claimed to be an emergency"),
        State.APPROVED: N_("approved"),
        State.PRESERVED: N_("preserved"),
        State.PRODUCED: N_("produced"),
        State.DELIVERED: N_("delivered"),
        State.REJECTED: N_("rejected"),
        State.WITHDRAWN: N_("withdrawn"),
        State.CLOSED: N_("closed"),
    }
)
STATE_MARKS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        State.NEEDS_INFO: ("hold", "clock"),
        State.ASSESSMENT: ("hold", "clock"),
        State.APPROVED: ("publish", "tick"),
        State.PRODUCED: ("publish", "tick"),
        State.DELIVERED: ("publish", "tick"),
        State.REJECTED: ("reject", "bar"),
    }
)
REQUEST_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        RequestType.INFORMATION_ORDER: N_("Details of a sender"),
        RequestType.EMERGENCY_INFORMATION: N_("Details of a sender, in an emergency"),
        RequestType.PRESERVATION: N_("To keep records until an order follows"),
        RequestType.TAKEDOWN_ORDER: N_("To take a comment down"),
    }
)
