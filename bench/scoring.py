"""How fast the scorers are, against the real Detoxify on the same comments: a table with the goal beside each figure.

    python bench/scoring.py --data DIR [--comments 2000] [--engines embedded ngrams ...] [--json FILE]

`DIR` holds `dev/*.csv.gz`; without it a fixed set of our own comments is used and the table says so. Detoxify runs as its
own class with a BERT-base of its `original` architecture (random weights: speed does not depend on them), on a part of
the comments, since it takes a tenth of a second for each. Single comments are the same for all and read by turns, so that a
machine that is slower for a while is slower for all. Without torch that line says "not installed".
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

Score = Callable[[list[str]], object]
TURN, WARM = 20, 5
SETS = ("civil_toxic_spans", "jigsaw_wiki_binary", "jigsaw_wiki_multilabel")
SHAPES = {"embedded": (6, 384, 1536), "detoxify": (12, 768, 3072)}
GOALS = {
    "single comment, times faster than Detoxify (p50)": ("embedded", ">=", 20),
    "bulk, times the comments/s of Detoxify": ("embedded", ">=", 40),
    "resident memory, MB": ("embedded", "<", 200),
    "load, s": ("embedded", "<", 0.5),
    "import of `moderation`, s": ("package", "<", 0.3),
}


def read_comments(data: Path | None, count: int) -> tuple[list[str], str]:
    """Comments in their natural lengths, in an order that is always the same."""
    if data is None:
        from moderation.scoring.parity_texts import parity_texts

        return (parity_texts() * (count // 200 + 1))[:count], "our own 200 comments, repeated"
    csv.field_size_limit(10**9)
    texts = []
    for name in SETS:
        with gzip.open(data / "dev" / f"{name}.csv.gz", "rt", newline="") as lines:
            texts += [row["text"] for row in csv.DictReader(lines)]
    random.Random(7).shuffle(texts)
    return texts[:count], f"{count} dev comments"


def time_single(scorers: dict[str, Score], texts: list[str]) -> dict[str, dict[str, float]]:
    """Each scorer reads the same comments one by one, twenty at a time by turns: a slower minute is slower for all."""
    times: dict[str, list[float]] = {name: [] for name in scorers}
    for at in range(0, len(texts), TURN):
        for name, score in scorers.items():
            for text in texts[at : at + WARM]:
                score([text])
            for text in texts[at : at + TURN]:
                started = time.perf_counter()
                score([text])
                times[name].append((time.perf_counter() - started) * 1000)
    return {
        name: {
            "p50_ms": statistics.median(each),
            "p99_ms": float(np.quantile(each, 0.99)),
            "mean_ms": statistics.mean(each),
        }
        for name, each in times.items()
    }


def time_bulk(score, texts: list[str], batch: int) -> dict[str, float]:
    """Comments a second by the clock, and processor time a comment: the second is what a busy machine shows truly."""
    started, spent = time.perf_counter(), time.process_time()
    for at in range(0, len(texts), batch):
        score(texts[at : at + batch])
    wall, cpu = time.perf_counter() - started, time.process_time() - spent
    return {"comments_per_s": len(texts) / wall, "cpu_ms": cpu / len(texts) * 1000}


def gemm_peak() -> float:
    """The best rate of a square fp32 matrix product on this machine, in GFLOP/s."""
    left = np.random.default_rng(0).random((1536, 1536), dtype=np.float32)
    best = 0.0
    for _ in range(6):
        started = time.perf_counter()
        _ = left @ left
        best = max(best, 2 * 1536**3 / (time.perf_counter() - started) / 1e9)
    return best


def encoder_flops(shape: tuple[int, int, int], tokens: list[int]) -> float:
    """Multiplications and additions of a transformer for a comment of each length, on average."""
    layers, hidden, inner = shape
    each = [layers * (2 * n * (4 * hidden**2 + 2 * hidden * inner) + 4 * n * n * hidden) for n in tokens]
    return sum(each) / len(each)


def make_detoxify(folder: Path, vocabulary: list[str]):
    """The real class on a BERT-base of random numbers, with the tokenizer of BERT's size."""
    import io

    import torch
    from detoxify import Detoxify
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.utils import logging as words

    words.disable_progress_bar()
    words.set_verbosity_error()
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512})
    )
    classes = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
    config = BertConfig(vocab_size=len(vocabulary), num_labels=len(classes))
    config.to_json_file(folder / "config.json")
    arch = {"model_type": str(folder), "model_name": "BertForSequenceClassification", "tokenizer_name": "AutoTokenizer"}
    checkpoint = {
        "state_dict": BertForSequenceClassification(config).state_dict(),
        "config": {"arch": {"args": arch | {"num_classes": len(classes)}}, "dataset": {"args": {"classes": classes}}},
    }
    buffer = io.BytesIO()
    torch.save(checkpoint, buffer)
    buffer.seek(0)
    return Detoxify(checkpoint=buffer, device="cpu", huggingface_config_path=str(folder))


def bench_detoxify(
    engines: list[str], models: Path, texts: list[str], single: int, bulk: int
) -> tuple[dict[str, object], dict[str, dict[str, float]]]:
    """The figures of Detoxify, and for each engine those of a single comment, taken by turns with it."""
    try:
        import detoxify  # noqa: F401
    except ImportError:
        missing: dict[str, object] = {"missing": "detoxify and torch are not installed in this environment"}
        return missing, time_single({name: open_scorer(name, models).score for name in engines}, texts[:single])
    import torch

    with tempfile.TemporaryDirectory() as folder:
        model = make_detoxify(Path(folder), read_vocabulary())
        found: dict[str, object] = dict(time_bulk(model.predict, texts[:bulk], 32))
        found["memory_mb"] = resident_mb()
        ours = {name: open_scorer(name, models).score for name in engines}
        singles = time_single({"detoxify": lambda part: model.predict(part[0]), **ours}, texts[:single])
        lengths = [len(ids) for ids in model.tokenizer(texts[:500], truncation=True)["input_ids"]]
    found |= {"tokens": statistics.mean(lengths), "flops": encoder_flops(SHAPES["detoxify"], lengths)}
    found |= {"threads": torch.get_num_threads(), "single": single, "bulk": bulk}
    return found | singles.pop("detoxify"), singles


def read_vocabulary() -> list[str]:
    """The word pieces of the shipped encoder; those of BERT if they are as many, else filled up to 30,522."""
    from moderation.scoring.cards import WEIGHTS

    path = WEIGHTS / "tokenizer.json"
    vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"] if path.exists() else {}
    words = sorted(vocabulary, key=lambda word: vocabulary[word]) if isinstance(vocabulary, dict) else []
    if not words:
        letters = [chr(code) for code in range(33, 127)]
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    return words + [f"[unused{n}]" for n in range(len(words), 30_522)]


def resident_mb() -> float:
    """What this process holds now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure_alone(engine: str, models: str) -> dict[str, float]:
    """Load time and memory in a process that does nothing else."""
    code = (
        "import json, sys, time, resource; from pathlib import Path; started = time.perf_counter();"
        "from moderation.scoring.engines import open_engine; from moderation.scoring.store import ModelStore;"
        f"scorer = open_engine({engine!r}, ModelStore(Path({models!r})));"
        "scorer.score(['a first comment']); load = time.perf_counter() - started;"
        "scorer.score(['some words of a comment ' * n for n in range(1, 60)]);"
        "line = [l for l in open('/proc/self/status') if l.startswith('VmRSS')][0];"
        "print(json.dumps({'load_s': load, 'memory_mb': int(line.split()[1]) / 1024}))"
    )
    runs = [json.loads(_python(code)) for _ in range(3)]
    return min(runs, key=lambda run: run["load_s"])


def measure_import() -> float:
    code = "import time; started = time.perf_counter(); import moderation; print(time.perf_counter() - started)"
    return min(float(_python(code)) for _ in range(5))


def _python(code: str) -> str:
    root = str(Path(__file__).resolve().parents[1])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    return done.stdout


def open_scorer(engine: str, models: Path):
    """A scorer, or the words that say why there is none here."""
    from moderation.errors import ModerationError
    from moderation.scoring.engines import open_engine
    from moderation.scoring.store import ModelStore

    try:
        return open_engine(engine, ModelStore(models))
    except ModerationError as fault:
        return str(fault)


def bench_engine(engine: str, models: Path, texts: list[str]) -> dict[str, object]:
    scorer = open_scorer(engine, models)
    if isinstance(scorer, str):
        return {"missing": scorer}
    scorer.score(texts[:10])
    found: dict[str, object] = dict(time_bulk(scorer.score, texts, 512))
    alone = [scorer.score([text])[0] for text in texts[:64]]
    found["same_alone_and_in_batch"] = scorer.score(texts[:64]) == alone
    found |= measure_alone(engine, str(models))
    found["flops"] = flops_of(engine, scorer, texts[:500])
    scorer.close()
    return found


def flops_of(engine: str, scorer, texts: list[str]) -> float:
    from moderation.scoring.ngram_features import count_once, cut_grams
    from moderation.scoring.ngram_stream import read_stream

    if engine == "ngrams":
        heads = len(scorer.info.labels)
        sizes = [len(count_once(cut_grams(read_stream([text]), 18), 1, 18)[0]) for text in texts]
        return 2.0 * heads * statistics.mean(sizes)
    from tokenizers import Tokenizer

    from moderation.scoring.cards import WEIGHTS

    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return encoder_flops(SHAPES["embedded"], [min(512, len(tokenizer.encode(text).ids)) for text in texts])


def bench_explain(models: Path, engine: str) -> dict[str, float]:
    from moderation.scoring.explain import explain_text

    scorer = open_scorer(engine, models)
    if isinstance(scorer, str):
        return {}
    text = (
        "the minister of works is a shameless liar and everybody in this town knows it well enough " * 3
        + "so go now out of office today sir please"
    )
    times = []
    for _ in range(9):
        started = time.perf_counter()
        explain_text(scorer, text)
        times.append((time.perf_counter() - started) * 1000)
    return {"words": len(text.split()), "p50_ms": statistics.median(times)}


def bench_first_stage(data: Path | None) -> list[dict[str, float]]:
    """What `ngrams` waves past at natural prevalence (1 % bad), and the share of the bad ones among it."""
    if data is None:
        return []
    from moderation.scoring.first_stage import HARMLESS
    from moderation.scoring.ngrams import open_ngrams

    texts, bad = [], []
    for name in ("jigsaw_wiki_binary", "jigsaw_wiki_multilabel"):
        with gzip.open(data / "dev" / f"{name}.csv.gz", "rt", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if row["toxicity"]]
        texts += [row["text"] for row in rows]
        bad += [float(row["toxicity"]) >= 0.5 for row in rows]
    scores = open_ngrams().score(texts)
    harm = [max(value for label, value in each.values.items() if label not in HARMLESS) for each in scores]
    worst = np.array([value if each.fit and not each.cut else 1.0 for value, each in zip(harm, scores, strict=True)])
    is_bad = np.array(bad)
    found = []
    for least in (0.02, 0.04, 0.08, 0.12, 0.2):
        past = worst < least
        missed, spared = float(past[is_bad].mean()), float(past[~is_bad].mean())
        found.append({"least": least, "waved_past": 0.99 * spared + 0.01 * missed, "bad_missed": missed})
    return found


class WideSums:
    """The shipped network with 8-bit products summed in 32 bits: that overflows on no processor and is slow without VNNI."""

    def __init__(self, model: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        for name, value in (("session.x64quantprecision", "1"), ("session.intra_op.allow_spinning", "0")):
            options.add_session_config_entry(name, value)
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def run(self, inputs):
        names = [each.name for each in self._session.get_outputs()]
        wanted = {each.name: inputs[each.name] for each in self._session.get_inputs()}
        return dict(zip(names, self._session.run(names, wanted), strict=True))


def bench_sums(texts: list[str]) -> dict[str, float]:
    """What the processor's own way of adding 8-bit products does to speed and scores, beside wide sums, in turn."""
    from unittest.mock import patch

    from moderation.scoring import embedded

    usual = embedded.open_embedded()
    with patch.object(embedded, "open_session", lambda model, **_: WideSums(str(model))):
        wide = embedded.open_embedded()
    times: dict[str, list[float]] = {"usual": [], "wide": []}
    change = 0.0
    for text in texts:
        found = {}
        for name, scorer in (("usual", usual), ("wide", wide)):
            started = time.perf_counter()
            (found[name],) = scorer.score([text])
            times[name].append((time.perf_counter() - started) * 1000)
        change = max(change, *(abs(value - found["wide"].raw[label]) for label, value in found["usual"].raw.items()))
    return {
        "usual_ms": statistics.median(times["usual"]),
        "wide_ms": statistics.median(times["wide"]),
        "largest_change": change,
    }


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("flags"):
            flags = set(line.split())
            known = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_tile")
            return f"{os.cpu_count()} cores, " + ", ".join(flag for flag in known if flag in flags)
    return platform.machine()


def run(options: argparse.Namespace) -> dict[str, object]:
    texts, source = read_comments(options.data, options.comments)
    result: dict[str, object] = {"comments": source, "processor": processor(), "gemm_gflops": gemm_peak()}
    result["load_before"] = os.getloadavg()[0]
    result["import_s"] = measure_import()
    engines = {}
    for engine in options.engines:
        print(f"measuring {engine}", file=sys.stderr, flush=True)
        engines[engine] = bench_engine(engine, options.models, texts)
    result["first_stage"] = bench_first_stage(options.data)
    result["sums"] = bench_sums(texts[:60])
    result["explain"] = bench_explain(options.models, options.engines[0])
    print("measuring detoxify, and single comments by turns", file=sys.stderr, flush=True)
    names = [name for name, row in engines.items() if "missing" not in row]
    result["detoxify"], singles = bench_detoxify(names, options.models, texts, options.single, options.detoxify_bulk)
    result["engines"] = {name: row | singles.get(name, {}) for name, row in engines.items()}
    result["load_after"] = os.getloadavg()[0]
    return result


def show(result: dict) -> None:
    base, peak = result["detoxify"], result["gemm_gflops"]
    print(f"{result['comments']}; {result['processor']}; fp32 matrix product {peak:.0f} GFLOP/s")
    print(f"others kept the machine busy: load {result['load_before']:.1f} before, {result['load_after']:.1f} after")
    print(
        f"{'':<22}{'p50 ms':>9}{'p99 ms':>9}{'bulk/s':>10}{'cpu ms':>8}"
        f"{'MFLOP':>10}{'of peak':>9}{'MB':>7}{'load s':>8}  same alone"
    )
    for name, row in {"Detoxify, BERT-base": base, **result["engines"]}.items():
        if "missing" in row:
            print(f"{name:<22}{row['missing']}")
            continue
        share = row["flops"] * row["comments_per_s"] / 1e9 / peak
        line = (
            f"{name:<22}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}{row['comments_per_s']:>10.1f}{row['cpu_ms']:>8.2f}"
        )
        line += f"{row['flops'] / 1e6:>10.2f}{share:>9.1%}"
        print(line + f"{row['memory_mb']:>7.0f}{row.get('load_s', 0):>8.2f}  {row.get('same_alone_and_in_batch', '')}")
    sums, vnni = result["sums"], "with" if "vnni" in result["processor"] else "without"
    print(
        f"8-bit sums {vnni} VNNI: {sums['usual_ms']:.2f} ms a comment as the processor makes them, "
        f"{sums['wide_ms']:.2f} ms in 32 bits; largest change of a probability {sums['largest_change']:.1g}"
    )
    for row in result["first_stage"]:
        words = f"waves past {row['waved_past']:.1%} of comments and misses {row['bad_missed']:.2%} of the bad ones"
        print(f"first stage below {row['least']:.2f}: {words}")
    for name, (figure, sign, goal) in goals(result).items():
        met = (figure >= goal if sign == ">=" else figure < goal) if figure is not None else None
        words = "not measured" if figure is None else f"{figure:.2f}"
        print(f"{name:<52}{words:>12}   goal {sign} {goal:<6} {'' if met is None else 'met' if met else 'MISSED'}")


def goals(result: dict) -> dict[str, tuple[float | None, str, float]]:
    first = result["engines"].get("embedded", {"missing": ""})
    base = result["detoxify"]
    pair = "missing" not in first and "missing" not in base
    figures = (
        base["p50_ms"] / first["p50_ms"] if pair else None,
        first["comments_per_s"] / base["comments_per_s"] if pair else None,
        first.get("memory_mb"),
        first.get("load_s"),
        result["import_s"],
    )
    found = {name: (figure, sign, goal) for (name, (_, sign, goal)), figure in zip(GOALS.items(), figures, strict=True)}
    ratio = base["cpu_ms"] / first["cpu_ms"] if pair else None
    found["bulk, times less processor time than Detoxify"] = (ratio, ">=", 40)
    found["explain 60 words, ms"] = (result["explain"].get("p50_ms"), "<", 150)
    bulk = result["engines"].get("ngrams", {})
    found["ngrams, comments/s"] = (bulk.get("comments_per_s"), ">=", 4000)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--models", type=Path, default=Path("data/models"))
    parser.add_argument("--comments", type=int, default=2000)
    parser.add_argument("--engines", nargs="+", default=["embedded", "embedded@openvino", "ngrams"])
    parser.add_argument("--single", type=int, default=200)
    parser.add_argument("--detoxify-bulk", type=int, default=256)
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    result = run(options)
    show(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
