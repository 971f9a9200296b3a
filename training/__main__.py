"""Trains the shipped models anew: `python -m training --data DATA`. What this file decides: the order of the steps.

Encoder: train, wide, export, calibrate, evaluate, card; then the n-grams. A run that was killed goes on where it was. The files
land in `OUT`; `--install` copies them beside the engine and rewrites the model card. With `--quick` everything is a hundredth,
the files are worth nothing, and nothing can be installed.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "moderation" / "scoring" / "weights"
FILES = ("encoder.onnx", "tokenizer.json", "encoder.json", "evaluation.json", "training.json")
KEEP_BUFFERS = {
    "MALLOC_MMAP_THRESHOLD_": "8589934592",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "MALLOC_TOP_PAD_": "268435456",
}


def step(module: str, *arguments: object) -> None:
    # Large buffers stay with the allocator: to give them back after every step costs a third of the time.
    subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)], check=True, cwd=ROOT, env=os.environ | KEEP_BUFFERS
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--out", type=Path, default=None, help="folder of the run (training/runs/full or quick)")
    parser.add_argument("--version", default="0")
    parser.add_argument("--keep", type=int, default=0, help="products left in 16 bits")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--only", choices=("encoder", "ngrams"), default=None)
    args = parser.parse_args()
    data = args.data.resolve()
    out = (args.out or ROOT / "training" / "runs" / ("quick" if args.quick else "full")).resolve()
    out.mkdir(parents=True, exist_ok=True)
    limit = ("--limit", 150) if args.quick else ()
    if args.only != "ngrams":
        step(
            "training.train",
            "--data",
            data,
            "--out",
            out,
            "--workers",
            args.workers,
            "--share",
            0.01 if args.quick else 1.0,
        )
        step("training.wide", "--data", data, "--out", out, *limit)
        step("training.export", "--weights", out / "final.pt", "--data", data, "--out", out, "--keep", args.keep)
        step("training.calibrate", "--data", data, "--out", out, "--version", args.version, *limit)
        step("training.evaluate", "--data", data, "--out", out, *limit, *(("--quick",) if args.quick else ()))
    if args.only != "encoder" and not args.quick:
        step("training.ngrams", "--data", data, "--out", out)
    if args.install and not args.quick and args.only != "ngrams":
        for name in FILES:
            shutil.copy2(out / name, WEIGHTS / name)
        step("training.card", "--weights", WEIGHTS)


if __name__ == "__main__":
    main()
