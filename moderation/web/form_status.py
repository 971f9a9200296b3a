"""What an author is told of a comment: where it stands, why, how long it may take, and whom to write to.

What this file decides
- A time is said only where waits were measured; in quiet hours it is said when reading begins again.
- A refusal names the grounds in the disclaimer's own words and the grievance officer, if the site named one.
- Nothing here says which rule or score decided: who writes abuse would learn to write around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from moderation.access.sessions import hash_token
from moderation.bootstrap import Service
from moderation.errors import NotFound
from moderation.ports import Outcome, SiteRules
from moderation.review.waits import Wait, usual_wait
from moderation.storage.comments import read_by_token
from moderation.storage.site_form import measured_waits
from moderation.vocabulary import Ground, Status
from moderation.web.form_words import HEADINGS
from moderation.web.pages import in_language, translate

HOUR = 60
LONG = 120


@dataclass(frozen=True, slots=True)
class StatusTold:
    """A status in words of one language, with the facts that a program may want."""

    site_id: str
    site_name: str
    status: Status
    heading: str
    sentences: tuple[str, ...]
    grounds: tuple[tuple[str, str], ...]
    wait: Wait
    officer: str
    contact: str
    reasons: tuple[str, ...] = ()
    text: str | None = None


def tell_status(service: Service, token: str, language: str) -> tuple[str, StatusTold]:
    """The id of the comment under a status token, and what is told of it.

    Raises:
        NotFound: no comment has this token.
    """
    site_id, view = read_by_token(service.database, hash_token(token), service.clock())
    told = _tell(service, site_id, (view.status, view.message, view.grounds), view.received_at, language)
    return view.id, replace(told, reasons=view.reasons, text=view.text)


def tell_outcome(service: Service, site_id: str, outcome: Outcome, language: str) -> StatusTold:
    """What is told of a comment that was just sent; one that was sent before may stand elsewhere by now."""
    if outcome.replayed:
        return tell_status(service, outcome.status_token, language)[1]
    standing = (outcome.status, outcome.message, outcome.grounds)
    return _tell(service, site_id, standing, service.clock(), language)


def _tell(
    service: Service, site_id: str, standing: tuple[Status, str, Sequence[str]], since: datetime, language: str
) -> StatusTold:
    status, message, grounds = standing
    now, rules, held = service.clock(), service.shelf.rules(site_id), status is Status.HELD
    past = measured_waits(service.database, site_id, now) if held else []
    wait = usual_wait(past, since, now, rules.form.quiet) if held else Wait()
    with in_language(language):
        said = [message] if message else []
        said += _wait_words(wait, rules)
        heading = translate(HEADINGS[status])
    clauses = _grounds(service, site_id, grounds) if status in {Status.HELD, Status.REJECTED} else ()
    form = rules.form
    return StatusTold(site_id, rules.name, status, heading, tuple(said), clauses, wait, form.officer, form.contact)


def only_of(told: StatusTold, site_id: str) -> StatusTold:
    """The same, if it is of this site.

    Raises:
        NotFound: it is another site's; that tells as little as an unknown token.
    """
    if told.site_id != site_id:
        raise NotFound("there is no comment under this address")
    return told


def _grounds(service: Service, site_id: str, grounds: Sequence[str]) -> tuple[tuple[str, str], ...]:
    told = [(ground, service.shelf.reason_for(site_id, Ground(ground))) for ground in grounds]
    return tuple((ground, words) for ground, words in told if words)


def _wait_words(wait: Wait, rules: SiteRules) -> list[str]:
    said = []
    quiet = rules.form.quiet
    if wait.reads_again is not None and quiet is not None:
        at = wait.reads_again.astimezone(ZoneInfo(quiet.zone))
        said.append(
            translate("Nobody reads comments at this hour; reading begins again at %(time)s.", time=f"{at:%H:%M}")
        )
    if wait.minutes is None:
        return said
    if wait.longer:
        return [*said, translate("It takes longer than usual this time.")]
    if wait.minutes > LONG:
        hours = wait.minutes // HOUR
        return [*said, translate("Comments are usually read within %(hours)s hours.", hours=hours)]
    return [*said, translate("Comments are usually read within %(minutes)s minutes.", minutes=wait.minutes)]
