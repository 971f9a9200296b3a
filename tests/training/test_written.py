"""The rows written in the notation of `written_*.txt`: marked, unlike, and clear of everything that is held out."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "training" / "corpus" / "defamation"
FACTORS = ("about", "imputes", "fact")


def rows_of(pattern):
    paths = sorted(FOLDER.glob(pattern))
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def rows():
    return rows_of("written_*.jsonl")


def letters(row):
    text = " ".join(re.sub(r"\W+", " ", row["text"].casefold()).split())
    return text, row.get("parent"), tuple(row.get("subjects", ()))


def at_risk(row):
    return all(row[factor] for factor in FACTORS)


def test_every_source_gives_the_committed_rows():
    assert subprocess.run([sys.executable, str(FOLDER / "written.py"), "--check"], check=False).returncode == 0


def test_rows_are_many_and_at_least_half_are_harmless(rows):
    assert len(rows) >= 1900
    assert 0.33 <= sum(map(at_risk, rows)) / len(rows) <= 0.5


def test_every_row_is_plain_text_for_training_with_an_imputation_only_where_it_imputes(rows):
    for row in rows:
        assert row["text"].strip() == row["text"] != ""
        assert not re.search(r"[$«»{}\[\]|<]", row["text"]), row
        assert row["split"] == "train"
        assert row["lang"] in {"en", "hi-Latn", "kn-Latn"}
        assert re.fullmatch(r"[a-z_]+", row["imputation"]), row
        assert (row["imputation"] == "none") == (row["imputes"] == 0), row


def test_marks_lie_inside_the_text_and_only_where_the_factor_holds(rows):
    for row in rows:
        marked = {span["label"] for span in row["spans"]}
        assert not at_risk(row) or marked == set(FACTORS), row
        assert row["imputes"] == ("imputes" in marked), row
        for span in row["spans"]:
            assert row[span["label"]] == 1, row
            marked_text = row["text"][span["start"] : span["end"]]
            assert marked_text.strip() == marked_text != "", row


def test_a_pronoun_has_somebody_to_point_to(rows):
    for row in rows:
        assert row["frame"] != "pronoun_subject" or row["subjects"], row
        assert row["frame"] != "pronoun_parent" or row["parent"], row


def test_no_text_stands_twice_in_the_folder():
    counted = Counter(letters(row) for row in rows_of("*.jsonl"))
    written = [letters(row) for row in rows_of("written_*.jsonl")]
    assert [key for key in written if counted[key] > 1] == []


@pytest.mark.parametrize("key", ["frame", "imputation"])
def test_nothing_held_out_is_trained_on(rows, key):
    others = rows_of("en_*.jsonl") + rows_of("mixed_*.jsonl")
    held = {row[key] for row in others if row["split"] == "test"} - {
        row[key] for row in others if row["split"] == "train"
    }
    assert held
    assert held & {row[key] for row in rows} == set()
