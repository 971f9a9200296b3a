"""What the teacher says fills what people left open, and nothing else."""

import math

from training.data import Row
from training.recipe import LABELS
from training.teacher import TAUGHT, TAUGHT_LABELS, key_of, learn

ANSWER = [0.6, 0.1, 0.2, 0.3, 0.4, 0.5]


def make_row(text, source="edos_sexism", **known):
    labels = tuple(known.get(label, math.nan) for label in LABELS)
    return Row(text=text, source=source, labels=labels)


def test_only_open_labels_are_filled_and_weigh_less():
    (row,) = learn([make_row("a", threat=1.0, insult=0.0)], {key_of("a"): ANSWER})
    said = dict(zip(LABELS, row.labels, strict=True))
    weights = dict(zip(LABELS, row.weights, strict=True))
    assert (said["threat"], said["insult"]) == (1.0, 0.0)
    assert weights["insult"] == 1.0
    for label, value in zip(TAUGHT_LABELS, ANSWER, strict=True):
        if label not in {"threat", "insult"}:
            assert (said[label], weights[label]) == (value, TAUGHT["edos_sexism"])
    assert math.isnan(said["spam"])


def test_a_text_that_was_not_asked_about_or_a_set_that_is_labelled_whole_stays():
    rows = [make_row("b", toxicity=1.0), make_row("a", source="jigsaw_wiki_multilabel", toxicity=1.0)]
    assert learn(rows, {key_of("a"): ANSWER}) == rows
