"""A text as a moderator may safely look at it: what is invisible or turns the line around is named in place.

- Control characters, bidi overrides and isolates, zero-width and other invisible characters become `⟨U+202E⟩`.
- Line feed and tab stay.
- Joiners stay where scripts and emoji need them: beside an Indic, Arabic or emoji character; a variation selector and
  the tags of a flag stay after a character that they can belong to.
- Nothing is lost: each part knows the code points that it stands for.

Escaping for HTML is the template's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

JOINERS = "\u200c\u200d"
ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
FLAG = "\U0001f3f4"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text as shown, and the code points `start` to `end` that it stands for."""

    text: str
    start: int
    end: int
    hidden: bool


def show(text: str) -> str:
    """The text with everything invisible or misleading named in place."""
    return "".join(part.text for part in show_parts(text))


def show_parts(text: str) -> Iterator[Part]:
    """The text in order, split wherever a character is named instead of shown."""
    done, kept = 0, -1
    for match in ODD.finditer(text):
        at = match.start()
        if _is_tag(text[at]) and (kept == at - 1 if _is_tag(text[at - 1]) else text[at - 1] == FLAG):
            kept = at
            continue
        if _belongs(text, at):
            continue
        if done < at:
            yield Part(text[done:at], done, at, hidden=False)
        yield Part(f"⟨U+{ord(text[at]):04X}⟩", at, at + 1, hidden=True)
        done = at + 1
    if done < len(text):
        yield Part(text[done:], done, len(text), hidden=False)


def _belongs(text: str, at: int) -> bool:
    """Whether an invisible character does honest work where it stands."""
    letter = text[at]
    before = text[at - 1] if at else ""
    if not before:
        return False
    if letter in JOINERS:
        return unicodedata.category(before) in {"Mn", "Mc", "So", "Sk"} or before == "\ufe0f" or _joins(before)
    if letter == "\ufe0f":
        return unicodedata.category(before) in {"So", "Sm", "Po", "Nd", "Sk"} or before in "‼⁉〰"
    return False


def _is_tag(letter: str) -> bool:
    """Whether a letter is one of the tags that spell out a flag's region."""
    return "\U000e0020" <= letter <= "\U000e007f"


def _joins(letter: str) -> bool:
    """Whether a letter's script is one in which joiners change how a word is written."""
    return "\u0600" <= letter <= "\u06ff" or "\u0900" <= letter <= "\u0dff" or letter >= "\U0001f000"
