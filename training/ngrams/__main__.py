"""Train the `ngrams` engine and write its weights and card: `python -m training.ngrams --data DIR --out DIR`."""

import argparse
import hashlib
import io
import json
import time
import zipfile
from pathlib import Path

import numpy as np
import scipy.sparse
from sklearn.metrics import roc_auc_score

from training.ngrams import data, defamation
from training.ngrams.calibrate import FEW, fit_curve, fitting_half, measure
from training.ngrams.fit import Heads, fit_heads, make_matrix

BITS = 18
DEV_SETS = (
    "jigsaw_wiki_multilabel",
    "jigsaw_wiki_binary",
    "civil_toxic_spans",
    "edos_sexism",
    "wiki_identity_terms",
    "youtube_spam",
    "sms_spam",
    "told_br",
    "offenseval_tr",
    "claimbuster_two_class",
)
CALIBRATED_ON = (
    "jigsaw_wiki_multilabel",
    "jigsaw_wiki_binary",
    "civil_toxic_spans",
    "edos_sexism",
    "wiki_identity_terms",
)
CALIBRATED_ON_ALSO = {"spam": ("youtube_spam", "sms_spam"), "checkworthy": ("claimbuster_two_class",)}


def shrink(heads: Heads) -> tuple[np.ndarray, np.ndarray]:
    """8-bit weights and their scales; the few largest weights are clipped."""
    top = np.quantile(np.abs(heads.weights), 0.9999, axis=0)
    scale = np.maximum(top, 1e-9) / 127
    return np.clip(np.rint(heads.weights / scale), -127, 127).astype(np.int8), scale


def flatten(matrix: scipy.sparse.csr_matrix, strength: np.ndarray) -> scipy.sparse.csr_matrix:
    """Columns scaled by how much an n-gram says: rare ones more."""
    return (matrix @ scipy.sparse.diags(strength.astype(np.float32))).tocsr()


def rareness(matrix: scipy.sparse.csr_matrix) -> np.ndarray:
    """Inverse document frequency, about 1 for an n-gram of one text in 400; it is folded into the weights."""
    seen = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.log((1 + matrix.shape[0]) / (1 + seen)).clip(0) / 6


def train_head(corpus: data.Corpus, *, strength: float, rounds: int) -> Heads:
    """Fit and fold the rareness into the weights."""
    matrix = make_matrix(corpus.texts, BITS)
    rare = rareness(matrix)
    heads = fit_heads(flatten(matrix, rare), corpus, strength=strength, rounds=rounds)
    return Heads(heads.weights * rare[:, None], heads.bias)


class Judge:
    """Applies shrunk heads to dev sets, fits the curves on one half and measures on the other."""

    def __init__(self, small: np.ndarray, scale: np.ndarray, bias: np.ndarray, labels: tuple[str, ...]) -> None:
        self.small, self.scale, self.bias, self.labels = small.astype(np.float32), scale, bias, labels
        self.sets: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}

    def add(self, name: str, rows: list[dict[str, str]]) -> None:
        texts = [row["text"] for row in rows]
        logits = (make_matrix(texts, BITS) @ self.small) * self.scale + self.bias
        given = np.array([data.label_row(row, self.labels) for row in rows])
        self.sets[name] = (logits, given, fitting_half(texts))

    def pick(self, label: str, names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        column = self.labels.index(label)
        picked = []
        for name in names:
            logits, given, half = self.sets[name]
            known = ~np.isnan(given[:, column])
            picked.append((logits[known, column], given[known, column] >= 0.5, half[known]))
        return tuple(np.concatenate(parts) for parts in zip(*picked, strict=True))

    def curves(self, sources: dict[str, tuple[str, ...]]) -> tuple[dict[str, object], dict[str, object]]:
        curves, figures = {}, {}
        for label, names in sources.items():
            logits, positive, half = self.pick(label, names)
            curves[label] = fit_curve(logits[half], positive[half])
            figures[label] = measure(logits[~half], positive[~half], curves[label]) | {"sets": list(names)}
        return curves, figures

    def by_set(self) -> dict[str, dict[str, dict[str, float]]]:
        found: dict[str, dict[str, dict[str, float]]] = {}
        for name, (logits, given, _) in self.sets.items():
            for column, label in enumerate(self.labels):
                known = ~np.isnan(given[:, column])
                positive = given[known, column] >= 0.5
                if 5 <= positive.sum() < known.sum():
                    auc = round(float(roc_auc_score(positive, logits[known, column])), 4)
                    entry: dict[str, float] = {"auc": auc, "texts": int(known.sum()), "positives": int(positive.sum())}
                    found.setdefault(name, {})[label] = entry | ({"few": 1} if positive.sum() < FEW else {})
        return found


def main_head(folder: Path, rounds: int) -> tuple[dict[str, np.ndarray], dict[str, object]]:
    """The general head."""
    corpus = data.read_corpus(folder / "train", tuple(data.WEIGHTS), data.LABELS)
    corpus, held = data.hold_out(corpus, "nsfw_bios")
    heads = train_head(corpus, strength=5e-6, rounds=rounds)
    small, scale = shrink(heads)
    judge = Judge(small, scale, heads.bias, data.LABELS)
    for name in DEV_SETS:
        judge.add(name, data.rename(data.read_rows(folder / "dev" / f"{name}.csv.gz")))
    judge.add("nsfw_bios_held_out", held)
    sources = dict.fromkeys(data.LABELS, CALIBRATED_ON) | CALIBRATED_ON_ALSO
    sources = {
        label: tuple(n for n in names if not np.isnan(judge.sets[n][1][:, data.LABELS.index(label)]).all())
        for label, names in sources.items()
    }
    sources["sexual_explicit"] = ("nsfw_bios_held_out",)
    curves, figures = judge.curves(sources)
    arrays = {"general_weights": small, "general_scale": scale, "general_bias": heads.bias}
    card = {"name": "general", "labels": list(data.LABELS), "languages": ["en"], "bits": BITS, "calibration": curves}
    return arrays, card | {"figures": {"other half of dev": figures, "by set": judge.by_set()}}


def mixed_head(
    folder: Path, name: str, lang: str, languages: list[str], rounds: int
) -> tuple[dict[str, np.ndarray], dict[str, object]]:
    """A head for comments that mix a South Indian language with English."""
    corpus = data.read_corpus(folder / "train", ("dravidian_offensive",), data.MIXED_LABELS, lang=lang)
    heads = train_head(corpus, strength=3e-5, rounds=min(rounds, 120))
    small, scale = shrink(heads)
    judge = Judge(small, scale, heads.bias, data.MIXED_LABELS)
    rows = [row for row in data.read_rows(folder / "dev" / "dravidian_offensive.csv.gz") if row["lang"] == lang]
    judge.add("dravidian_offensive", rows)
    curves, figures = judge.curves(dict.fromkeys(data.MIXED_LABELS, ("dravidian_offensive",)))
    arrays = {f"{name}_weights": small, f"{name}_scale": scale, f"{name}_bias": heads.bias}
    card = {
        "name": name,
        "labels": list(data.MIXED_LABELS),
        "languages": languages,
        "bits": BITS,
        "calibration": curves,
    }
    return arrays, card | {"figures": {"other half of dev": figures, "by set": judge.by_set()}}


def defamation_head(folder: Path, rounds: int) -> tuple[dict[str, np.ndarray], dict[str, object]]:
    """A head for every language: whether a comment accuses somebody, as far as words alone show it."""
    heads = train_head(defamation.read_defamation(folder), strength=2e-5, rounds=min(rounds, 120))
    small, scale = shrink(heads)
    texts, truth, own = defamation.measured_rows(folder)
    logits = ((make_matrix(texts, BITS) @ small.astype(np.float32)) * scale + heads.bias)[:, 0]
    curve, figures = defamation.judge_head(texts, truth, own, logits)
    name = defamation.NAME
    arrays = {f"{name}_weights": small, f"{name}_scale": scale, f"{name}_bias": heads.bias}
    card = {"name": name, "labels": [defamation.LABEL], "languages": [defamation.EVERY], "bits": BITS}
    return arrays, card | {"calibration": {defamation.LABEL: curve}, "figures": figures}


def keep_heads(folder: Path) -> list[tuple[dict[str, np.ndarray], dict[str, object]]]:
    """The heads of a finished file, save the one for defamation."""
    with np.load(folder / "ngrams.npz", allow_pickle=False) as arrays:
        kept = dict(arrays)
    heads = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))["heads"]
    return [
        ({name: value for name, value in kept.items() if name.startswith(f"{head['name']}_")}, head)
        for head in heads
        if head["name"] != defamation.NAME
    ]


def pack(arrays: dict[str, np.ndarray]) -> bytes:
    """A compressed .npz whose bytes depend on the arrays alone (fixed times)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            entry = io.BytesIO()
            np.lib.format.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), entry.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--version", default="1")
    parser.add_argument("--keep", type=Path, help="a folder with a finished file: only the head for defamation is new")
    options = parser.parse_args()
    started = time.monotonic()
    parts = (
        keep_heads(options.keep)
        if options.keep
        else [
            main_head(options.data, options.rounds),
            mixed_head(options.data, "kannada", "kn-en", ["kn", "kn-Latn"], options.rounds),
            mixed_head(options.data, "malayalam", "ml-en", ["ml", "ml-Latn"], options.rounds),
        ]
    )
    parts.append(defamation_head(options.data, options.rounds))
    content = pack({name: array for arrays, _ in parts for name, array in arrays.items()})
    digest = hashlib.sha256(content).hexdigest()
    sets = sorted({*data.WEIGHTS, "dravidian_offensive"})
    card = {
        "format": 1,
        "name": "ngrams",
        "version": options.version,
        "license": "Apache-2.0",
        "calibration": digest[:8],
        "weights": {"file": "ngrams.npz", "sha256": digest, "bytes": len(content)},
        "trained on": {name: data.LICENCES[name] for name in sets},
        "weak labels": ["sexual_explicit"],
        "heads": [head for _, head in parts],
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "ngrams.npz").write_bytes(content)
    (options.out / "ngrams.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(f"{len(content):,} bytes, {time.monotonic() - started:.0f} s")
    for head in card["heads"]:
        print(json.dumps(head["figures"], indent=1))


if __name__ == "__main__":
    main()
