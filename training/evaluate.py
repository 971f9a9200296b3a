"""Measures a finished folder (encoder.onnx, tokenizer.json, encoder.json): `python -m training.evaluate`.

Writes `evaluation.json`: area under the curve by set and label (positive = share of 0.5 or more) with a bootstrap 90 %
interval, the goals with met or missed, spans, defamation on unseen frames and imputations, fairness, evasions, calibration,
what 8 bits cost, lengths, repeatability. Nothing is chosen here; what is chosen on dev says so.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from pathlib import Path
from random import Random

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_auc_score
from tokenizers import Tokenizer

from moderation.scoring.token_marks import Bar
from training import augment, fairness, recipe
from training.calibrate import in_first_half
from training.data import Row, harsh_words, read_own, read_set
from training.remember import RememberingScorer
from training.score import OnnxScorer
from training.spans import mark_all, mean_f1

GOALS = {
    ("jigsaw_wiki_multilabel", "toxicity"): 0.978, ("jigsaw_wiki_multilabel", "severe_toxicity"): 0.972,
    ("jigsaw_wiki_multilabel", "obscene"): 0.985, ("jigsaw_wiki_multilabel", "threat"): 0.987,
    ("jigsaw_wiki_multilabel", "insult"): 0.970, ("jigsaw_wiki_multilabel", "identity_attack"): 0.967,
    ("jigsaw_wiki_binary", "toxicity"): 0.986, ("edos_sexism", "identity_attack"): 0.890, ("edos_sexism", "threat"): 0.935,
    ("wiki_identity_terms", "toxicity"): 0.980, ("civil_toxic_spans", "insult"): 0.750,
    ("civil_toxic_spans", "obscene"): 0.910, ("civil_toxic_spans", "threat"): 0.900,
    ("civil_toxic_spans", "identity_attack"): 0.810, ("youtube_spam", "spam"): 0.97, ("defamation", "defamation"): 0.93,
}  # fmt: skip
SETS = ("jigsaw_wiki_multilabel", "jigsaw_wiki_binary", "wiki_identity_terms", "civil_toxic_spans", "edos_sexism", "youtube_spam",
        "sms_spam", "claimbuster_two_class", "stormfront", "hatexplain_binary", "davidson_tweets", "mlma_hate",
        "dravidian_offensive", "olid_train", "hasoc2019_en", "impermium_insults", "hasoc2019_hi", "told_br", "offenseval_tr")  # fmt: skip
QUICK = SETS[:8]
IDENTITY_WORDS = ("gay", "lesbian", "transgender", "muslim", "islam", "hindu", "christian", "catholic", "jewish", "jew", "jews", "black",
                  "white", "woman", "women", "female", "homosexual", "bisexual", "queer", "african", "asian", "indian", "american",
                  "chinese", "mexican", "old", "young", "blind", "deaf", "disabled", "male", "men", "sikh", "buddhist", "atheist",
                  "protestant", "latino", "hispanic", "canadian", "european", "japanese", "middle eastern", "lgbt", "straight", "trans")  # fmt: skip
RESAMPLES, ENOUGH, SHOWN = 400, 100, 2


class Shipped:
    """A folder's scorer with its calibration."""

    def __init__(self, folder: Path, model: str = "encoder.onnx") -> None:
        self.card = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.scorer = RememberingScorer(folder / model, self.tokenizer)
        self.curves = self.card["calibration"]["labels"]

    def logits(self, rows: list[Row]) -> np.ndarray:
        hints = np.array([row.hints for row in rows], np.float32).reshape(-1, 3)
        return self.scorer.score([row.text for row in rows], hints)[0]

    def probabilities(self, texts: list[str]) -> dict[str, np.ndarray]:
        """The calibrated probability of every label."""
        logits = self.scorer.score(texts)[0].astype(np.float64)
        found = {}
        for at, label in enumerate(recipe.LABELS):
            curve = self.curves.get(label)
            given = logits[:, at]
            found[label] = np.interp(given, curve["x"], curve["y"]) if curve else 1 / (1 + np.exp(-given))
        return found


def area(truth: np.ndarray, scores: np.ndarray) -> dict[str, object]:
    """AUC with its bootstrap 90 % interval and the counts."""
    found = {"auc": round(float(roc_auc_score(truth, scores)), 4), "positives": int(truth.sum()), "rows": len(truth)}
    rng, drawn = np.random.default_rng(recipe.SEED), []
    for _ in range(RESAMPLES):
        at = rng.integers(0, len(truth), len(truth))
        if 0 < truth[at].sum() < len(at):
            drawn.append(roc_auc_score(truth[at], scores[at]))
    found["interval"] = [round(float(one), 4) for one in np.quantile(drawn, [0.05, 0.95])]
    return found


def by_set(shipped: Shipped, data: Path, names: tuple[str, ...], keep: dict, limit: int | None = None) -> dict:
    result = {}
    for name in names:
        rows = read_set(data, "dev", name, training=False)[:limit]
        if not rows:
            continue
        logits = keep[name] = shipped.logits(rows)
        result[name] = _areas(rows, logits)
        groups = sorted({row.group for row in rows if row.group and row.group.isascii()})
        if name in {"jigsaw_wiki_multilabel", "dravidian_offensive", "mlma_hate"} and 1 < len(groups) < 6:
            for one in groups:
                at = [place for place, row in enumerate(rows) if row.group == one]
                result[f"{name}/{one}"] = _areas([rows[place] for place in at], logits[at])
    return result


def _areas(rows: list[Row], logits: np.ndarray) -> dict:
    found = {}
    for at, label in enumerate(recipe.LABELS):
        truth = np.array([row.labels[at] for row in rows])
        known = ~np.isnan(truth)
        positive = truth[known] >= 0.5
        if label != "defamation" and 5 <= positive.sum() <= known.sum() - 5:
            found[label] = area(positive, logits[known, at])
    return found


def by_length(data: Path, keep: dict) -> dict:
    """Toxicity of the two talk-page sets by the length of the comment in characters."""
    found, rows, logits = {}, [], []
    for name in ("jigsaw_wiki_multilabel", "jigsaw_wiki_binary", "wiki_identity_terms"):
        rows += read_set(data, "dev", name, training=False)
        logits.append(keep[name][:, 0])
    scores, truth = np.concatenate(logits), np.array([row.labels[0] >= 0.5 for row in rows])
    sizes = np.array([len(row.text) for row in rows])
    for low, high in ((0, 50), (50, 150), (150, 400), (400, 1000), (1000, 10**6)):
        at = (sizes >= low) & (sizes < high)
        found[f"{low}-{high}"] = area(truth[at], scores[at])
    return found


def defamation(shipped: Shipped, limit: int | None = None) -> dict:
    rows = read_own("defamation", "test")[:limit]
    if not rows:
        return {}
    label = recipe.LABELS.index("defamation")
    hints = np.array([row.hints for row in rows], np.float32)
    logits, factors = shipped.scorer.score([row.text for row in rows], hints)
    truth, scores = np.array([row.labels[label] >= 0.5 for row in rows]), logits[:, label]
    precision, recall, limits = precision_recall_curve(truth, scores)
    good = [at for at in range(len(limits)) if precision[at] >= 0.85]
    best = max(good, key=lambda at: recall[at]) if good else None
    found: dict = {"all": area(truth, scores),
                   "recall_at_precision_0.85": None if best is None else round(float(recall[best]), 4)}  # fmt: skip
    for at, factor in enumerate(recipe.FACTORS):
        found[factor] = area(np.array([row.factors[at] >= 0.5 for row in rows]), factors[:, at])
    frames = {}
    middle = (
        float(np.interp(0.5, shipped.curves["defamation"]["y"], shipped.curves["defamation"]["x"]))
        if "defamation" in shipped.curves
        else 0.0
    )
    for frame in sorted({row.group for row in rows}):
        at = np.array([row.group == frame for row in rows])
        frames[frame] = {"rows": int(at.sum()), "at_risk": int(truth[at].sum()), "said_likely": int((scores[at] >= middle).sum()),
                         "right": round(float(((scores[at] >= middle) == truth[at]).mean()), 3)}  # fmt: skip
        wrong = [place for place in np.flatnonzero(at) if (scores[place] >= middle) != truth[place]]
        frames[frame]["wrong"] = [rows[place].text for place in wrong[:1]]
    return found | {"by_frame": frames, "by_kind": _by_kind(shipped)}


def _by_kind(shipped: Shipped) -> dict:
    """AUC for the corpus file that a sentence is from: crossed, written one by one, mixed languages."""
    found = {}
    for path in sorted((Path(__file__).parent / "corpus" / "defamation").glob("*.jsonl")):
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        texts = {one["text"] for one in records if one.get("split") == "test"}
        rows = [row for row in read_own("defamation", "test") if row.text in texts]
        truth = np.array([row.labels[recipe.LABELS.index("defamation")] >= 0.5 for row in rows])
        if 5 <= truth.sum() <= len(truth) - 5:
            found[path.stem] = area(truth, shipped.logits(rows)[:, recipe.LABELS.index("defamation")])
    return found


def own_rows(shipped: Shipped) -> dict:
    """The held-out eighth of the contrast rows: how many are on the right side of the default threshold, by family."""
    found: dict = {}
    rows = read_own("contrast", "test")
    probability = shipped.probabilities([row.text for row in rows]) if rows else {}
    for place, row in enumerate(rows):
        one = found.setdefault(row.group, {"rows": 0, "right": 0, "wrong": []})
        known = [at for at in range(7) if not np.isnan(row.labels[at]) and recipe.LABELS[at] != "sexual_explicit"]
        any_said = any(probability[recipe.LABELS[at]][place] >= 0.5 for at in known)
        one["rows"] += 1
        right = any_said == any(row.labels[at] >= 0.5 for at in known)
        one["right"] += int(right)
        if not right and len(one["wrong"]) < SHOWN:
            one["wrong"].append(
                {"text": row.text, "said": round(float(max(probability[recipe.LABELS[at]][place] for at in known)), 2)}
            )
    spam = read_own("spam", "test")
    if spam:
        at = recipe.LABELS.index("spam")
        truth = np.array([row.labels[at] >= 0.5 for row in spam])
        found["spam"] = area(truth, shipped.logits(spam)[:, at])
    return found


def fair(shipped: Shipped, data: Path, keep: dict) -> dict:
    """False-positive rates by identity word: at the default threshold, on people's comments and on plain sentences."""
    curve = shipped.curves["toxicity"]
    rows = read_set(data, "dev", "wiki_identity_terms", training=False)
    logits = keep.get("wiki_identity_terms")
    logits = shipped.logits(rows) if logits is None else logits
    said = np.interp(logits[:, 0], curve["x"], curve["y"]) >= shipped.card["default_threshold"]
    clean = np.array([row.labels[0] < 0.5 for row in rows])
    people = {}
    for word in IDENTITY_WORDS:
        has = (
            np.array([f" {word} " in f" {' '.join(augment.strip_marks(row.text.lower()).split())} " for row in rows])
            & clean
        )
        if has.sum() >= 40:
            people[word] = {"negatives": int(has.sum()), "held": round(float(said[has].mean()), 4)}
    templates, highest = {}, {}
    for word in fairness.ADJECTIVES:
        found, simple = shipped.probabilities(fairness.sentences(word)), shipped.probabilities(fairness.plain(word))
        held = [found[label] >= shipped.card["default_threshold"] for label in recipe.ABUSE[:6]]
        templates[word] = round(float(np.any(held, axis=0).mean()), 4)
        highest[word] = round(float(max(simple[label].max() for label in recipe.ABUSE[:6])), 3)
    rates = [one["held"] for one in people.values()]
    return {
        "people": people, "people_mean": round(float(np.mean(rates)), 4),
        "people_all_clean": round(float(said[clean].mean()), 4),
        "people_farthest": round(float(np.abs(np.array(rates) - np.mean(rates)).max()), 4),
        "templates": templates, "templates_mean": round(float(np.mean(list(templates.values()))), 4),
        "templates_farthest": round(float(np.abs(np.array(list(templates.values())) - np.mean(list(templates.values()))).max()), 4),
        "plain_highest": highest,
    }  # fmt: skip


def evaded(shipped: Shipped, data: Path) -> dict:
    """300 abusive dev comments under each evasion: the median loss of calibrated toxicity."""
    rows = [
        row
        for row in read_set(data, "dev", "jigsaw_wiki_binary", training=False)
        if row.labels[0] >= 0.5 and len(row.text) < 400
    ]
    rng = Random(recipe.SEED)
    rows = rng.sample(rows, min(300, len(rows)))
    harsh = harsh_words(read_set(data, "train", "jigsaw_wiki_multilabel", training=True))
    plain = shipped.probabilities([row.text for row in rows])["toxicity"]
    found = {}
    for kind in (*augment.EVASIONS, ""):
        other = shipped.probabilities([augment.evade(row.text, rng, harsh, kind) for row in rows])["toxicity"]
        lost = plain - other
        found[kind or "any"] = {"median": round(float(np.median(lost)), 4), "mean": round(float(lost.mean()), 4),
                                "still_likely": round(float((other[plain >= 0.5] >= 0.5).mean()), 4)}  # fmt: skip
    return found


def spans(shipped: Shipped, data: Path, limit: int | None = None) -> dict:
    rows = read_set(data, "dev", "toxic_spans", training=False)
    rows = rows[:limit]
    bar = Bar(shipped.card["span_thresholds"]["toxic"], **shipped.card.get("span_shares", {}).get("toxic", {}))
    texts = [row.text for row in rows]
    found = mark_all(texts, shipped.scorer.mark(texts), bar)
    truth = [[(start, end) for _, start, end in row.spans] for row in rows]
    unseen = [at for at, text in enumerate(texts) if not in_first_half(text)]
    half = mean_f1([found[at] for at in unseen], [truth[at] for at in unseen]) if unseen else None
    return {"mean_f1": round(mean_f1(found, truth), 4), "rows": len(rows), "bar": dataclasses.asdict(bar),
            "mean_f1_unseen_half": half and round(half, 4), "rows_unseen_half": len(unseen)}  # fmt: skip


def repeatable(folder: Path, data: Path) -> dict:
    """The largest difference of any logit: alone against batches of 32, one thread against two, and against
    sums that cannot overflow on a processor without VNNI."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = read_set(data, "dev", "jigsaw_wiki_multilabel", training=False)[:400]
    texts = [row.text for row in rows]
    one, two = (OnnxScorer(str(folder / "encoder.onnx"), tokenizer, threads) for threads in (1, 2))
    wide = OnnxScorer(str(folder / "encoder.onnx"), tokenizer, wide_sums=True)
    batched = one.score(texts, batch=32)[0]
    return {
        "alone_against_batches": float(np.abs(one.score(texts, batch=1)[0] - batched).max()),
        "one_thread_against_two": float(np.abs(two.score(texts, batch=32)[0] - batched).max()),
        "odd_batches": float(np.abs(two.score(texts, batch=7)[0] - batched).max()),
        "wide_sums": float(np.abs(wide.score(texts, batch=32)[0] - batched).max()),
        "rows": len(texts),
    }


def judge(sets: dict, found: dict) -> list[dict]:
    lines = []
    for (name, label), goal in GOALS.items():
        one = found["defamation"].get("all") if name == "defamation" else sets.get(name, {}).get(label)
        if one:
            few = one["positives"] < ENOUGH
            lines.append(
                {
                    "set": name,
                    "label": label,
                    "goal": goal,
                    **one,
                    "met": one["auc"] >= goal or (few and one["interval"][1] >= goal),
                }
            )
    lines.append(
        {
            "set": "toxic_spans",
            "label": "mean F1",
            "goal": 0.68,
            "auc": found["spans"]["mean_f1"],
            "met": found["spans"]["mean_f1"] >= 0.68,
        }
    )
    recall = found["defamation"].get("recall_at_precision_0.85")
    lines.append(
        {
            "set": "defamation",
            "label": "recall at precision 0.85",
            "goal": 0.85,
            "auc": recall,
            "met": (recall or 0) >= 0.85,
        }
    )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="the sets with goals only, no intervals worth the name")
    parser.add_argument("--limit", type=int, default=None, help="rows of a set, for a smoke run")
    parser.add_argument("--machine", default="an unnamed machine", help="for the model card")
    args = parser.parse_args()
    began, keep = time.monotonic(), {}
    shipped = Shipped(args.out)
    sets = by_set(shipped, args.data, QUICK if args.quick else SETS, keep, args.limit)
    found: dict = {
        "version": shipped.card["version"],
        "machine": args.machine,
        "sets": sets,
        "spans": spans(shipped, args.data, args.limit),
        "defamation": defamation(shipped, args.limit),
    }
    found["goals"] = judge(sets, found)
    for line in found["goals"]:
        print(
            f"{'met   ' if line['met'] else 'MISSED'} {line['set']} {line['label']}: {line['auc']} (goal {line['goal']}) {line.get('interval', '')}"
        )
    if not args.quick:
        found |= {"own": own_rows(shipped), "fairness": fair(shipped, args.data, keep), "evasions": evaded(shipped, args.data),
                  "lengths": by_length(args.data, keep), "repeatable": repeatable(args.out, args.data),
                  "calibration": shipped.card.get("calibration_error", {})}  # fmt: skip
        if (args.out / "encoder-fp32.onnx").exists():
            whole = by_set(Shipped(args.out, "encoder-fp32.onnx"), args.data, QUICK, {})
            found["cost_of_8_bits"] = {
                name: {label: round(one["auc"] - sets[name][label]["auc"], 4) for label, one in labels.items()}
                for name, labels in whole.items()
            }
    found["minutes"] = round((time.monotonic() - began) / 60, 1)
    (args.out / "evaluation.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
