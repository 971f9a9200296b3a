"""Which sets the `ngrams` engine learns from, with what weight, and which label each of them really has.

Rules
- Only sets whose licence allows weights to be shipped are named here; a set that is not in the list is never opened.
- An empty cell is "not labelled" and is masked; nothing is guessed from another label, with two stated exceptions:
  a comment that people found entirely clean counts, at low weight, as neither spam nor sexually explicit.
- Sets found by slur lists have a low weight, or the word alone would decide.
"""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LABELS = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
    "sexual_explicit",
    "spam",
    "checkworthy",
)
MIXED_LABELS = ("toxicity", "insult", "identity_attack")

WEIGHTS = {
    "jigsaw_wiki_multilabel": 1.0,
    "jigsaw_wiki_binary": 1.0,
    "civil_toxic_spans": 0.7,
    "civil_weak": 0.3,
    "edos_sexism": 0.6,
    "wiki_debias_nontoxic": 0.5,
    "hatexplain_binary": 0.15,
    "davidson_tweets": 0.15,
    "stormfront": 0.2,
    "mlma_hate": 0.05,
    "nsfw_bios": 1.0,
    "told_br": 0.4,
    "offenseval_tr": 0.4,
    "youtube_spam": 1.0,
    "sms_spam": 0.7,
    "claimbuster_two_class": 0.5,
}
LICENCES = {
    "jigsaw_wiki_multilabel": "labels CC0, text CC BY-SA 3.0",
    "jigsaw_wiki_binary": "labels CC0, text CC BY-SA 3.0",
    "civil_toxic_spans": "CC0",
    "civil_weak": "CC0",
    "edos_sexism": "CC0",
    "wiki_debias_nontoxic": "Apache-2.0",
    "hatexplain_binary": "MIT",
    "davidson_tweets": "MIT",
    "stormfront": "CC BY-SA 3.0",
    "mlma_hate": "MIT",
    "nsfw_bios": "MIT",
    "told_br": "CC BY-SA 4.0",
    "offenseval_tr": "CC BY",
    "youtube_spam": "CC BY 4.0",
    "sms_spam": "CC BY 4.0",
    "dravidian_offensive": "CC BY 4.0",
    "claimbuster_two_class": "CC BY 4.0",
}
ASSUMED = {"sexual_explicit": 0.1, "spam": 0.2}
"""Weight of the assumption that a comment found clean by people is none of these."""
CLEAN_SETS = ("jigsaw_wiki_multilabel", "jigsaw_wiki_binary", "civil_toxic_spans")


@dataclass(frozen=True)
class Corpus:
    """Texts with their labels (0..1), the weight of each label (0: not labelled), and the set of each text."""

    texts: list[str]
    labels: np.ndarray
    weights: np.ndarray
    sets: np.ndarray
    names: tuple[str, ...]


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of one set."""
    csv.field_size_limit(10**9)
    with gzip.open(path, "rt", newline="") as lines:
        return list(csv.DictReader(lines))


def rename(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Give a set's own column the name of our label."""
    for row in rows:
        if "check_worthy_claim" in row:
            row["checkworthy"] = row.pop("check_worthy_claim")
    return rows


def label_row(row: dict[str, str], labels: tuple[str, ...]) -> list[float]:
    """The labels of a row, NaN where the set has none."""
    return [float(row[name]) if row.get(name) else float("nan") for name in labels]


def read_corpus(folder: Path, names: tuple[str, ...], labels: tuple[str, ...], *, lang: str = "") -> Corpus:
    """Read the named sets of a folder."""
    texts: list[str] = []
    values: list[list[float]] = []
    sets: list[int] = []
    for number, name in enumerate(names):
        for row in rename(read_rows(folder / f"{name}.csv.gz")):
            if lang and row.get("lang") != lang:
                continue
            texts.append(row["text"])
            values.append(label_row(row, labels))
            sets.append(number)
    table = np.array(values, dtype=np.float32)
    which = np.array(sets)
    weights = (~np.isnan(table)).astype(np.float32)
    weights *= np.array([WEIGHTS.get(name, 1.0) for name in names], dtype=np.float32)[which][:, None]
    _assume(table, weights, which, names, labels)
    return Corpus(texts, np.nan_to_num(table), weights, which, names)


def _assume(
    table: np.ndarray, weights: np.ndarray, which: np.ndarray, names: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    clean_sets = [names.index(name) for name in CLEAN_SETS if name in names]
    clean = np.isin(which, clean_sets) & (table[:, 0] == 0)
    for label, weight in ASSUMED.items():
        if label in labels:
            column = labels.index(label)
            chosen = clean & np.isnan(table[:, column])
            table[chosen, column] = 0.0
            weights[chosen, column] = weight


def hold_out(corpus: Corpus, name: str, *, every: int = 4) -> tuple[Corpus, list[dict[str, str]]]:
    """Keep a quarter of a set that has no dev part, and as many clean comments, away from training."""
    column = LABELS.index("sexual_explicit")
    mine = np.flatnonzero(corpus.sets == corpus.names.index(name))[::every]
    clean = np.flatnonzero((corpus.weights[:, column] > 0) & (corpus.sets != corpus.names.index(name)))
    held = np.concatenate([mine, clean[:: max(1, len(clean) // (3 * len(mine)))]])
    rows = [{"text": corpus.texts[i], "sexual_explicit": str(corpus.labels[i, column])} for i in held]
    keep = np.ones(len(corpus.texts), dtype=bool)
    keep[held] = False
    texts = [text for text, stays in zip(corpus.texts, keep, strict=True) if stays]
    return Corpus(texts, corpus.labels[keep], corpus.weights[keep], corpus.sets[keep], corpus.names), rows
