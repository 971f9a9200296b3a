"""What training reads, refuses and varies; none of it needs torch or a set of comments."""

import csv
import gzip
import json
import math
from random import Random

import pytest

from training import augment, fairness, recipe
from training.data import Row, draw, harsh_words, read_own, read_set, vary
from training.recipe import LABELS, MEASURE_ONLY, SETS, Stage
from training.spans import mark_words, mean_f1


def write_set(folder, name, rows):
    path = folder / "train" / f"{name}.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_set_for_measuring_only_is_refused_for_training(tmp_path):
    for name in MEASURE_ONLY:
        with pytest.raises(ValueError, match="not trained on"):
            read_set(tmp_path, "train", name, training=True)


def test_no_stage_names_a_set_for_measuring_only_or_an_unknown_one():
    for stage in recipe.STAGES:
        assert set(stage.passes) <= set(SETS)
        assert not set(stage.passes) & MEASURE_ONLY


def test_labels_that_a_set_lacks_are_unknown_and_not_zero(tmp_path):
    write_set(tmp_path, "civil_weak", [{"text": "one", "toxicity": "0.5", "insult": ""}])
    (row,) = read_set(tmp_path, "train", "civil_weak", training=True)
    assert row.labels[0] == 0.5
    assert all(math.isnan(value) for value in row.labels[1:])


def test_a_harmless_talk_page_comment_carries_no_subtype_either(tmp_path):
    write_set(tmp_path, "jigsaw_wiki_binary", [{"text": "one", "toxicity": "0"}, {"text": "two", "toxicity": "1"}])
    calm, toxic = read_set(tmp_path, "train", "jigsaw_wiki_binary", training=True)
    assert calm.labels[LABELS.index("threat")] == 0.0
    assert math.isnan(toxic.labels[LABELS.index("threat")])


def test_offsets_of_toxic_words_become_stretches(tmp_path):
    write_set(
        tmp_path,
        "toxic_spans",
        [{"text": "you idiot fool", "toxicity": "1", "spans": json.dumps([4, 5, 6, 7, 8, 10, 11])}],
    )
    (row,) = read_set(tmp_path, "train", "toxic_spans", training=True)
    assert row.spans == (("toxic", 4, 9), ("toxic", 10, 12))


def test_a_stage_draws_the_same_rows_in_the_same_order_for_a_seed(tmp_path):
    write_set(tmp_path, "civil_weak", [{"text": f"comment {n}", "toxicity": "0"} for n in range(40)])
    stage = Stage("any", {"civil_weak": 1.5}, (1e-4, 1e-5), 64, 1000)
    first, again, other = (draw(stage, tmp_path, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 60


@pytest.mark.parametrize("kind", recipe.OWN)
def test_held_out_rows_are_never_drawn_for_training(kind):
    train, held = ({row.text for row in read_own(kind, split)} for split in ("train", "test"))
    assert train
    assert held
    assert not train & held


def test_no_frame_or_imputation_of_the_defamation_test_is_trained_on():
    from training.data import CORPUS

    seen, held = set(), []
    for path in (CORPUS / "defamation").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            key = (record["frame"], record["imputation"])
            if record["split"] == "train":
                seen |= {("frame", key[0]), ("imputation", key[1])}
            else:
                held.append(key)
    assert held
    for frame, imputation in held:
        assert ("frame", frame) not in seen or ("imputation", imputation) not in seen


def test_files_of_a_corpus_can_be_drawn_apart():
    every, some = read_own("defamation"), read_own("defamation/written*")
    assert 1900 < len(some) < len(every)
    assert {row.text for row in some} <= {row.text for row in every}
    assert {row.source for row in some} == {"defamation"}
    for stage in (*recipe.STAGES, *recipe.CONTINUED):
        assert all(read_own(name) for name in stage.own), stage.name


def test_rows_with_spans_are_never_rewritten():
    row = Row("you idiot", "civil_toxic_spans", spans=(("toxic", 4, 9),))
    assert all(vary(row, Random(seed), frozenset()).text == row.text for seed in range(50))


@pytest.mark.parametrize("kind", augment.EVASIONS)
def test_every_evasion_changes_the_harsh_word_and_nothing_else(kind):
    evaded = [augment.evade("you stupid person", Random(seed), frozenset({"stupid"}), kind) for seed in range(20)]
    assert all(text.startswith("you ") and text.endswith(" person") for text in evaded)
    assert sum(text != "you stupid person" for text in evaded) >= 18


def test_the_words_that_tell_toxic_comments_are_the_harsh_ones():
    rows = [Row("you are an idiot", "any", labels=(1.0, *[math.nan] * 9))] * 20
    rows += [Row("you are an editor", "any", labels=(0.0, *[math.nan] * 9))] * 20
    assert harsh_words(rows) == {"idiot"}


def test_marked_tokens_become_whole_words_joined_over_blanks():
    text = "you dumb idiot, go"
    offsets = [(0, 3), (4, 8), (9, 11), (11, 14), (14, 15), (16, 18)]
    assert mark_words(text, offsets, [False, True, False, True, False, False]) == [(4, 14)]


@pytest.mark.parametrize(
    ("found", "truth", "expected"),
    [([], [], 1.0), ([(0, 4)], [], 0.0), ([(0, 4)], [(0, 4)], 1.0), ([(0, 4)], [(2, 6)], 0.5)],
)
def test_mean_f1_counts_characters_and_an_empty_pair_as_right(found, truth, expected):
    assert mean_f1([found], [truth]) == expected


def test_every_identity_word_has_two_hundred_different_sentences():
    for word in fairness.ADJECTIVES:
        assert len(set(fairness.sentences(word))) == 200
