"""What the embedded form sends and is told, as pydantic models."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from moderation.api.bodies import Body

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(max_length=2000)]


class FormArticle(Body):
    """The article that the page shows. Of an article that is known only the id counts."""

    id: Id
    url: Annotated[str, StringConstraints(max_length=8192)] = ""
    title: Annotated[str, StringConstraints(max_length=500)] = ""


class FormComment(Body):
    """A comment as the embedded form sends it."""

    article: FormArticle
    text: str = Field("", description="measured by the site's own limit")
    title: Line = ""
    name: Line = ""
    email: Line = ""
    parent: Annotated[str, StringConstraints(max_length=200)] = ""
    accepted: bool = False
    version: Annotated[str, StringConstraints(max_length=200)] = ""
    homepage: Line = Field("", description="a field that people do not see")
    token: Annotated[str, StringConstraints(max_length=200)] = ""
    language: Annotated[str, StringConstraints(max_length=35)] = "en"


class Officer(BaseModel):
    """Whom readers may write to about comments."""

    name: str
    contact: str


class FormDisclaimer(BaseModel):
    """The site's disclaimer, in its own language."""

    version: str
    text: str
    mode: Literal["accept", "notice"]
    language: str


class FormOut(BaseModel):
    """All that a form must show."""

    site: str
    limit: int = Field(description="characters in UTF-16 units, a line end is one")
    language: str
    direction: Literal["ltr", "rtl"]
    disclaimer: FormDisclaimer
    officer: Officer | None
    closed: bool = Field(description="no comments are taken under this article now")
    words: dict[str, str]


class TokenOut(BaseModel):
    """When the form was first touched, signed."""

    token: str


class GroundOut(BaseModel):
    """A ground of the disclaimer, in the disclaimer's words."""

    ground: str
    words: str


class StatusOut(BaseModel):
    """Where a comment stands, in words and for programs."""

    status: Literal["published", "held", "rejected", "withdrawn"]
    heading: str
    sentences: list[str]
    grounds: list[GroundOut]
    usually_within_minutes: int | None = Field(description="from measured waits; null where too few were measured")
    longer_than_usual: bool
    read_again_at: datetime | None = Field(description="when the site's quiet hours end, if they are now")
    officer: Officer | None
    status_url: str
    status_json: str
