"""The moderators' door: server-rendered pages that work without script, and the form at `/` for a newcomer."""

from moderation.web.mount import mount_web

__all__ = ["mount_web"]
