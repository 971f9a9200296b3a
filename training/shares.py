"""How the shipped model's scores compare with annotators' shares: `python -m training.shares --data DATA`.

Prints, as a Markdown table, for each label and band of scores on civil_toxic_spans (dev): how many comments lie in the band, the mean
score, the mean share of annotators who said so, and how often half of them or more did. Only the half of the comments on which calibration was not fitted is used.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from training.calibrate import in_first_half
from training.data import Row, read_set
from training.recipe import LABELS

SET = "civil_toxic_spans"
ASKED = {
    "toxicity": "TOXICITY",
    "insult": "INSULT",
    "identity_attack": "IDENTITY_ATTACK",
    "obscene": "PROFANITY",
    "threat": "THREAT",
}
BANDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.01)
FEWEST = 20


def scores_of(rows: list[Row]) -> list[dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "texts.jsonl")
        path.write_text("".join(json.dumps({"text": row.text}) + "\n" for row in rows), encoding="utf-8")
        run = [
            sys.executable,
            "-m",
            "moderation",
            "score",
            "--input",
            str(path),
            "--engine",
            "embedded",
            "--processes",
            "1",
        ]
        done = subprocess.run(run, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    print(f"<!-- {found[0]['engine']} {found[0]['version']}, {len(rows)} comments of {SET} -->")
    return [one["scores"] for one in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    asked = parser.parse_args()
    rows = [row for row in read_set(asked.data, "dev", SET, training=False) if not in_first_half(row.text)]
    scored = scores_of(rows)
    print(
        "| attribute | score here | comments | mean score | annotators' mean share | half or more said so |\n|---|---|---|---|---|---|"
    )
    for label, attribute in ASKED.items():
        place = LABELS.index(label)
        known = [
            (one[label], row.labels[place])
            for row, one in zip(rows, scored, strict=True)
            if row.labels[place] == row.labels[place]
        ]
        for low, high in itertools.pairwise(BANDS):
            inside = [pair for pair in known if low <= pair[0] < high]
            if len(inside) < FEWEST:
                continue
            mean, share = (sum(pair[n] for pair in inside) / len(inside) for n in (0, 1))
            most = sum(one >= 0.5 for _, one in inside) / len(inside)
            band = f"{low:.1f} to {min(high, 1.0):.1f}"
            print(f"| {attribute} | {band} | {len(inside)} | {mean:.2f} | {share:.2f} | {most:.2f} |")


if __name__ == "__main__":
    main()
