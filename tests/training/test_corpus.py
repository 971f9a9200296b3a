"""The English corpus of defamation keeps the promises of its README."""

import json
import re
import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[2] / "training" / "corpus"
FOLDER = CORPUS / "defamation"
FILES = sorted(FOLDER.glob("en_*.jsonl"))
FACTORS = ("about", "imputes", "fact")
README_ROW = re.compile(r"^\| `(en_\w+\.jsonl)` \|.*\| (\d+) \|$", re.MULTILINE)


def rows_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def rows():
    return [row for path in FILES for row in rows_of(path)]


def letters(text):
    return " ".join(re.sub(r"\W+", " ", text.casefold()).split())


def share(rows):
    return sum(all(row[factor] for factor in FACTORS) for row in rows) / len(rows)


def test_every_row_has_text_factors_frame_and_split(rows):
    for row in rows:
        assert row["text"].strip() == row["text"] != ""
        assert {row[factor] for factor in FACTORS} <= {0, 1}, row
        assert row["split"] in {"train", "test"}, row
        assert row["lang"] == "en"
        assert row["frame"]
        assert row["imputation"]
        assert not re.search(r"[$«»{}\[\]]", row["text"]), row


def test_spans_lie_inside_the_text_and_only_where_the_factor_holds(rows):
    for row in rows:
        for span in row.get("spans", []):
            assert 0 <= span["start"] < span["end"] <= len(row["text"]), row
            assert row[span["label"]] == 1, row
            assert row["text"][span["start"] : span["end"]].strip(), row


def test_most_rows_at_risk_have_all_three_spans(rows):
    risky = [row for row in rows if all(row[factor] for factor in FACTORS)]
    marked = [row for row in risky if {span["label"] for span in row.get("spans", [])} == set(FACTORS)]
    assert len(marked) / len(risky) > 0.9


def test_no_text_stands_twice(rows):
    seen = {}
    for row in rows:
        key = (letters(row["text"]), row.get("parent"), tuple(row.get("subjects", ())))
        assert key not in seen, (row, seen[key])
        seen[key] = row


def test_no_text_stands_in_both_splits(rows):
    train = {letters(row["text"]) for row in rows if row["split"] == "train"}
    assert not [row for row in rows if row["split"] == "test" and letters(row["text"]) in train]


@pytest.mark.parametrize("key", ["frame", "imputation"])
def test_at_least_four_are_held_out_whole(rows, key):
    train = {row[key] for row in rows if row["split"] == "train"}
    test = {row[key] for row in rows if row["split"] == "test"}
    assert len(test - train) >= 4


def test_every_test_row_is_on_a_held_out_frame_or_imputation(rows):
    frames = {row["frame"] for row in rows if row["split"] == "train"}
    imputations = {row["imputation"] for row in rows if row["split"] == "train"}
    for row in rows:
        if row["split"] == "test":
            assert row["frame"] not in frames or row["imputation"] not in imputations, row


def test_about_two_rows_in_five_are_at_risk_in_each_split(rows):
    for split in ("train", "test"):
        assert 0.33 <= share([row for row in rows if row["split"] == split]) <= 0.5


def test_readme_counts_every_file_and_none_has_fewer_rows():
    promised = dict(README_ROW.findall((CORPUS / "README.md").read_text(encoding="utf-8")))
    assert set(promised) == {path.name for path in FILES}
    for path in FILES:
        assert len(rows_of(path)) >= int(promised[path.name]), path.name


def test_build_gives_the_committed_rows_again(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.delitem(sys.modules, "build", raising=False)
    monkeypatch.delitem(sys.modules, "cast", raising=False)
    import build

    try:
        lines = [json.dumps(row, ensure_ascii=False) for row in build.build()]
    finally:
        for name in ("build", "cast"):
            sys.modules.pop(name, None)
    assert lines == (FOLDER / "en_crossed.jsonl").read_text(encoding="utf-8").splitlines()


def test_every_imputation_meets_every_frame_that_carries_one(rows):
    crossed = [row for row in rows_of(FOLDER / "en_crossed.jsonl") if row["imputes"]]
    pairs = {(row["imputation"], row["frame"]) for row in crossed}
    imputations = {pair[0] for pair in pairs}
    frames = {pair[1] for pair in pairs}
    missing = {(one, frame) for one in imputations for frame in frames} - pairs
    assert len(imputations) >= 48
    assert len(frames) >= 35
    assert not missing
