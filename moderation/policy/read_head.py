"""Read everything of a policy file that is not a rule: disclaimer, limits, lists, thresholds, languages, help.

What this file decides
- The keys of each block, which of them must be there, and what holds when one is left out.
- `thresholds` has `default` for all labels and may have a block for a label; only what differs need be written.
- A comment may be as long as a model reads it, and no longer.
- `unavailable` has `default` and may have an answer of its own for a check or for `scoring`.

It leaves the order of thresholds, unused grounds and missing answers to the validators.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from ruamel.yaml.nodes import Node

from moderation.policy.draft import Draft
from moderation.policy.faults import did_you_mean
from moderation.policy.grammar import Level
from moderation.policy.model import (
    DEFAULT_LIMITS,
    LISTS,
    SCORING,
    Answer,
    Clause,
    Disclaimer,
    Help,
    Mode,
    UnfitScores,
)
from moderation.vocabulary import Action, Ground, Label, Severity

MOST: Final = 1_000_000  # no minute holds more
LONGEST_READ: Final = (
    20_000  # what a model reads of a comment; a longer one would be published with an end that nothing read
)


def read_disclaimer(draft: Draft, node: Node) -> None:
    """Read the text that the reader sees, its version, and the words for each ground."""
    source = draft.source
    keys = source.mapping(node, "`disclaimer`", (), need=("version", "mode", "text", "grounds"))
    grounds: dict[Ground, Clause] = {}
    entries = source.mapping(keys["grounds"].value, "`grounds`", list(Ground)) if "grounds" in keys else {}
    for word, entry in entries.items():
        draft.clauses[Ground(word)] = entry.key
        grounds[Ground(word)] = _clause(draft, word, entry.value)
    draft.disclaimer = Disclaimer(
        version=source.words(keys["version"].value, "`version`") if "version" in keys else "",
        text=source.words(keys["text"].value, "`text`").strip() if "text" in keys else "",
        mode=(source.choice(keys["mode"].value, "`mode`", Mode) if "mode" in keys else None) or Mode.NOTICE,
        grounds=MappingProxyType(grounds),
    )


def _clause(draft: Draft, word: str, node: Node) -> Clause:
    source = draft.source
    keys = source.mapping(node, f"ground `{word}`", ("parts", "judged_by"), need=("text",))
    parts = source.mapping(keys["parts"].value, f"the parts of `{word}`") if "parts" in keys else {}
    for part, entry in parts.items():
        draft.parts[Ground(word), part] = entry.key
        if part in set(Ground):
            source.fault(
                entry.key, "part_name", f"`{part}` is a ground and cannot be a part of another", "choose another name"
            )
    judged_by = (
        source.choice(keys["judged_by"].value, "`judged_by`", ["rules", "people"]) if "judged_by" in keys else None
    )
    return Clause(
        text=source.words(keys["text"].value, "`text`").strip() if "text" in keys else "",
        parts=MappingProxyType({part: source.words(entry.value, f"part `{part}`") for part, entry in parts.items()}),
        by_people=judged_by == "people",
    )


def read_limits(draft: Draft, node: Node) -> None:
    """Read the policy's own numbers; a limit that is not written has its default."""
    for name, entry in draft.source.mapping(node, "`limits`", DEFAULT_LIMITS).items():
        value = draft.source.number(entry.value, f"limit `{name}`", whole=True)
        most = LONGEST_READ if name == "characters" else MOST
        if value is not None and not 0 <= value <= most:
            draft.source.fault(entry.value, "limit", f"limit `{name}` must lie between 0 and {most}")
        elif value is not None:
            draft.limits[name] = int(value)


def read_lists(draft: Draft, node: Node) -> None:
    """Read the site's own lists of words, rumours and domains."""
    source = draft.source
    for name, entry in source.mapping(node, "`lists`", LISTS).items():
        items = [source.words(item, f"an item of `{name}`") for item in source.items(entry.value, f"list `{name}`")]
        draft.lists[name] = tuple(item for item in items if item)


def read_thresholds(
    draft: Draft, node: Node, base: Mapping[Label, Mapping[Level, float]]
) -> dict[Label, Mapping[Level, float]]:
    """Read the numbers behind the words, per label; what a block leaves out comes from `default`, then from `base`."""
    entries = draft.source.mapping(node, "`thresholds`", ("default", *Label))
    default = _levels(draft, entries["default"].value, "default") if "default" in entries else {}
    if not base and set(default) != set(Level):
        draft.source.fault(
            node, "threshold_missing", "`thresholds: default:` needs `possible`, `likely` and `very_likely`"
        )
    found: dict[Label, Mapping[Level, float]] = {}
    for label in Label:
        own = _levels(draft, entries[label].value, label) if label in entries else {}
        found[label] = {**base.get(label, {}), **default, **own}
        if label in entries:
            draft.threshold_nodes.append((entries[label].key, label, found[label]))
    if "default" in entries:
        draft.threshold_nodes.append((entries["default"].key, "default", default))
    return found


def _levels(draft: Draft, node: Node, what: str) -> dict[Level, float]:
    found = {}
    for word, entry in draft.source.mapping(node, f"the thresholds of `{what}`", list(Level)).items():
        value = draft.source.number(entry.value, f"threshold `{word}` of `{what}`")
        if value is not None and not 0 < value < 1:
            hint = "it is a probability"
            draft.source.fault(entry.value, "threshold_range", f"threshold `{word}` must lie between 0 and 1", hint)
        elif value is not None:
            found[Level(word)] = value
    return found


def read_unavailable(draft: Draft, node: Node) -> None:
    """Read what follows when a check or the scorer could not answer."""
    source = draft.source
    known = ("default", SCORING, *sorted(draft.checks))
    for name, entry in source.mapping(node, "`unavailable`", known).items():
        keys = source.mapping(entry.value, f"the answer for `{name}`", ("severity", "due", "note"), need=("then",))
        due = source.duration(keys["due"].value, "`due`") if "due" in keys else None
        severity = source.choice(keys["severity"].value, "`severity`", Severity) if "severity" in keys else None
        then = source.choice(keys["then"].value, "`then`", Action) if "then" in keys else None
        draft.unavailable_nodes[name] = entry.key
        draft.unavailable[name] = Answer(
            then=then or Action.HOLD,
            severity=severity or Severity.MEDIUM,
            due=timedelta(hours=4) if due is None else due,
            note=source.words(keys["note"].value, "`note`").strip() if "note" in keys else "",
        )


def read_help(draft: Draft, node: Node) -> None:
    """Read what a writer in distress is told."""
    source = draft.source
    keys = source.mapping(node, "`help`", (), need=("text", "helplines"))
    lines: dict[str, tuple[str, ...]] = {}
    entries = source.mapping(keys["helplines"].value, "`helplines`") if "helplines" in keys else {}
    for region, entry in entries.items():
        if region != "*" and not (len(region) == 2 and region.isupper()):  # noqa: PLR2004 - ISO 3166-1 alpha-2
            hint = "write two capital letters, or `*` for everywhere else"
            source.fault(entry.key, "region", f"`{region}` is no country", hint)
        lines[region] = tuple(source.words(item, "a helpline") for item in source.items(entry.value, f"`{region}`"))
    text = source.words(keys["text"].value, "`text`") if "text" in keys else ""
    draft.help = Help(text, MappingProxyType(lines))


def read_messages(draft: Draft, node: Node) -> None:
    """Read what an author is told of each outcome."""
    for word, entry in draft.source.mapping(node, "`messages`", list(Action)).items():
        draft.messages[Action(word)] = draft.source.words(entry.value, f"message `{word}`").strip()


def read_languages(draft: Draft, node: Node) -> None:
    """Read the language of the public words, and what scores of other languages are worth."""
    source = draft.source
    keys = source.mapping(node, "`languages`", ("public_words", "unfit_scores"))
    if "public_words" in keys:
        draft.language = source.words(keys["public_words"].value, "`public_words`") or draft.language
    if "unfit_scores" in keys:
        chosen = source.choice(keys["unfit_scores"].value, "`unfit_scores`", UnfitScores)
        draft.unfit_scores = chosen or draft.unfit_scores


def read_region(draft: Draft, word: str, node: Node) -> None:
    """Read the country whose helplines and telephone numbers are meant."""
    if len(word) == 2 and word.isupper():  # noqa: PLR2004 - ISO 3166-1 alpha-2
        draft.region = word
    elif word:
        hint = did_you_mean(word.upper(), draft.help.helplines, "write two capital letters, such as `IN`")
        draft.source.fault(node, "region", f"`{word}` is no country", hint)
