"""What an Akismet call says: its fields, whatever its body, and where its key stands.

What this file decides
- Bodies are forms or JSON. Context comes in three spellings. Known fields are kept and everything else is dropped: WordPress
  posts its server's variables, and cookies are among them.
- The key is `api_key`, else `key`, else the first label of the host, in which `-` stands for `_`.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from moderation.access.api_keys import looks_like_key
from moderation.errors import Invalid

KNOWN: Final = frozenset(
    """api_key key blog user_ip user_agent referrer permalink comment_type comment_author comment_author_email
    comment_author_url comment_content comment_date_gmt comment_post_modified_gmt comment_parent blog_lang blog_charset
    user_role is_test recheck_reason honeypot_field_name callback classify reporter comment_check_response site_domain
    comment_ID month filter format order limit offset extended from""".split()
)
CONTEXT: Final = re.compile(r"comment_context(?:\[\d*\])?")
TRAP: Final = "akismet_api_honeypot_field"
TRUE: Final = frozenset({"1", "true"})
MOST_FIELDS: Final = 2000


class BadField(Invalid):
    """a field is missing or cannot be read"""

    code = "bad_field"

    def __init__(self, help_text: str) -> None:
        self.help_text = help_text
        super().__init__("a field is missing or cannot be read")


def bad_field(help_text: str) -> BadField:
    """What the help header says, in the words that clients of this protocol know."""
    return BadField(help_text)


@dataclass(frozen=True, slots=True)
class AkismetCall:
    """The known fields, the words of context, and the value of the honeypot if there was one."""

    fields: Mapping[str, str]
    context: tuple[str, ...] = ()
    honeypot: str | None = None

    def get(self, name: str) -> str:
        """A field, or nothing."""
        return self.fields.get(name, "")

    @property
    def is_test(self) -> bool:
        """Whether nothing is to be learnt from it."""
        return self.get("is_test").strip().lower() in TRUE


def read_call(raw: bytes, content_type: str, query: str) -> AkismetCall:
    """The call in a request.

    Raises:
        BadField: the body cannot be read.
    """
    pairs = _query_pairs(query.encode(), "utf-8")
    pairs += _json_pairs(raw) if is_json(content_type) else _form_pairs(raw)
    given = dict(pairs)
    trap = given.get("honeypot_field_name", "")
    return AkismetCall(
        fields={name: value for name, value in given.items() if name in KNOWN},
        context=tuple(value for name, value in pairs if CONTEXT.fullmatch(name)),
        honeypot=given.get(trap) if trap and trap not in KNOWN else given.get(TRAP),
    )


def only_known(raw: bytes, content_type: str) -> bytes | None:
    """A body without what this service drops; None where it cannot be told apart."""
    if is_json(content_type):
        return _known_json(raw)
    parts = [(part, unquote_plus(part.decode("latin-1")).partition("=")) for part in raw.split(b"&")]
    trap = next((value for _, (name, _, value) in parts if name == "honeypot_field_name"), "")
    return b"&".join(part for part, (name, _, _) in parts if _is_known(name, trap))


def _known_json(raw: bytes) -> bytes | None:
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict):
        return None
    trap = _text(given.get("honeypot_field_name"))
    kept = {name: value for name, value in given.items() if _is_known(name, trap)}
    return json.dumps(kept).encode()


def _is_known(name: str, trap: str) -> bool:
    return name in KNOWN or name in {trap, TRAP} or CONTEXT.fullmatch(name) is not None


def is_json(content_type: str) -> bool:
    """Whether a body is announced as JSON; all others are read as forms."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _form_pairs(raw: bytes) -> list[tuple[str, str]]:
    charset = re.search(rb"(?:^|&)blog_charset=([\w.:-]{1,40})", raw)
    name = charset.group(1).decode() if charset else "utf-8"
    try:
        codecs.lookup(name)
    except LookupError:
        name = "utf-8"
    return _query_pairs(raw, name)


def _query_pairs(raw: bytes, charset: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise bad_field("The body is not a form in the charset that it names.") from None


def _json_pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise bad_field("The body is not valid JSON.") from None
    if not isinstance(given, dict):
        raise bad_field("The body is not a JSON object.")
    return [
        (name, _text(one)) for name, value in given.items() for one in (value if isinstance(value, list) else [value])
    ]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def key_of(call: AkismetCall, host: str) -> str:
    """The key of a call.

    Raises:
        BadField: there is none.
    """
    given = call.get("api_key") or call.get("key")
    if given:
        return given
    label = host.partition(".")[0].partition(":")[0]
    key = label.lower().replace("-", "_")
    if not looks_like_key(key):
        raise bad_field('Empty "api_key" value.')
    return key
