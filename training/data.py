"""Reads the sets and the project's own corpora into rows, and draws a stage's rows in an order that a seed repeats.

A row is a text with what is known of it; what is not known is NaN and masked in the loss. Offsets are code points.
The sets are gzip CSV files (`text` and a column per label) in DATA/train and DATA/dev; the own corpora are JSON lines in
`training/corpus/<kind>/`. Rows of the split `test` are never drawn for training.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from moderation.scoring.hints import hints_of
from training import augment
from training.recipe import FACTORS, LABELS, MEASURE_ONLY, OWN, SETS, SetRule, Stage

NAN = math.nan
CORPUS = Path(__file__).parent / "corpus"
LEAST = 8  # comments that a word must be in
NO_LABELS = (NAN,) * len(LABELS)


@dataclass(frozen=True, slots=True)
class Row:
    """One text with its targets (0..1, NaN = unknown), the weights of these, and its marked stretches by token label."""

    text: str
    source: str
    labels: tuple[float, ...] = NO_LABELS
    weights: tuple[float, ...] = (1.0,) * len(LABELS)
    factors: tuple[float, float, float] = (NAN, NAN, NAN)
    hints: tuple[float, float, float] = (0.0, 0.0, 0.0)
    spans: tuple[tuple[str, int, int], ...] = ()
    span_weights: tuple[tuple[str, float], ...] = ()
    """Token labels whose spans are known for this row, with their weight; the others are masked."""
    group: str = ""


def read_set(data: Path, part: str, name: str, *, training: bool) -> list[Row]:
    """The rows of one set; refuses to train on a set that is there for measuring only."""
    if training and name in MEASURE_ONLY:
        raise ValueError(f"`{name}` may be measured on but not trained on")
    csv.field_size_limit(1 << 24)
    rule = SETS.get(name, SetRule("measuring only"))
    path = data / part / f"{name}.csv.gz"
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = [_row_of(name, rule, record) for record in csv.DictReader(lines)]
    return [row for row in rows if row.text.strip() and (not rule.languages or row.group in rule.languages)]


def _row_of(name: str, rule: SetRule, record: dict[str, str]) -> Row:
    named = {rule.rename.get(column, column): value for column, value in record.items()}
    labels = [_number(named.get(label)) for label in LABELS]
    weights = [rule.weight] * len(LABELS)
    if rule.fill and labels[0] == 0.0:
        for at in range(1, 6):
            if math.isnan(labels[at]):
                labels[at], weights[at] = 0.0, rule.weight * 0.5
    if rule.defamation_negative:
        at = LABELS.index("defamation")
        labels[at], weights[at] = 0.0, rule.defamation_negative
    spans, known = _toxic_spans(name, named, labels[0])
    return Row(
        text=named["text"], source=name, labels=tuple(labels), weights=tuple(weights), spans=spans, span_weights=known,
        group=named.get("lang") or named.get("text_form") or "",
    )  # fmt: skip


def _number(value: str | None) -> float:
    return float(value) if value not in (None, "") else NAN


def _toxic_spans(name: str, record: dict[str, str], toxicity: float) -> tuple[tuple, tuple]:
    if name == "toxic_spans":
        stretches = _stretches(json.loads(record["spans"]))
        return tuple(("toxic", start, end) for start, end in stretches), (("toxic", 1.0),)
    if name in {"jigsaw_wiki_multilabel", "civil_toxic_spans"} and toxicity == 0.0:
        return (), (("toxic", 0.1),)
    return (), ()


def _stretches(offsets: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for at in sorted(offsets):
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def read_own(kind: str, split: str = "train", corpus: Path = CORPUS) -> list[Row]:
    """The rows of one of the project's own corpora (`defamation`, `contrast`, `spam`), or of some of its files
    (`defamation/written*`)."""
    rows = []
    kind, _, files = kind.partition("/")
    for path in sorted((corpus / kind).glob(f"{files or '*'}.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                record = json.loads(line)
                if (record.get("split") or _split_of(record["text"])) == split:
                    rows.append(_own_row(kind, path.stem, record))
    return rows


def _split_of(text: str) -> str:
    """An eighth of the rows without a split of their own is held out, by a hash of the text."""
    return "test" if hashlib.sha256(text.encode()).digest()[0] < 32 else "train"


def _own_row(kind: str, stem: str, record: dict) -> Row:
    labels, weights = [NAN] * len(LABELS), [1.0] * len(LABELS)
    factors, spans, known = (NAN, NAN, NAN), (), ()
    for label, value in record.get("labels", {}).items():
        labels[LABELS.index(label)] = float(value)
    if "spam" in record:
        labels[LABELS.index("spam")] = float(record["spam"])
    if "about" in record:
        factors = tuple(float(record[factor]) for factor in FACTORS)
        labels[LABELS.index("defamation")] = float(all(factors))
        spans = tuple((span["label"], span["start"], span["end"]) for span in record.get("spans", ()))
        if "spans" in record:
            known = tuple((factor, 0.5) for factor in FACTORS)
    subjects, parent = record.get("subjects") or (), record.get("parent") or ""
    return Row(
        text=record["text"], source=kind, labels=tuple(labels), weights=tuple(weights), factors=factors,
        hints=hints_of(record["text"], subjects, parent), spans=spans, span_weights=known,
        group=record.get("family") or record.get("frame") or stem,
    )  # fmt: skip


def harsh_words(rows: Iterable[Row], count: int = 500) -> frozenset[str]:
    """The words that tell toxic comments from others best: what a writer would want to hide."""
    toxic, clean = Counter(), Counter()
    for row in rows:
        if not math.isnan(row.labels[0]):
            words = set(re.findall(r"[a-z]{3,}", row.text.lower()))
            (toxic if row.labels[0] >= 0.5 else clean).update(words)
    scale = sum(toxic.values()) / max(1, sum(clean.values()))
    scored = {word: math.log((n + 1) / (clean[word] * scale + 1)) for word, n in toxic.items() if n >= LEAST}
    telling = [word for word, score in scored.items() if score > 1.0]
    return frozenset(sorted(telling, key=lambda word: (-scored[word], word))[:count])


def draw(stage: Stage, data: Path, seed: int, share: float = 1.0) -> list[Row]:
    """The rows of a stage in the order in which they are seen; a part of a pass takes the rows of a seeded shuffle."""
    rng = Random(f"{seed}/{stage.name}")
    drawn: list[Row] = []
    for name, passes in {**stage.passes, **stage.own}.items():
        rows = read_own(name) if name.partition("/")[0] in OWN else read_set(data, "train", name, training=True)
        drawn += _take(rows, passes * share, rng)
    rng.shuffle(drawn)
    return drawn[: round(stage.most * share)]


def _take(rows: list[Row], passes: float, rng: Random) -> Iterator[Row]:
    shuffled = rng.sample(rows, len(rows))
    whole, part = divmod(passes, 1.0)
    return iter(rows * int(whole) + shuffled[: round(len(rows) * part)])


def vary(row: Row, rng: Random, harsh: frozenset[str]) -> Row:
    """The row as somebody else would have typed it; rows with known spans stay as they are."""
    if row.spans or (row.source == "toxic_spans"):
        return row
    text, dice = row.text, rng.random()
    toxic = any(value >= 0.5 for value in row.labels[:6])
    if row.source in OWN:
        text = augment.spell(text, rng) if dice < 0.1 else text
        if row.source == "contrast" and dice > 0.9:
            text = augment.evade(text, rng, harsh)
    elif dice < (0.12 if toxic else 0.04):
        text = augment.evade(text, rng, harsh)
    elif dice < 0.18:
        text = augment.spell(text, rng)
    elif dice < 0.28:
        text = augment.strip_marks(text) or text
    return replace(row, text=text, span_weights=row.span_weights if text == row.text else ())
