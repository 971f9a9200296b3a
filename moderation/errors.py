"""The root of every error that this package raises.

What this file decides
- An error is a class per cause; its docstring is its default message.
- It has a stable `code` for programs, a `message` for people and a `hint` that says what to do next.
- Messages are lower-case, without a final stop, names in backticks, and never hold comment text, keys or addresses.

Rooms declare their own subclasses beside the code that raises them; doors translate them in one place.
"""

from __future__ import annotations


class ModerationError(Exception):
    """something in moderation went wrong"""

    code = "internal"
    hint = ""

    def __init__(self, message: str | None = None, *, hint: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        if hint is not None:
            self.hint = hint
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class Unavailable(ModerationError):
    """a part that is needed for this answer is not available now"""

    code = "unavailable"
    hint = "try again in a moment"


class NotFound(ModerationError):
    """nothing with this id exists here"""

    code = "not_found"


class Conflict(ModerationError):
    """the thing has changed since it was read"""

    code = "conflict"
    hint = "read it again and repeat"


class Forbidden(ModerationError):
    """this is not allowed for you here"""

    code = "forbidden"


class Invalid(ModerationError):
    """the input has faults"""

    code = "invalid"
