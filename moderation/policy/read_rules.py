"""Read the rules of a policy file, those of the site and those of its sections.

What this file decides
- A rule is `{id, ground, when, then, severity, due, reason, note}`; `help: true` makes it a call for help.
- `ground` is a ground of the disclaimer, or one of the parts that the disclaimer gives to a ground.
- A rule that rejects rests on a ground; one that holds does too, or says `ground: none`: a person looks first, that is all.
- A rule that holds or rejects has public words.
- A section leaves rules out (`off`), sets its own thresholds, and replaces or adds rules.

It leaves the meaning of `when` to the validators.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from ruamel.yaml.nodes import Node, ScalarNode

from moderation.policy.draft import Draft, DraftRule, DraftSection
from moderation.policy.expression import ExpressionUnreadable, read_expression
from moderation.policy.faults import did_you_mean, listed
from moderation.policy.grammar import Expr
from moderation.policy.model import Rule
from moderation.policy.read_head import read_thresholds
from moderation.policy.source import Entry
from moderation.vocabulary import Action, Ground, Severity

_KEYS: Final = ("id", "ground", "when", "then", "severity", "due", "reason", "note", "help")
NO_GROUND: Final = "none"
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


def read_rules(draft: Draft, node: Node, what: str = "`rules`") -> list[DraftRule]:
    """Read a list of rules; what could not be read at all is left out, with a fault."""
    found = []
    for item in draft.source.items(node, what):
        entries = draft.source.mapping(item, "a rule", _KEYS, need=("id", "when", "then"))
        if "id" in entries and "when" in entries:
            found.append(_read_rule(draft, item, entries))
    return found


def _read_rule(draft: Draft, node: Node, entries: Mapping[str, Entry]) -> DraftRule:
    source = draft.source
    name = source.words(entries["id"].value, "a rule's `id`")
    if name and not _ID.fullmatch(name):
        hint = "use small letters, digits and `_`, at most 60"
        source.fault(entries["id"].value, "rule_id", f"`{name}` cannot be the id of a rule", hint)
    when = source.words(entries["when"].value, "`when`")
    ground, part = _ground(draft, entries.get("ground"))
    rule = Rule(
        id=name,
        when=when,
        then=source.choice(entries["then"].value, "`then`", Action) or Action.HOLD
        if "then" in entries
        else Action.HOLD,
        ground=ground,
        part=part,
        severity=_severity(draft, entries.get("severity")),
        due=_due(draft, entries.get("due")),
        reason=_words(draft, entries.get("reason"), "`reason`"),
        note=_words(draft, entries.get("note"), "`note`"),
        help="help" in entries and source.truth(entries["help"].value, "`help`"),
    )
    _judge_shape(draft, node, entries, rule)
    tree = _tree(draft, entries["when"].value, when)
    grounded = entries["ground"].value if "ground" in entries else None
    return DraftRule(rule, tree, node, entries["when"].value, entries["id"].value, grounded)


def _judge_shape(draft: Draft, node: Node, entries: Mapping[str, Entry], rule: Rule) -> None:
    fault = draft.source.fault
    if rule.help and "ground" in entries:
        fault(entries["ground"].key, "help_ground", "a call for help breaks no rule", "leave `ground` out")
    if rule.help and rule.then is not Action.HOLD:
        fault(
            entries["help"].key,
            "help_then",
            "a call for help is held, so that a person sees it first",
            "write `then: hold`",
        )
    if (
        rule.then is Action.REJECT
        and "ground" in entries
        and getattr(entries["ground"].value, "value", "") == NO_GROUND
    ):
        hint = "name a ground, or write `then: hold`"
        fault(entries["ground"].value, "no_ground", f"rule `{rule.id}` rejects and rests on no ground", hint)
    if not rule.help and "ground" not in entries and rule.then is not Action.PUBLISH:
        hint = (
            f"name a ground of the disclaimer: {listed(draft.disclaimer.grounds)}" if draft.disclaimer.grounds else ""
        )
        fault(node, "no_ground", f"rule `{rule.id}` rests on no ground", hint)
    if not rule.help and "reason" not in entries and rule.then is not Action.PUBLISH:
        hint = "`reason` is what the author is told"
        fault(node, "no_reason", f"rule `{rule.id}` has no public words", hint)


def _ground(draft: Draft, entry: Entry | None) -> tuple[Ground | None, str]:
    if entry is None:
        return None, ""
    word = draft.source.words(entry.value, "`ground`")
    if word in ("", NO_GROUND):
        return None, ""
    grounds = draft.disclaimer.grounds
    parts = {part: ground for ground, clause in grounds.items() for part in clause.parts}
    if word in parts:
        return parts[word], word
    if word in grounds:
        return Ground(word), ""
    if word in set(Ground):
        hint = "add its words under `disclaimer: grounds:`"
        draft.source.fault(entry.value, "ground_not_told", f"the disclaimer says nothing of `{word}`", hint)
    else:
        hint = did_you_mean(word, (*grounds, *parts, *Ground), f"the disclaimer has {listed((*grounds, *parts))}")
        draft.source.fault(entry.value, "unknown_ground", f"there is no ground `{word}`", hint)
    return None, ""


def _tree(draft: Draft, node: Node, when: str) -> Expr | None:
    if not when:
        return None
    try:
        return read_expression(when)
    except ExpressionUnreadable as error:
        at = draft.source.spot(node, error.start, error.end) if isinstance(node, ScalarNode) else node
        draft.source.fault(at, "expression", error.message, error.hint)
        return None


def _severity(draft: Draft, entry: Entry | None) -> Severity:
    chosen = draft.source.choice(entry.value, "`severity`", Severity) if entry else None
    return chosen or Severity.LOW


def _due(draft: Draft, entry: Entry | None) -> timedelta:
    read = draft.source.duration(entry.value, "`due`") if entry else None
    return timedelta(hours=24) if read is None else read


def _words(draft: Draft, entry: Entry | None, what: str) -> str:
    return draft.source.words(entry.value, what).strip() if entry else ""


def read_sections(draft: Draft, node: Node) -> None:
    """Read what single sections of the site ask for."""
    source = draft.source
    for name, entry in source.mapping(node, "`sections`").items():
        keys = source.mapping(entry.value, f"section `{name}`", ("thresholds", "off", "rules"))
        section = DraftSection(entry.value)
        if "thresholds" in keys:
            section.thresholds = read_thresholds(draft, keys["thresholds"].value, draft.thresholds)
        if "off" in keys:
            section.off = {
                source.words(item, "the id of a rule"): item for item in source.items(keys["off"].value, "`off`")
            }
        if "rules" in keys:
            section.rules = read_rules(draft, keys["rules"].value, f"the rules of section `{name}`")
        draft.sections[name] = section
