"""What the comments API takes and gives, as pydantic models: the source of the OpenAPI document.

Unknown fields are refused with their names, so that a typing error never silently loses a fact. Sizes are loose here: the
room of intake judges what a field means and tells every fault at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Short = Annotated[str, StringConstraints(max_length=200)]
Long = Annotated[str, StringConstraints(max_length=8192)]


class Body(BaseModel):
    """A body with known fields only."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArticleIn(Body):
    """The article that a comment stands under."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(description="the site's own id of it")
    url: Long = ""
    title: Long = Field("", description="the headline")
    section: Annotated[str, StringConstraints(max_length=100)] | None = None
    subjects: list[Short] | None = Field(None, max_length=50, description="people and bodies that it is about")
    closed: bool | None = Field(None, description="no more comments are taken")


class ArticleUpdate(Body):
    """What the site tells of an article; what is left out stays."""

    url: Long | None = None
    title: Long | None = None
    section: Annotated[str, StringConstraints(max_length=100)] | None = None
    subjects: list[Short] | None = Field(None, max_length=50)
    closed: bool | None = None
    body: str | None = Field(None, description="its text, up to 256 KiB; subjects not given are drawn from it")
    sensitive: Literal["", "sexual_offence", "minor", "suicide", "sub_judice", "riot"] | None = None
    hold_all: bool | None = None


class AuthorIn(Body):
    """Who wrote. The name is published; the e-mail address is sealed."""

    id: Short | None = Field(None, description="the author's account at the site, if there is one")
    name: str = ""
    email: str = ""
    website: str | None = None


class SenderIn(Body):
    """Where the comment came from, as the site saw it; kept sealed only."""

    ip: Annotated[str, StringConstraints(max_length=64)] | None = None
    port: Annotated[int, Field(ge=0, le=65535)] | None = None
    user_agent: Long | None = None
    referrer: Long | None = None
    headers: dict[Short, Long] = Field(default_factory=dict, max_length=20)
    submitted_at: datetime | None = None


class DisclaimerIn(Body):
    """Whether the disclaimer was accepted, and which version was shown."""

    accepted: bool | None = None
    version: Short | None = None


class FormIn(Body):
    """What the form noticed; leaving it out is neutral."""

    honeypot: Long | None = Field(None, description="what stood in the field that people do not see")
    elapsed_ms: Annotated[int, Field(ge=0)] | None = Field(None, description="from first focus to sending")
    token: Long | None = None


class CommentIn(Body):
    """A comment as the site's back end sends it."""

    article: ArticleIn
    author: AuthorIn = Field(default_factory=lambda: AuthorIn(id=None))
    text: str = ""
    title: str | None = None
    parent_id: Short | None = Field(None, description="our id or the site's id of the comment that it answers")
    external_id: Short | None = Field(None, description="the site's own id of this comment")
    disclaimer: DisclaimerIn = DisclaimerIn()
    sender: SenderIn = SenderIn()
    form: FormIn = Field(default_factory=lambda: FormIn(honeypot=None, elapsed_ms=None))


class RevisionIn(Body):
    """A new wording of a comment."""

    text: str
    title: str | None = None
    sender: SenderIn = SenderIn()


class Characters(BaseModel):
    """How long the text is: UTF-16 code units after line ends became LF, as a browser's `maxlength` counts."""

    count: int
    limit: int
    left: int


class CommentOut(BaseModel):
    """What became of a comment."""

    id: str
    status: Literal["published", "held", "rejected", "withdrawn"]
    grounds: list[str] = Field(description="the lines of the disclaimer that the decision rests on")
    reasons: list[str] = Field(description="the same in words for the author")
    characters: Characters
    message: str = Field(description="a sentence for the author")
    revision: int = 1
    status_url: str | None = Field(None, description="an unguessable page that tells the author what became of it")


class Wording(BaseModel):
    """One wording of a comment."""

    revision: int
    status: Literal["published", "held", "rejected", "withdrawn"]
    text: str | None = Field(description="null after its text was erased")


class CommentState(BaseModel):
    """Where a comment stands. While an edit is held the earlier wording stays published: both are here."""

    id: str
    external_id: str | None
    article_id: str | None
    parent_id: str | None
    status: Literal["published", "held", "rejected", "withdrawn"]
    settles_at: datetime | None = Field(description="when a verdict that can still be taken back becomes final")
    grounds: list[str]
    reasons: list[str]
    message: str
    characters: Characters
    name: str | None
    title: str | None
    text: str | None
    latest: Wording
    published: Wording | None
    received_at: datetime
    updated_at: datetime


class CommentPage(BaseModel):
    """A page of comments, oldest first; ask again with `after` for the next one."""

    comments: list[CommentState]
    after: str | None = Field(description="the id to continue after, or null at the end")


class DisclaimerOut(BaseModel):
    """The disclaimer in force."""

    version: str
    text: str
    mode: Literal["accept", "notice"]
    grace_until: datetime | None = Field(None, description="until then the version before is good too")


class LimitOut(BaseModel):
    """How long a comment may be."""

    limit: int
    rule: str


class LimitsOut(BaseModel):
    """What a form must show and count."""

    characters: LimitOut
    disclaimer: DisclaimerOut


class ArticleOut(BaseModel):
    """An article as it is known now."""

    id: str
    stored: bool = True


class FaultOut(BaseModel):
    """One fault of one field."""

    pointer: str
    code: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FaultOut] | None = None


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """The request body of a route that reads its body itself, as OpenAPI says it: one schema in one piece."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs", {})

    def whole(value: Any) -> Any:
        if isinstance(value, dict) and "$ref" in value:
            return whole(parts[str(value["$ref"]).rsplit("/", 1)[1]] | {k: v for k, v in value.items() if k != "$ref"})
        if isinstance(value, dict):
            return {name: whole(inner) for name, inner in value.items()}
        return [whole(inner) for inner in value] if isinstance(value, list) else value

    return {"content": {"application/json": {"schema": whole(schema)}}, "required": True}


Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    """The documented problems of a route."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": "a problem", "content": content} for status in statuses}
