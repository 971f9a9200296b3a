"""What a caller was told was wrong, in one line, whatever the protocol: for the page on which an integrator looks for it.

What this file decides
- For a live key only closed words are kept (codes, pointers to our own fields): a message can quote what a reader wrote.
- A test key's line says it in full.
"""

from __future__ import annotations

import json
import re
from typing import Final

from moderation.call_book import TEST, Call

LONGEST: Final = 200
OUR_POINTER: Final = re.compile(r"(?:/[a-z_]{1,30}|/\d{1,3}){1,4}")
CODE: Final = re.compile(r"[A-Za-z_.]{1,60}")
UNKNOWN: Final = "unknown_field"


def problem_of(call: Call) -> str:
    """The line, empty for a call that went well."""
    if not call.failed:
        return ""
    words = call.lane == TEST
    found = call.help_text or _of_answer(call.answer, words=words) or f"answered {call.status}"
    return found[:LONGEST]


def _of_answer(answer: bytes, *, words: bool) -> str:
    try:
        told = json.loads(answer)
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    error = told.get("error")
    return _of_error(error, words=words) if isinstance(error, dict) else _of_problem(told, words=words)


def _of_problem(told: dict[str, object], *, words: bool) -> str:
    faults = told.get("errors")
    found = [_fault(one, words=words) for one in faults if isinstance(one, dict)] if isinstance(faults, list) else []
    line = _code(told.get("code"))
    if found:
        return f"{line}: " + "; ".join(found)
    return f"{line}: {told.get('detail', '')}" if words and line else line


def _fault(fault: dict[str, object], *, words: bool) -> str:
    pointer, code = str(fault.get("pointer", "")), _code(fault.get("code"))
    if words:
        return f"{pointer} {fault.get('message', code)}"
    known = code != UNKNOWN and OUR_POINTER.fullmatch(pointer)
    return f"{pointer} {code}" if known else code


def _of_error(error: dict[str, object], *, words: bool) -> str:
    if words:
        return str(error.get("message", ""))
    details = error.get("details")
    listed = [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    kinds = [one.get("errorType") or one.get("reason") for one in listed]
    return next((_code(one) for one in (*kinds, error.get("status"), error.get("code"), error.get("type")) if one), "")


def _code(value: object) -> str:
    text = str(value or "")
    return text if CODE.fullmatch(text) else ""
