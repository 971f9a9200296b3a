"""Write `en_crossed.jsonl`: every imputation in `en_imputations.txt` said in every frame of `en_frames.txt`.

Rules:
- One seed, no clock: the same two text files always give the same bytes. `--check` compares instead of writing.
- Each pair of imputation and frame gives `ROWS` rows; a pair also draws the same name in neighbouring frames, so that
  rows exist which differ in the frame alone.
- A row is test when its frame or its imputation is held out; such a frame or imputation never reaches train.
- Names, bodies and places are invented. Surface noise (case, stops, slips of the keyboard, small talk before and after)
  keeps the marks of spans in place.
Leaves to others: the rows written one by one (`en_written_*.jsonl`) and the other languages.
"""

import argparse
import json
import random
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from cast import BODIES, FILLER_AFTER, FILLER_BEFORE, PEOPLE, PLACES, ROLES, Person

HERE = Path(__file__).parent
SEED = 20240611
ROWS_AT_RISK = 2
ROWS_HARMLESS = 2  # most comments are harmless: about two rows in five are at risk
FACTORS = ("about", "imputes", "fact")
MARKS = {"{": "about", "[": "imputes", "«": "fact"}
CLOSING = {"}": "{", "]": "[", "»": "«"}
OTHERS = {  # whose pronouns a predicate takes when it is not said of `$who`
    "whole_class": ("they", "their", "them"),
    "unknown_actor": ("they", "their", "them"),
    "general_rule": ("they", "their", "them"),
    "victim": ("they", "their", "them"),
    "exposer": ("they", "their", "them"),
    "direct_address": ("you", "your", "you"),
    "oneself": ("I", "my", "me"),
    "history": ("he", "his", "him"),
    "exam_example": ("he", "his", "him"),
}


@dataclass
class Imputation:
    """One thing that lowers a person, in the forms that frames need."""

    name: str
    kinds: str
    noun: str
    split: str
    predicates: list[tuple[str, str, str, str]] = field(default_factory=list)
    innuendo: list[str] = field(default_factory=list)
    presup: list[str] = field(default_factory=list)
    harmless: list[str] = field(default_factory=list)


@dataclass
class Frame:
    """One way of saying it, with the three factors it gives."""

    name: str
    factors: tuple[int, int, int]
    split: str
    lines: list[str] = field(default_factory=list)


def read_imputations(path: Path) -> list[Imputation]:
    """Parse the block format described at the head of the file."""
    blocks: list[Imputation] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and line.count("|") == 3 and '"' not in line:
            name, kinds, noun, split = (part.strip() for part in line[2:].split("|"))
            blocks.append(Imputation(name, kinds, noun, split))
        elif line.startswith("= "):
            verb, _, rest = line[2:].partition(" ")
            past, base, ing = verb.split("/")
            blocks[-1].predicates.append((past, base, ing, rest))
        elif line[:2] in {"~ ", "? ", "- "}:
            block = blocks[-1]
            {"~": block.innuendo, "?": block.presup, "-": block.harmless}[line[0]].append(line[2:])
    return blocks


def read_frames(path: Path) -> list[Frame]:
    """Parse the block format described at the head of the file."""
    blocks: list[Frame] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and line.count("|") == 2 and '"' not in line:
            name, factors, split = (part.strip() for part in line[2:].split("|"))
            about, imputes, fact = (int(part) for part in factors.split())
            blocks.append(Frame(name, (about, imputes, fact), split))
        elif line and not line.startswith("#"):
            blocks[-1].lines.append(line)
    return blocks


PARTICIPLES = {
    "took": "taken", "hid": "hidden", "ran": "run", "stole": "stolen", "made": "made", "brought": "brought",
    "dug": "dug", "kept": "kept", "slept": "slept", "beat": "beaten", "showed": "shown", "had": "had",
    "drove": "driven", "came": "come", "sold": "sold", "ate": "eaten", "became": "become", "left": "left",
    "did": "done", "built": "built", "paid": "paid", "gave": "given", "lied": "lied", "swore": "sworn",
    "shot": "shot", "bought": "bought", "burnt": "burnt", "sank": "sunk", "threw": "thrown", "has": "had",
    "got": "got", "caught": "caught", "sent": "sent", "cut": "cut",
}  # fmt: skip


def choose_who(rng: random.Random, imputation: Imputation) -> Person:
    """A person, a role with its place, or a body, as the imputation allows."""
    draw = rng.random()
    if "b" in imputation.kinds and (draw < 0.3 or imputation.kinds == "b"):
        return Person(rng.choice(BODIES), "it", "its", "it")
    if draw < 0.5:
        subj = rng.choice(["he", "she"])
        who = f"the {rng.choice(ROLES)} {rng.choice(['of', 'in', 'at'])} {rng.choice(PLACES)}"
        return Person(who, subj, "his" if subj == "he" else "her", "him" if subj == "he" else "her")
    return rng.choice(PEOPLE)


def fill(line: str, frame: str, imputation: Imputation, who: Person, rng: random.Random) -> str:
    """Put one predicate of the imputation and the one spoken of into a line."""
    past, base, ing, rest = rng.choice(imputation.predicates)
    role = rng.choice(ROLES)
    subj, poss, obj = OTHERS.get(frame, (who.subj, who.poss, who.obj))
    words = {
        "past": f"{past} {rest}",
        "base": f"{base} {rest}",
        "ing": f"{ing} {rest}",
        "pp": f"{PARTICIPLES.get(past, past)} {rest}",
        "Ing": f"{ing.capitalize()} {rest}",
        "noun": imputation.noun,
        "innuendo": rng.choice(imputation.innuendo),
        "presup": rng.choice(imputation.presup),
        "harmless": rng.choice(imputation.harmless),
        "place": rng.choice(PLACES),
        "other": rng.choice(PEOPLE).name,
        "role": role,
        "rolewho": f"{role} of {rng.choice(PLACES)}",
        "who": who.name,
        "poss": poss,
        "obj": obj,
        "subj": subj,
        "Subj": subj.capitalize(),
    }
    for _ in range(3):  # an innuendo holds $who, a predicate holds $poss
        line = Template(line).safe_substitute(words)
    return re.sub(r"([.?!] [«{\[]*|^[«{\[]*)the ", lambda m: m.group(1) + "The ", line)


def slip(word: str, rng: random.Random) -> str:
    """One slip of the keyboard: two letters change places, one is lost, or one is doubled."""
    if len(word) < 5 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if kind == 1 else word[:at] + word[at] + word[at:]


def disturb(line: str, rng: random.Random) -> str:
    """Write it as readers do; the marks of spans are left where they are."""
    if rng.random() < 0.18:
        line = f"{rng.choice(FILLER_BEFORE)} {line}"
    if rng.random() < 0.22:
        line = f"{line} {rng.choice(FILLER_AFTER)}"
    draw = rng.random()
    if draw < 0.3:
        line = line.lower()
    elif draw < 0.36:
        line = line.upper()
    if rng.random() < 0.25:
        line = re.sub(r"[.,](?=\s|[»\]}]|$)", "", line)
    if rng.random() < 0.12:
        line = re.sub(r"[.]", lambda _: rng.choice(["...", "!!", ".."]), line)
    if rng.random() < 0.2:
        line = "".join(slip(part, rng) if rng.random() < 0.12 else part for part in re.split(r"(\W)", line))
    if rng.random() < 0.1:
        line = line.replace(" you ", " u ").replace(" are ", " r ").replace("people", "ppl").replace(" and ", " & ")
    return line


def strip_marks(line: str) -> tuple[str, list[dict[str, object]]]:
    """Take the marks out of a line and say where they were, in code points."""
    text: list[str] = []
    opened: dict[str, int] = {}
    spans: list[dict[str, object]] = []
    for letter in line:
        if letter in MARKS:
            opened[letter] = len(text)
        elif letter in CLOSING:
            start = opened.pop(CLOSING[letter])
            spans.append({"start": start, "end": len(text), "label": MARKS[CLOSING[letter]]})
        else:
            text.append(letter)
    return "".join(text), sorted(spans, key=lambda span: (span["start"], span["end"], span["label"]))


def make_row(imputation: Imputation, frame: Frame, who: Person, rng: random.Random) -> dict[str, object]:
    """One row of the corpus, with the context that its pronoun needs."""
    line = rng.choice(frame.lines)
    text, spans = strip_marks(disturb(fill(line, frame.name, imputation, who, rng), rng))
    factors = dict(zip(FACTORS, frame.factors, strict=True))
    row: dict[str, object] = {"text": text.strip(), **factors, "frame": frame.name}
    carries = re.search(r"\$(past|base|ing|Ing|pp|noun|innuendo|presup|harmless)", line)
    row["imputation"] = imputation.name if carries else "none"
    held_out = frame.split == "test" or (carries and imputation.split == "test")
    row |= {"split": "test" if held_out else "train", "lang": "en"}
    row["spans"] = [span for span in spans if factors[str(span["label"])]]
    if frame.name == "pronoun_subject":
        row["subjects"] = [who.name]
    if frame.name == "pronoun_parent":
        parent = rng.choice(["{0} should answer for this.", "I don't trust {0} one bit.", "What is {0} doing now?"])
        row["parent"] = parent.format(who.name)
    return row


def build() -> list[dict[str, object]]:
    """All rows, in a fixed order, without two equal texts."""
    rng = random.Random(SEED)
    rows: dict[str, dict[str, object]] = {}
    frames = read_frames(HERE / "en_frames.txt")
    for imputation in read_imputations(HERE / "en_imputations.txt"):
        who = choose_who(rng, imputation)
        for frame in frames:
            if rng.random() < 0.7:
                who = choose_who(rng, imputation)
            for _ in range(ROWS_AT_RISK if all(frame.factors) else ROWS_HARMLESS):
                row = make_row(imputation, frame, who, rng)
                rows.setdefault(normal(str(row["text"])), row)
    return list(rows.values())


def normal(text: str) -> str:
    """Two texts with the same letters are one row."""
    return " ".join(re.sub(r"\W+", " ", text.casefold()).split())


def main() -> int:
    """Write the file, or with `--check` say whether it is what would be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the file and write nothing")
    check = parser.parse_args().check
    path = HERE / "en_crossed.jsonl"
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in build())
    if check:
        return 0 if path.read_text(encoding="utf-8") == lines else 1
    path.write_text(lines, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
