"""What `/metrics` counts: comments by what became of them and by door, and how long their answer took. No text, no author."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Histogram

COMMENTS: Final = Counter("moderation_comments", "comments answered, by status and door", ["status", "door"])
SECONDS: Final = Histogram(
    "moderation_intake_seconds",
    "seconds from acceptance to the durable answer",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
