"""What should hold before readers' comments come this way, each with what to do when it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from moderation.callback_desk import CallbackDesk
from moderation.scoring.loading import ModelState
from moderation.storage.progress import Progress
from moderation.storage.tables import ApiKey
from moderation.vocabulary import Field, Lane, Status
from moderation.web.viewer import Desk
from moderation.web.words import N_

OUTCOMES: Final = frozenset({Status.PUBLISHED, Status.HELD, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list."""

    done: bool
    title: str
    todo: str
    link: str = ""


WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "test": (N_("A test comment arrived"), N_("Make a test key and run a snippet.")),
        "tried": (
            N_("All three outcomes were tried"),
            N_("Send test comments from publish@test.invalid, hold@test.invalid and reject@test.invalid."),
        ),
        "told": (N_("The site hears of later decisions"), N_("Add a callback and send it a test event.")),
        "dead": (N_("No message was given up"), N_("Look at the dead letters and send them again.")),
        "failed": (N_("No call failed in the last day"), N_("Look at what the calls were answered.")),
        "people": (N_("Somebody moderates"), N_("Invite a moderator.")),
        "model": (
            N_("The model scores"),
            N_("Wait until it is loaded, or ask the operator to look with: moderation doctor"),
        ),
        "sealing": (N_("The sealing keys last"), N_("Ask the operator to run daily: moderation vault mint")),
        "https": (N_("The service is reached by https"), N_("Ask the operator to set MODERATION_PUBLIC_URL.")),
        "live": (N_("A live key is made"), N_("Make one when the rest holds.")),
        "arrived": (
            N_("A live comment arrived"),
            N_("Give the live key to your site. In shadow mode nothing is blocked."),
        ),
    }
)


def go_live_steps(desk: Desk, keys: Sequence[ApiKey], progress: Progress) -> tuple[Step, ...]:
    """The list, in the order in which people do these things."""
    service, here = desk.service, f"{desk.frame.site_url}/integrations"
    endpoints = CallbackDesk(service.database, service.custody, service.clock).endpoints(desk.site_id)
    holds = {
        "test": progress.test is not None,
        "tried": progress.tried >= OUTCOMES,
        "told": progress.told > 0 and any(not one.disabled_at for one in endpoints),
        "dead": not progress.dead,
        "failed": not progress.failed_today,
        "people": progress.moderators > 0,
        "model": service.scorers.scorer_for(desk.site_id, Field.TEXT).health.state is ModelState.READY,
        "sealing": not service.custody.keys().warning(desk.frame.now),
        "https": service.settings.public_url.startswith("https://"),
        "live": any(key.mode == Lane.LIVE.value and not key.revoked_at for key in keys),
        "arrived": progress.live is not None,
    }
    links = {
        "told": f"{here}/callbacks",
        "dead": f"{here}/callbacks?dead=1",
        "failed": f"{here}/calls?problems=1",
        "people": f"{desk.frame.site_url}/people",
    }
    return tuple(Step(holds[name], title, todo, links.get(name, "")) for name, (title, todo) in WORDS.items())
