"""A policy's own lists join what the site has set: checks look for both."""

from __future__ import annotations

from dataclasses import replace

from moderation.policy.model import Policy
from moderation.vocabulary import SiteFacts


def with_lists(site: SiteFacts, policy: Policy) -> SiteFacts:
    """Give the facts of a site with the lists of its policy added."""
    lists = policy.lists
    if not any(lists.values()):
        return site
    return replace(
        site,
        block=site.block + lists["block"],
        suspect=site.suspect + lists["suspect"],
        rumours=site.rumours + lists["rumours"],
        own_domains=site.own_domains + lists["own_domains"],
        known_domains=site.known_domains | set(lists["known_domains"]),
    )
