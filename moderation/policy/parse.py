"""Read a policy file and judge it: a `Policy`, or every fault of it at once.

What this file decides
- The keys of a policy file and the order in which they are read: the disclaimer before the rules that rest on it.
- A file with one error is no policy. Warnings are given by `lint_policy` and do not stop anything.
- A policy is named by the SHA-256 of its file, byte for byte.

It leaves finding files to `files.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from ruamel.yaml.nodes import Node

from moderation.policy.compiled import Compiled, constant
from moderation.policy.draft import Draft, DraftRule
from moderation.policy.faults import Fault, PolicyInvalid, Weight
from moderation.policy.model import LISTS, Answered, Policy, RuleSet, Thresholds
from moderation.policy.names import CheckSpec, names_for
from moderation.policy.read_head import (
    read_disclaimer,
    read_help,
    read_languages,
    read_limits,
    read_lists,
    read_messages,
    read_region,
    read_thresholds,
    read_unavailable,
)
from moderation.policy.read_rules import read_rules, read_sections
from moderation.policy.regions import Regions
from moderation.policy.source import Entry, Source
from moderation.policy.validators import VALIDATORS
from moderation.policy.values import Gatherer

KEYS: Final = (
    "policy",
    "region",
    "languages",
    "disclaimer",
    "messages",
    "help",
    "limits",
    "lists",
    "thresholds",
    "unavailable",
    "unsafe_reject_on_score",
    "rules",
    "sections",
)
NEEDED: Final = ("policy", "disclaimer", "thresholds")


def load_policy(text: str, *, path: str, checks: Mapping[str, CheckSpec]) -> Policy:
    """Read a policy file.

    Raises:
        PolicyInvalid: with every fault of the file.

    """
    draft, faults = _judge(text, path, checks)
    errors = [fault for fault in faults if fault.weight is Weight.ERROR]
    if draft is None or errors:
        raise PolicyInvalid(path, text, errors)
    return _build(draft)


def lint_policy(text: str, *, path: str, checks: Mapping[str, CheckSpec]) -> tuple[Fault, ...]:
    """Give every fault of a policy file, errors and warnings, in the order of the file."""
    return tuple(sorted(_judge(text, path, checks)[1]))


def _judge(text: str, path: str, checks: Mapping[str, CheckSpec]) -> tuple[Draft | None, list[Fault]]:
    source = Source(path, text)
    node = source.tree()
    if node is None:
        return None, source.faults
    draft = _read(source, node, checks)
    for validate in VALIDATORS:
        validate(draft)
    return draft, list(dict.fromkeys(source.faults))


def _read(source: Source, node: Node, checks: Mapping[str, CheckSpec]) -> Draft:
    draft = Draft(source, node, names_for(checks, {}), frozenset(checks))
    draft.names = names_for(checks, draft.limits)
    keys = source.mapping(node, "a policy", (key for key in KEYS if key not in NEEDED), need=NEEDED)
    if "policy" in keys:
        draft.name = source.words(keys["policy"].value, "`policy`")
    for key, read in (
        ("help", read_help),
        ("disclaimer", read_disclaimer),
        ("languages", read_languages),
        ("limits", read_limits),
        ("lists", read_lists),
        ("messages", read_messages),
        ("unavailable", read_unavailable),
    ):
        if key in keys:
            read(draft, keys[key].value)
    _read_rest(draft, keys)
    return draft


def _read_rest(draft: Draft, keys: Mapping[str, Entry]) -> None:
    source = draft.source
    if "region" in keys:
        read_region(draft, source.words(keys["region"].value, "`region`"), keys["region"].value)
    if "unsafe_reject_on_score" in keys:
        draft.unsafe_reject_on_score = source.truth(keys["unsafe_reject_on_score"].value, "`unsafe_reject_on_score`")
    if "thresholds" in keys:
        draft.thresholds = read_thresholds(draft, keys["thresholds"].value, {})
    if "rules" in keys:
        draft.rules_node = keys["rules"].value
        draft.rules = read_rules(draft, keys["rules"].value)
    if "sections" in keys:
        read_sections(draft, keys["sections"].value)


def _build(draft: Draft) -> Policy:
    sections = {}
    for name, section in draft.sections.items():
        own = {one.rule.id: one for one in section.rules}
        kept = [own.pop(one.rule.id, one) for one in draft.rules if one.rule.id not in section.off]
        sections[name] = _rule_set(draft, [*kept, *own.values()], {**draft.thresholds, **section.thresholds})
    text = draft.source.text
    return Policy(
        name=draft.name,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        disclaimer=draft.disclaimer,
        limits=MappingProxyType(draft.limits),
        lists=MappingProxyType({name: draft.lists.get(name, ()) for name in LISTS}),
        rules=_rule_set(draft, draft.rules, draft.thresholds),
        sections=MappingProxyType(sections),
        unavailable=MappingProxyType(draft.unavailable),
        help=draft.help,
        messages=MappingProxyType(draft.messages),
        region=draft.region,
        language=draft.language,
        unfit_scores=draft.unfit_scores,
        text=text,
    )


def _rule_set(draft: Draft, rules: list[DraftRule], thresholds: Thresholds) -> RuleSet:
    trees = [one.tree for one in rules if one.tree is not None]
    compiled = Compiled(trees, thresholds, draft.limits)
    gatherer = Gatherer(compiled.names, draft.names.types, draft.unfit_scores)
    regions: Regions[Answered] = Regions(
        trees, draft.names.types, partial(constant, thresholds=thresholds, limits=draft.limits)
    )
    return RuleSet(tuple(one.rule for one in rules), MappingProxyType(dict(thresholds)), compiled, gatherer, regions)
