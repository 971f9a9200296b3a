"""What Coral sends and wants to hear: the signature, the body, the answer.

What this file decides
- The signature is over the raw bytes, under the secret as a string with its prefix; any of several secrets may have made it. All
  are compared in constant time.
- A comment in HTML is read as plain text, with the targets of its links, which a reader could press.
- This service answers within `MODERATION_CORAL_ANSWER_MS`, below the 200 ms that Coral waits unless it is told otherwise. It
  should be told to wait for `PHASE_MS`: the network comes on top, and Coral publishes what it did not hear about in time.
- Held is `SYSTEM_WITHHELD` with a flag, rejected sets both rejection fields, published says nothing. Without a ground (a part was
  away) the comment waits in Coral's own queue: `PREMOD`.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from moderation.errors import Forbidden, Invalid
from moderation.ports import Outcome
from moderation.vocabulary import Ground, Status

PHASE_MS: Final = 1000
PREFIX: Final = "sha256="
PREMOD: Final[dict[str, Any]] = {"status": "PREMOD"}
MARKUP: Final = re.compile(
    r"</?(?:p|div|br|span|b|strong|i|em|s|u|a|blockquote|ul|ol|li|code|pre)\b[^>]*>", re.IGNORECASE
)
BREAKS: Final = frozenset({"br", "p", "div", "li", "blockquote", "ul", "ol", "pre"})
REASONS: Final = {
    Ground.PERSONAL: "HARASSMENT_BULLYING",
    Ground.ABUSIVE: "ABUSIVE",
    Ground.DEFAMATORY: "ILLEGAL_CONTENT",
    Ground.INFRINGING: "ILLEGAL_CONTENT",
    Ground.OBSCENE: "OFFENSIVE",
    Ground.INDECENT: "OFFENSIVE",
    Ground.DISCRIMINATORY: "HATE_SPEECH",
    Ground.UNLAWFUL: "ILLEGAL_CONTENT",
    Ground.INSULTING: "ABUSIVE",
    Ground.INTIMIDATING: "HARASSMENT_BULLYING",
    Ground.MISLEADING: "MISINFORMATION",
    Ground.SPAM: "SPAM",
}


class BadSignature(Forbidden):
    """the signature is missing or made with another secret"""

    code = "bad_signature"
    hint = "give the site the secret that Coral shows for this phase"


class BadHook(Invalid):
    """this is not what Coral sends"""

    code = "bad_hook"
    hint = "point an external moderation phase of Coral at this address"


class Part(BaseModel):
    """A part of the body; what newer versions add is not refused."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CoralComment(Part):
    body: str = ""
    parentID: str | None = None  # noqa: N815 - Coral's own spelling


class CoralAuthor(Part):
    id: str
    role: str = ""


class CoralStory(Part):
    id: str
    url: str = ""


class CoralHook(Part):
    """What a phase is asked."""

    action: Literal["NEW", "EDIT"]
    comment: CoralComment
    author: CoralAuthor
    story: CoralStory


def check_signature(header: str, raw: bytes, secrets: Sequence[str]) -> None:
    """Return if one of the secrets signed these bytes.

    Raises:
        BadSignature: none did.
    """
    given = [part.strip().removeprefix(PREFIX).lower().encode() for part in header.split(",")[:8]]
    made = [hmac.new(secret.encode(), raw, "sha256").hexdigest().encode() for secret in secrets]
    if not any([hmac.compare_digest(one, other) for one in given for other in made]):  # noqa: C419 - all of them
        raise BadSignature


def read_hook(raw: bytes) -> CoralHook:
    """The body.

    Raises:
        BadHook: it is no JSON, or misses a field.
    """
    try:
        return CoralHook.model_validate(json.loads(raw))
    except ValidationError as problem:
        names = ", ".join(".".join(str(part) for part in fault["loc"]) for fault in problem.errors())
        raise BadHook(f"the body has faults in `{names[:200]}`") from None
    except (ValueError, RecursionError):
        raise BadHook("the body is not valid JSON") from None


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BREAKS:
            self.parts.append("\n")
        link = dict(attrs).get("href") if tag == "a" else None
        if link:
            self.parts.append(f"({link}) ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain_text(body: str) -> str:
    """A comment's words, whether the phase sends plain text or HTML."""
    if not MARKUP.search(body):
        return body
    reader = _Plain()
    reader.feed(body)
    reader.close()
    return "".join(reader.parts).strip("\n")


def say_outcome(outcome: Outcome) -> dict[str, Any] | None:
    """The answer; None for no opinion."""
    if outcome.status is Status.PUBLISHED:
        return None
    if not outcome.grounds:
        return PREMOD
    if outcome.status is Status.HELD:
        spam = outcome.grounds[0] == Ground.SPAM.value
        flag = {"actionType": "FLAG", "reason": "COMMENT_DETECTED_SPAM" if spam else "COMMENT_DETECTED_TOXIC"}
        return {"actions": [flag], "status": "SYSTEM_WITHHELD"}
    reason = {"code": REASONS.get(Ground(outcome.grounds[0]), "OTHER")}
    if outcome.reasons and outcome.reasons[0]:
        reason["detailedExplanation"] = outcome.reasons[0]
    return {"status": "REJECTED", "moderationAction": {"status": "REJECTED", "rejectionReason": reason}}
