"""The single keys of the queue as one person has them.

What this file decides
- Every act has a key; a person may choose another or switch all of them off (WCAG 2.1.4).
- A key is one visible character that is not a digit from 1 to 9: those are the grounds'. `0` may be any act's.
- Two acts never share a key: a choice that would do so is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moderation.errors import Invalid
from moderation.web.words import KEYS

DEFAULTS: Final[Mapping[str, str]] = {act: key for act, (key, _) in KEYS.items()}


def keys_of(preferences: Mapping[str, Any]) -> dict[str, str]:
    """Act to key; empty when the person has switched them off."""
    if preferences.get("keys_off"):
        return {}
    return {**DEFAULTS, **{act: key for act, key in preferences.get("keys", {}).items() if act in DEFAULTS}}


def choose_keys(wanted: Mapping[str, str]) -> dict[str, str]:
    """What to store of a person's choice: only what differs.

    Raises:
        Invalid: a key is no single sign, is taken by a ground, or is used twice.
    """
    chosen = {act: wanted.get(act, "").strip().lower() or key for act, key in DEFAULTS.items()}
    for act, key in chosen.items():
        if len(key) != 1 or not key.isprintable() or key in "123456789":
            raise Invalid(f"`{act}` needs one sign that is not a digit from 1 to 9", hint="choose a letter")
    if len(set(chosen.values())) != len(chosen):
        raise Invalid("two acts have the same key", hint="give each its own")
    return {act: key for act, key in chosen.items() if key != DEFAULTS[act]}
