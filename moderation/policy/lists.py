"""A policy's own lists join what the site has set: checks look for both.

The joined facts of a batch are made once: what checks keep for a list (a matcher of ten thousand words) is found by the very
same list, without comparing it for every comment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from moderation.policy.model import Policy
from moderation.vocabulary import SiteFacts

KEPT: Final = 32
_joined: dict[tuple[int, int], tuple[SiteFacts, Policy, SiteFacts]] = {}


def with_lists(site: SiteFacts, policy: Policy) -> SiteFacts:
    """Give the facts of a site with the lists of its policy added."""
    if not any(policy.lists.values()):
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
    return replace(
        site,
        block=site.block + lists["block"],
        suspect=site.suspect + lists["suspect"],
        rumours=site.rumours + lists["rumours"],
        own_domains=site.own_domains + lists["own_domains"],
        known_domains=site.known_domains | set(lists["known_domains"]),
    )
