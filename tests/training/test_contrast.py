"""What the corpus files must be before a model is trained on them: the mixed-language rows, contrast, spam, fairness."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "training" / "corpus"
SEVEN = {"toxicity", "insult", "threat", "identity_attack", "obscene", "severe_toxicity", "sexual_explicit"}
Row = dict[str, object]


def rows(pattern: str) -> Iterator[tuple[str, Row]]:
    for path in sorted(CORPUS.glob(pattern)):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.name}:{number}", json.loads(line)


def mixed() -> list[Row]:
    return [row for _, row in rows("defamation/mixed_*.jsonl")]


def at_risk(row: Row) -> bool:
    return row["about"] == row["imputes"] == row["fact"] == 1


@pytest.mark.parametrize("pattern", ["defamation/mixed_*.jsonl", "contrast/*.jsonl"])
def test_no_text_stands_twice(pattern: str) -> None:
    counted = Counter(str(row["text"]).casefold() for _, row in rows(pattern))
    assert [text for text, times in counted.items() if times > 1] == []


def test_every_mixed_row_has_binary_factors_and_known_words() -> None:
    for where, row in rows("defamation/mixed_*.jsonl"):
        assert str(row["text"]).strip() == row["text"] != "", where
        assert {row["about"], row["imputes"], row["fact"]} <= {0, 1}, where
        assert row["split"] in {"train", "test"}, where
        assert row["lang"] in {"hi-Latn", "kn-Latn", "en"}, where
        assert (row["imputation"] == "none") == (row["imputes"] == 0), where


def test_spans_lie_inside_the_text_and_mark_only_factors_that_hold() -> None:
    for where, row in rows("defamation/mixed_*.jsonl"):
        text = str(row["text"])
        for span in row.get("spans", []):
            assert 0 <= span["start"] < span["end"] <= len(text), where
            assert text[span["start"] : span["end"]].strip() == text[span["start"] : span["end"]], where
            assert row[span["label"]] == 1, where


def test_every_row_at_risk_marks_whom_it_is_about_and_what_it_imputes() -> None:
    for where, row in rows("defamation/mixed_*.jsonl"):
        if at_risk(row):
            assert {span["label"] for span in row["spans"]} == {"about", "imputes", "fact"}, where


def test_a_row_that_points_back_says_to_whom() -> None:
    for where, row in rows("defamation/mixed_*.jsonl"):
        if row["frame"] == "pronoun_subject":
            assert row["subjects"], where
        if row["frame"] == "pronoun_parent":
            assert row["parent"], where


def test_every_test_row_has_a_frame_or_imputation_that_training_never_sees() -> None:
    train = [row for row in mixed() if row["split"] == "train"]
    frames, imputations = {row["frame"] for row in train}, {row["imputation"] for row in train}
    for where, row in rows("defamation/mixed_*.jsonl"):
        if row["split"] == "test":
            assert row["frame"] not in frames or row["imputation"] not in imputations, where


def test_mixed_rows_are_many_and_near_half_at_risk() -> None:
    found = mixed()
    share = sum(map(at_risk, found)) / len(found)
    assert len(found) >= 900
    assert 0.38 <= share <= 0.52
    assert sum(row["split"] == "test" for row in found) >= 180
    assert min(Counter(row["lang"] for row in found).values()) >= 150


def test_every_contrast_row_gives_all_seven_labels() -> None:
    for where, row in rows("contrast/*.jsonl"):
        assert set(row["labels"]) == SEVEN, where
        assert set(row["labels"].values()) <= {0, 1}, where
        assert any(row["labels"].values()) <= row["labels"]["toxicity"] or row["labels"]["sexual_explicit"], where


def test_plain_identity_rows_carry_no_label_and_have_toxic_counterparts() -> None:
    found = [row for _, row in rows("contrast/*.jsonl")]
    plain = [row for row in found if row["family"] == "identity_plain"]
    assert len(plain) >= 300
    assert not any(value for row in plain for value in row["labels"].values())
    assert sum(row["labels"]["identity_attack"] for row in found if row["family"] == "identity_attack") >= 140


FAMILIES = {
    "negation", "quotation_to_condemn", "reclaimed_words", "abuse_of_things_not_people", "counter_speech",
    "identity_plain", "identity_attack", "threats", "indian_names", "strong_opinion", "self_insult",
    "insults_indian_english", "obscene", "sexual", "condolences", "sarcasm",
}  # fmt: skip


def test_contrast_has_every_family_and_each_label_both_ways() -> None:
    found = [row for _, row in rows("contrast/*.jsonl")]
    assert len(found) >= 1200
    families = Counter(row["family"] for row in found)
    assert set(families) == FAMILIES
    assert min(families.values()) >= 25
    for label in SEVEN:
        assert sum(row["labels"][label] for row in found) >= 20, label


@pytest.mark.parametrize("family", ["threats", "obscene", "sexual", "negation", "sarcasm", "insults_indian_english"])
def test_a_contrast_family_stands_on_both_sides(family: str) -> None:
    toxic = [row["labels"]["toxicity"] for _, row in rows("contrast/*.jsonl") if row["family"] == family]
    assert 0.15 <= sum(toxic) / len(toxic) <= 0.85


def test_spam_rows_are_many_unlike_and_of_both_kinds() -> None:
    found = [row for _, row in rows("spam/*.jsonl")]
    assert len(found) >= 500
    assert all(set(row) == {"text", "spam"} and row["spam"] in {0, 1} for row in found)
    assert 0.35 <= sum(row["spam"] for row in found) / len(found) <= 0.65
    assert len({str(row["text"]).casefold() for row in found}) == len(found)


def test_fairness_templates_have_one_slot_each_and_enough_words() -> None:
    fairness = json.loads((CORPUS / "fairness" / "templates.json").read_text(encoding="utf-8"))
    templates, identities = fairness["templates"], fairness["identities"]
    assert len(set(templates)) == len(templates) >= 200
    assert len(set(identities)) == len(identities) >= 40
    assert [text for text in templates if text.lower().count("{identity}") != 1] == []
    left = [text.format(a="a", A="A", identity="Tulu", Identity="Tulu") for text in templates]
    assert not any("{" in text or "}" in text for text in left)


def test_no_fairness_statement_is_also_trained_on() -> None:
    fairness = json.loads((CORPUS / "fairness" / "templates.json").read_text(encoding="utf-8"))
    trained = {str(row["text"]) for _, row in rows("contrast/*.jsonl")}
    filled = {
        text.format(a=article, A=article.capitalize(), identity=word, Identity=word[0].upper() + word[1:])
        for text in fairness["templates"]
        for word in fairness["identities"]
        for article in ("a", "an")
    }
    assert filled & trained == set()
