"""The Akismet protocol, spoken here: verify a key, check a comment, learn from corrections, tell the usage.

What this file decides
- Answers are exact words with status 200. `true` means: do not publish; `discard` is added for certain spam only.
- A check that could not be made is never a silent `false`: clients known to honour it are asked to come again, others get a 503.
  Without content there is nothing that a later check could find: it is held, and that is said at once.
- A held comment becomes a case only where its verdict can be told: by a `callback`, or by an endpoint of the site.
- An administrator's comment is recorded and let through; the documented test values give their answers in the test lane.
- A correction becomes a label, and a comment that we know gets a case again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from moderation.api.akismet_call import AkismetCall, BadField, bad_field, key_of, read_call
from moderation.api.akismet_shape import arrival_of
from moderation.api.akismet_usage import key_sites, totals, usage_limit
from moderation.api.keys import KeyRing
from moderation.api.problems import NoSuchCall, TooLarge, TooMany, Unauthorized, log_internal, pause_of
from moderation.bootstrap import Service
from moderation.errors import Invalid, ModerationError
from moderation.intake.accept import InvalidComment
from moderation.ports import Outcome
from moderation.storage.comments import read_comment
from moderation.storage.keys import KeyHolder
from moderation.storage.labels import NewLabel, find_by_text, write_labels
from moderation.storage.outside import reopen_case
from moderation.text.fold import fold
from moderation.vocabulary import Ground, Lane, Status

router = APIRouter(tags=["akismet"])
AGAIN: Final = {"X-akismet-recheck-after": "120"}
HONOURS_RECHECK: Final = re.compile(r"WordPress/|Akismet/|akismet[-_ ]?(?:sdk|php)|Automattic", re.IGNORECASE)
THANKS: Final = "Thanks for making the web a better place."
Work = Callable[[Request, Service, KeyHolder, AkismetCall], Awaitable[Response]]


@router.post("/1.1/verify-key", response_model=None)
async def verify_key(request: Request) -> Response:
    """Whether a key is good: `valid` or `invalid`."""
    return await _answer(request, _verify)


@router.post("/1.1/comment-check", response_model=None)
async def check_comment(request: Request) -> Response:
    """Whether a comment is to be kept back: `true` or `false`."""
    return await _answer(request, _check)


@router.post("/1.1/submit-spam", response_model=None)
async def submit_spam(request: Request) -> Response:
    """This should not have been published."""
    return await _answer(request, _correct)


@router.post("/1.1/submit-ham", response_model=None)
async def submit_ham(request: Request) -> Response:
    """This should have been published."""
    return await _answer(request, _correct)


@router.post("/1.1/deactivate", response_model=None)
async def deactivate(request: Request) -> Response:
    """A plugin is switched off; the key stays as it is."""
    return await _answer(request, _deactivate)


@router.post("/1.1/get-subscription", response_model=None)
async def get_subscription(request: Request) -> Response:
    """What WordPress's plugin asks before it believes a key."""
    return await _answer(request, _subscription)


@router.post("/1.1/get-stats", response_model=None)
async def get_stats(request: Request) -> Response:
    """The sums that WordPress's plugin shows."""
    return await _answer(request, _stats)


@router.post("/1.1/verify-wpcom-key", response_model=None)
async def verify_account(request: Request) -> Response:
    """What WordPress's plugin asks about an account at WordPress.com."""
    return await _answer(request, _account)


@router.get("/1.2/usage-limit", response_model=None)
@router.post("/1.2/usage-limit", response_model=None, include_in_schema=False)
async def get_usage(request: Request) -> Response:
    """How many checks were made this month; there is no limit."""
    return await _answer(request, _usage)


@router.get("/1.2/key-sites", response_model=None)
@router.post("/1.2/key-sites", response_model=None, include_in_schema=False)
async def get_key_sites(request: Request) -> Response:
    """What a key was used for in a month."""
    return await _answer(request, _key_sites)


async def _answer(request: Request, work: Work) -> Response:
    service, ring = request.app.state.service, request.app.state.keys
    assert isinstance(service, Service)
    assert isinstance(ring, KeyRing)
    try:
        call = read_call(await request.body(), request.headers.get("content-type", ""), request.url.query)
        key = key_of(call, request.headers.get("host", ""))
        holder = ring.holder(key)  # kept for a second: a thread for each call costs more
        return await work(request, service, holder, call)
    except ModerationError as error:
        return refusal(error)
    except Exception as error:  # noqa: BLE001 - this protocol has its own words for it
        log_internal(error)
        return refusal(error)


def refusal(error: Exception) -> Response:
    """An error in this protocol's form: `invalid` and a help header, or a status that clients try again on."""
    if isinstance(error, TooMany):
        return _text("", status=429, headers={"Retry-After": pause_of(error)})
    if isinstance(error, NoSuchCall):
        return _text("invalid", status=404, headers={"X-akismet-debug-help": "There is no such call here."})
    helped = {
        BadField: getattr(error, "help_text", ""),
        Unauthorized: "The key is unknown or revoked.",
        TooLarge: "The body is too large.",
    }
    words = next((words for kind, words in helped.items() if isinstance(error, kind)), None)
    if words is None and isinstance(error, InvalidComment):
        words = "Invalid fields: " + ", ".join(fault.pointer for fault in error.faults)
    if words is None and isinstance(error, Invalid):
        words = error.message
    if words is None:
        return _text("", status=503, headers={"Retry-After": "120"})
    return _text("invalid", headers={"X-akismet-debug-help": words.encode("ascii", "replace").decode()})


def _text(words: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(words, status, headers=headers)


def _need(call: AkismetCall, *names: str) -> None:
    for name in names:
        if name == "blog" and not call.get("blog").strip():
            raise bad_field('Empty "blog" value')
        if name not in call.fields:
            raise bad_field(f"Missing required field: {name}.")


async def _verify(_request: Request, _service: Service, _holder: KeyHolder, call: AkismetCall) -> Response:
    _need(call, "blog")
    return _text("valid")


async def _deactivate(_request: Request, _service: Service, _holder: KeyHolder, _call: AkismetCall) -> Response:
    return _text("deactivated")


async def _subscription(_request: Request, _service: Service, holder: KeyHolder, _call: AkismetCall) -> Response:
    return JSONResponse({"account_name": holder.site_id, "status": "active", "limit_reached": False})


async def _stats(_request: Request, service: Service, holder: KeyHolder, call: AkismetCall) -> Response:
    return await anyio.to_thread.run_sync(lambda: totals(service, holder, call))


async def _account(_request: Request, _service: Service, _holder: KeyHolder, _call: AkismetCall) -> Response:
    raise bad_field("There are no WordPress.com accounts here; give the plugin the key itself.")


async def _check(request: Request, service: Service, holder: KeyHolder, call: AkismetCall) -> Response:
    _need(call, "blog", "user_ip")
    now = service.clock()
    peer = request.client
    if call.get("recheck_reason"):
        known = await anyio.to_thread.run_sync(_standing, service, holder, call, now)
        if known is not None:
            return known
    given = key_of(call, request.headers.get("host", ""))
    arrival = await anyio.to_thread.run_sync(
        lambda: arrival_of(service, holder, call, (peer.host, peer.port) if peer else None, now, key=given)
    )
    try:
        answer = asyncio.wrap_future(service.intake.submit(arrival))
        outcome = await asyncio.wait_for(answer, service.settings.akismet_answer_ms / 1000)
    except TimeoutError:
        return _come_again(request)
    again = _come_again(request) if arrival.comment.text.strip() else None
    return verdict(outcome, again=again, forced=arrival.comment.forced is not None)


def _standing(service: Service, holder: KeyHolder, call: AkismetCall, now: datetime) -> Response | None:
    tag = service.custody.text_tag(holder.site_id, fold(call.get("comment_content")).text, now)
    with service.database.reading() as session:
        comment_id = find_by_text(session, holder.site_id, holder.lane.value, tag)
    if comment_id is None:
        return None
    view = read_comment(service.database, holder.site_id, comment_id, now)
    if view.status not in {Status.PUBLISHED, Status.REJECTED} or (view.name or "") != call.get("comment_author"):
        return None
    words = "false" if view.status is Status.PUBLISHED else "true"
    return _text(words, headers={"X-akismet-guid": view.id})


def _come_again(request: Request) -> Response:
    if HONOURS_RECHECK.search(request.headers.get("user-agent", "")):
        return _text("false", headers=AGAIN)
    return _text("", status=503, headers={"Retry-After": "120"})


def verdict(outcome: Outcome, *, again: Response | None, forced: bool) -> Response:
    """An outcome in the words of this protocol; `again` is the answer where another check may find more, if it may."""
    headers = {"X-akismet-guid": outcome.id}
    if outcome.status is Status.PUBLISHED:
        return _text("false", headers=headers)
    unmade = outcome.decision is not None and bool(outcome.decision.unavailable) and not outcome.grounds
    if outcome.status is Status.HELD and unmade and again is not None:
        if again.status_code == 200:  # noqa: PLR2004 - HTTP's own number
            again.headers["X-akismet-guid"] = outcome.id
        return again
    if outcome.status is Status.REJECTED and Ground.SPAM.value in outcome.grounds and not forced:
        headers["X-akismet-pro-tip"] = "discard"
    return _text("true", headers=headers)


async def _correct(request: Request, service: Service, holder: KeyHolder, call: AkismetCall) -> Response:
    _need(call, "user_ip")  # a client that sends JSON leaves `blog` out
    kind = request.url.path.rpartition("/")[2]
    await anyio.to_thread.run_sync(lambda: learn(service, holder, call, kind))
    return _text(THANKS)


def learn(service: Service, holder: KeyHolder, call: AkismetCall, kind: str) -> None:
    """Keep a correction as a label; let a person look again at a comment that we know."""
    now = service.clock()
    own = replace(holder, lane=Lane.TEST) if call.is_test else holder
    tag = service.custody.text_tag(own.site_id, fold(call.get("comment_content")).text, now)
    with service.database.reading() as session:
        comment_id = find_by_text(session, own.site_id, own.lane.value, tag)
    value = 1.0 if kind == "submit-spam" else 0.0
    write_labels(service.database, own, [NewLabel(f"akismet:{kind}", "spam", value, tag, comment_id)], now)
    if comment_id is not None:
        reopen_case(service.database, own.site_id, comment_id, now)


async def _usage(_request: Request, service: Service, holder: KeyHolder, call: AkismetCall) -> Response:
    return await anyio.to_thread.run_sync(lambda: usage_limit(service, holder, call))


async def _key_sites(_request: Request, service: Service, holder: KeyHolder, call: AkismetCall) -> Response:
    return await anyio.to_thread.run_sync(lambda: key_sites(service, holder, call))
