"""A second, shallow opinion inside the encoder's file: `python -m training.wide --data DATA --out OUT`.

The encoder reads a sentence; a linear model over its tokens, pairs and triples of tokens remembers turns of phrase. Each errs
elsewhere, so their sum ranks better than either (figures in `training/README.md`). The tokens are the encoder's own, after
its normaliser, so evasions are undone for both, and the whole stays one ONNX file.

`fit` makes a table: a row for each token and for each bucket of hashed pairs and triples, a column for each label. A comment's
opinion is the sum of its rows, each once however often it repeats, over the root of their number. `OUT/wide.npz` holds the
table, which `training.export` adds to the network, each label with the share that `choose_shares` found best on the first half
of dev.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from training import recipe
from training.calibrate import CALIBRATED_ON, dev_rows, in_first_half
from training.data import Row, read_own, read_set
from training.remember import RememberingScorer
from training.score import WINDOW
from training.tokens import base_folder, build_tokenizer

WORDS = 30_522
BUCKETS = 1 << 18
"""Rows of the table: the word table's tokens first, then the buckets of pairs and triples."""
PAIR, TRIPLE = (0, 15_485_863, 32_452_843), (49_979_687, 67_867_967, 86_028_121)
"""Primes by which the token two before, the one before and the token itself are multiplied; their sum gives the bucket."""
FILE = "wide.npz"
SETS = (
    "jigsaw_wiki_multilabel", "jigsaw_wiki_binary", "civil_toxic_spans", "civil_weak", "edos_sexism", "wiki_debias_nontoxic",
    "stormfront", "nsfw_bios", "youtube_spam", "sms_spam", "claimbuster_two_class",
)  # fmt: skip
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25)
"""Never more than a quarter: at 0.4, `a black woman` alone was possible abuse, for a turn of phrase knows no sentence."""
CHOSEN_ON = CALIBRATED_ON | {"toxicity": ("jigsaw_wiki_multilabel", "jigsaw_wiki_binary", "wiki_identity_terms")}
"""The sets that decide a label's share; a label without one gets none."""
STRENGTH, ROUNDS, LEAST_RATIO, MOST_RATIO = 10.0, 100, 0.05, 3.0


@dataclass(frozen=True)
class Wide:
    """`table` float32 `[BUCKETS, labels]`, `bias` float32 `[labels]`, both of a label's logit as if it stood alone."""

    table: np.ndarray
    bias: np.ndarray


def rows_of_table(ids: np.ndarray) -> np.ndarray:
    """`[3, tokens]`: for each token its own row, that of its pair and that of its triple with the tokens before it."""
    ids = np.asarray(ids, np.int64)
    before = np.concatenate([[0], ids[:-1]])
    earlier = np.concatenate([[0], before[:-1]])
    grams = [(earlier * a + before * b + ids * c) % (BUCKETS - WORDS) + WORDS for a, b, c in (PAIR, TRIPLE)]
    return np.stack([ids, *grams])


def present(texts: Sequence[str], tokenizer: Tokenizer) -> sp.csr_matrix:
    """A row per text: which rows of the table it has, each over the root of how many; its first window counts."""
    places, ends, values = [], [0], []
    for encoding in tokenizer.encode_batch(list(texts)):
        at = np.concatenate([np.unique(kind) for kind in rows_of_table(np.array(encoding.ids[:WINDOW]))])
        places.append(at)
        values.append(np.full(len(at), len(at) ** -0.5, np.float32))
        ends.append(ends[-1] + len(at))
    found = sp.csr_matrix((np.concatenate(values), np.concatenate(places), ends), shape=(len(texts), BUCKETS))
    found.sum_duplicates()
    return found


def fit(rows: Sequence[Row], tokenizer: Tokenizer) -> Wide:
    """One linear model per label over the rows that have it; a share of annotators counts on both sides."""
    marks = present([row.text for row in rows], tokenizer)
    labels, weights = np.array([row.labels for row in rows]), np.array([row.weights for row in rows])
    table, bias = np.zeros((BUCKETS, len(recipe.LABELS)), np.float32), np.zeros(len(recipe.LABELS), np.float32)
    for at, label in enumerate(recipe.LABELS):
        known = np.flatnonzero(~np.isnan(labels[:, at]))
        if label in CHOSEN_ON and len(known):
            table[:, at], bias[at] = _fit_label(marks[known], labels[known, at], weights[known, at])
    return Wide(table, bias)


def _fit_label(marks: sp.csr_matrix, share: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression over rows scaled by how well each tells the sides apart (Wang and Manning 2012)."""
    yes, no = share * weight, (1 - share) * weight
    ratio = np.log(_rates(marks, yes) / _rates(marks, no)) / 2
    scale = np.clip(np.abs(ratio), LEAST_RATIO, MOST_RATIO)
    sides = sp.vstack([marks[yes > 0], marks[no > 0]]).multiply(scale).tocsr()
    truth = np.concatenate([np.ones(int((yes > 0).sum())), np.zeros(int((no > 0).sum()))])
    line = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=ROUNDS, random_state=recipe.SEED)
    line.fit(sides, truth, sample_weight=np.concatenate([yes[yes > 0], no[no > 0]]))
    return (line.coef_[0] * scale).astype(np.float32), float(line.intercept_[0])


def _rates(marks: sp.csr_matrix, weight: np.ndarray) -> np.ndarray:
    sums = np.asarray(marks.T @ weight).ravel() + 0.1
    return sums / sums.sum()


def opinions(wide: Wide, texts: Sequence[str], tokenizer: Tokenizer) -> np.ndarray:
    """Logits `[texts, labels]` of the shallow model alone, of each text's first window."""
    return present(texts, tokenizer) @ wide.table + wide.bias


def choose_shares(wide: Wide, scorer: RememberingScorer, tokenizer: Tokenizer, data: Path) -> np.ndarray:
    """By label, how much of the shallow logit is added: the share with the best area over the first half of dev, a mean over its
    sets by their positives.
    """
    names = {name for sets in CHOSEN_ON.values() for name in sets}
    heard = {name: _hear(wide, scorer, tokenizer, rows) for name in names if (rows := dev_rows(data, name))}
    shares = np.zeros(len(recipe.LABELS), np.float32)
    for at, label in enumerate(recipe.LABELS):
        sets = [heard[name] for name in CHOSEN_ON.get(label, ()) if name in heard]
        found = [one for one in (_areas(*opinion[:, :, at]) for opinion in sets) if one]
        if found:
            areas, positives = zip(*found, strict=True)
            shares[at] = SHARES[int(np.average(areas, axis=0, weights=positives).argmax())]
    return shares


def _hear(wide: Wide, scorer: RememberingScorer, tokenizer: Tokenizer, rows: Sequence[Row]) -> np.ndarray:
    """`[3, comments, labels]`: what people, the network and the shallow model say of a set's first half."""
    deep = scorer.score([row.text for row in rows], np.array([row.hints for row in rows], np.float32))[0]
    mine = [at for at, row in enumerate(rows) if in_first_half(row.text)]
    said = np.array([rows[at].labels for at in mine])
    return np.stack([said, deep[mine], opinions(wide, [rows[at].text for at in mine], tokenizer)])


def _areas(said: np.ndarray, deep: np.ndarray, shallow: np.ndarray) -> tuple[list[float], int] | None:
    """The area of a label with each share, and how many positives it stands on."""
    known = ~np.isnan(said)
    truth = said[known] >= 0.5
    if not 0 < truth.sum() < len(truth):
        return None
    areas = [float(roc_auc_score(truth, deep[known] + share * shallow[known])) for share in SHARES]
    return areas, int(truth.sum())


def save(wide: Wide, path: Path) -> None:
    np.savez_compressed(path, table=wide.table, bias=wide.bias)


def load(path: Path) -> Wide:
    with np.load(path) as kept:
        return Wide(kept["table"], kept["bias"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for wide.npz")
    parser.add_argument("--base", type=Path, default=None, help="folder of the base model, for its tokens")
    parser.add_argument("--limit", type=int, default=None, help="rows of each set; small for a smoke run")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = build_tokenizer(base_folder(args.base))
    rows = [row for name in SETS for row in read_set(args.data, "train", name, training=True)[: args.limit]]
    rows += [row for kind in recipe.OWN for row in read_own(kind)[: args.limit]]
    wide = fit(rows, tokenizer)
    save(wide, args.out / FILE)
    print(f"{np.count_nonzero(wide.table.any(1)):,} of {BUCKETS:,} rows in use, from {len(rows):,} texts")


if __name__ == "__main__":
    main()
