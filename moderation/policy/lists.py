"""A policy's own lists and limits join what the site has set: checks look for both.

Articles close after the fewer days of the two. A limit for a minute that is lower than the count from which checks tell it
lowers that count: a rule that compares the two must hear of it.

The joined facts of a batch are made once: what checks keep for a list (a matcher of ten thousand words) is found by the very
same list, without comparing it for every comment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from moderation.policy.model import Policy
from moderation.vocabulary import SiteFacts

KEPT: Final = 32
PER_MINUTE: Final = ("sender_per_minute", "network_per_minute", "article_per_minute")
_joined: dict[tuple[int, int], tuple[SiteFacts, Policy, SiteFacts]] = {}


def with_lists(site: SiteFacts, policy: Policy) -> SiteFacts:
    """Give the facts of a site with the lists of its policy added."""
    if not any(policy.lists.values()) and _limits(site, policy) == (site.close_after_days, site.crowded):
        return site
    key = (id(site), id(policy))
    kept = _joined.get(key)
    if kept is not None and kept[0] is site and kept[1] is policy:
        return kept[2]
    joined = _join(site, policy)
    while len(_joined) >= KEPT:
        _joined.pop(next(iter(tuple(_joined)), key), None)
    _joined[key] = (site, policy, joined)
    return joined


def _join(site: SiteFacts, policy: Policy) -> SiteFacts:
    lists = policy.lists
    days, crowded = _limits(site, policy)
    return replace(
        site,
        close_after_days=days,
        crowded=crowded,
        block=site.block + lists["block"],
        suspect=site.suspect + lists["suspect"],
        rumours=site.rumours + lists["rumours"],
        own_domains=site.own_domains + lists["own_domains"],
        known_domains=site.known_domains | set(lists["known_domains"]),
    )


def _limits(site: SiteFacts, policy: Policy) -> tuple[int, tuple[int, int, int]]:
    days = min(filter(None, (site.close_after_days, policy.limits["close_after_days"])), default=0)
    sender, network, article = (
        min(least, policy.limits[name] + 1) for least, name in zip(site.crowded, PER_MINUTE, strict=True)
    )
    return days, (sender, network, article)
