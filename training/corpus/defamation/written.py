"""Turn every `written_*.txt` into the `written_*.jsonl` beside it; `--check` compares instead of writing.

The notation:
- `# frame | about imputes fact | lang` opens a section; `lang` is `en` where it is left out.
- `imputation| text` is a row of it; where the section imputes nothing the line is the text alone.
- `{..}` marks the one named, `[..]` the imputation, `«..»` what is asserted. Where a fact has no mark of its own it is the
  sentences from the first of the other two marks to the last.
- `<s Name; Name` at the end gives the article's `subjects`, `<p words` the `parent` comment.
Leaves to others: the crossed rows (`build.py`) and every held-out row; all rows here are `train`.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from build import strip_marks

HERE = Path(__file__).parent
FACTORS = ("about", "imputes", "fact")
CONTEXT = re.compile(r"\s+<([sp]) ([^<]+)$")
STOP = re.compile(r"[.!?…]+(?=\s)|\n")


def assertion(text: str, spans: list[dict[str, object]]) -> dict[str, object]:
    """The sentences from the first mark to the last: what stands there is said as a fact."""
    first = min(int(str(span["start"])) for span in spans)
    last = max(int(str(span["end"])) for span in spans)
    start = max((stop.end() for stop in STOP.finditer(text) if stop.end() <= first), default=0)
    end = min((stop.end() for stop in STOP.finditer(text) if stop.end() >= last), default=len(text))
    start += len(text[start:first]) - len(text[start:first].lstrip())
    return {"start": start, "end": end, "label": "fact"}


def read_line(line: str, frame: str, factors: dict[str, int], lang: str) -> dict[str, object]:
    """One row, with its spans and the context that its pronoun needs."""
    context = {}
    while found := CONTEXT.search(line):
        line, context[found[1]] = line[: found.start()], found[2].strip()
    name, _, marked = line.partition("|") if factors["imputes"] else ("none", "", line)
    text, spans = strip_marks(marked.strip())
    spans = [span for span in spans if factors[str(span["label"])]]
    labels = {str(span["label"]) for span in spans}
    if factors["fact"] and "imputes" in labels and "fact" not in labels:
        spans.append(assertion(text, spans))
    row: dict[str, object] = {"text": text, **factors, "frame": frame, "imputation": name.strip()}
    row |= {"split": "train", "lang": lang}
    row["spans"] = sorted(spans, key=lambda span: (span["start"], span["end"], span["label"]))
    if "s" in context:
        row["subjects"] = [part.strip() for part in context["s"].split(";")]
    if "p" in context:
        row["parent"] = context["p"]
    return row


def read(path: Path) -> list[dict[str, object]]:
    """All rows of one source, in its order."""
    rows, frame, factors, lang = [], "", dict.fromkeys(FACTORS, 0), "en"
    for line in filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())):
        if line.startswith("# "):
            frame, digits, *rest = (part.strip() for part in line[2:].split("|"))
            factors = dict(zip(FACTORS, map(int, digits.split()), strict=True))
            lang = rest[0] if rest else "en"
        else:
            rows.append(read_line(line, frame, factors, lang))
    return rows


def main() -> int:
    """Write the files, or with `--check` say whether they are what would be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the files and write nothing")
    check = parser.parse_args().check
    same = True
    for source in sorted(HERE.glob("written_*.txt")):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in read(source))
        target = source.with_suffix(".jsonl")
        if check:
            same &= target.exists() and target.read_text(encoding="utf-8") == lines
        else:
            target.write_text(lines, encoding="utf-8")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
