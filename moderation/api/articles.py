"""What the site tells of its articles, and what a form must show."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from moderation.api.bodies import ArticleOut, ArticleUpdate, DisclaimerOut, LimitOut, LimitsOut, problems
from moderation.api.keys import Asking, Behind
from moderation.api.shape import GRACE
from moderation.errors import Invalid
from moderation.intake.normalise import unstorable
from moderation.intake.subjects import find_subjects
from moderation.storage.sites import put_article

router = APIRouter(prefix="/api/v1", tags=["articles"])

RULE = "UTF-16 code units after CRLF and CR became LF, nothing trimmed; the same as a browser's `maxlength`"
BODY_LIMIT = 256 * 1024


@router.put("/articles/{article_id}", response_model=ArticleOut, responses=problems(400, 401, 413, 415, 422, 429))
def update_article(
    article_id: Annotated[str, Path(max_length=200)], body: ArticleUpdate, asking: Asking, service: Behind
) -> ArticleOut:
    """Tell us of an article: its headline, its people, its text. What is left out stays as it was."""
    for name, words in (("title", body.title), ("body", body.body), ("url", body.url)):
        why = unstorable(words) if words else None
        if why:
            raise Invalid(f"the field `{name}` {why}", hint="send it without that character")
    if body.body and len(body.body.encode("utf-8")) > BODY_LIMIT:
        raise Invalid("the field `body` holds more than 256 KiB", hint="send the text without mark-up")
    subjects = body.subjects
    if subjects is None and (body.body or body.title):
        subjects = list(find_subjects(body.title or "", body.body or ""))
    put_article(
        service.database,
        asking.site_id,
        article_id,
        service.clock(),
        url=body.url,
        title=body.title,
        section=body.section,
        subjects=subjects,
        closed=body.closed,
        body=body.body,
        sensitive=body.sensitive,
        hold_all=body.hold_all,
    )
    return ArticleOut(id=article_id)


@router.get("/limits", response_model=LimitsOut, responses=problems(401, 429))
def get_limits(asking: Asking, service: Behind) -> LimitsOut:
    """What a form must show and count: the limit, the counting rule and the disclaimer in force."""
    rules = service.shelf.rules(asking.site_id)
    disclaimer = service.shelf.policy_for(asking.site_id).disclaimer
    grace = rules.policy_since + GRACE if rules.policy_since and rules.previous_policy else None
    return LimitsOut(
        characters=LimitOut(limit=rules.limit, rule=RULE),
        disclaimer=DisclaimerOut(
            version=disclaimer.version,
            text=disclaimer.text,
            mode="notice" if rules.disclaimer_mode == "notice" else "accept",
            grace_until=grace if grace and grace > service.clock() else None,
        ),
    )
