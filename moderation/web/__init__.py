"""The moderators' door: server-rendered pages that work without script, and the form at `/` for a newcomer."""

from moderation.web.mount import build_web, mount_web

__all__ = ["build_web", "mount_web"]
