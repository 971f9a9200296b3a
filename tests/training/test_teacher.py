"""What the teacher says fills what people left open, and nothing else."""

import math

from training.data import Row
from training.recipe import LABELS
from training.teacher import SUBTYPES, TAUGHT, WEIGHT, key_of, learn

ANSWER = [0.1, 0.2, 0.3, 0.4, 0.5]


def make_row(text, source=TAUGHT[0], **known):
    labels = tuple(known.get(label, math.nan) for label in LABELS)
    return Row(text=text, source=source, labels=labels)


def test_only_open_subtypes_are_filled_and_weigh_half():
    (row,) = learn([make_row("a", toxicity=1.0, insult=0.0)], {key_of("a"): ANSWER})
    said = dict(zip(LABELS, row.labels, strict=True))
    weights = dict(zip(LABELS, row.weights, strict=True))
    assert said["toxicity"] == 1.0
    assert said["insult"] == 0.0
    assert weights["insult"] == 1.0
    for label, value in zip(SUBTYPES, ANSWER, strict=True):
        if label != "insult":
            assert (said[label], weights[label]) == (value, WEIGHT)
    assert math.isnan(said["spam"])


def test_a_text_that_was_not_asked_about_or_a_set_that_is_labelled_whole_stays():
    rows = [make_row("b", toxicity=1.0), make_row("a", source="jigsaw_wiki_multilabel", toxicity=1.0)]
    assert learn(rows, {key_of("a"): ANSWER}) == rows
