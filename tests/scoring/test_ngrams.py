"""The shipped `ngrams` engine: orders on sentences of our own, and every kind of bad input."""

import hashlib
import json
import shutil
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.scoring.cards import WEIGHTS
from moderation.scoring.ngram_features import count_once, cut_grams
from moderation.scoring.ngram_stream import read_stream
from moderation.scoring.ngrams import open_ngrams
from moderation.scoring.scorer import ModelDamaged
from moderation.vocabulary import Label

SCORER = open_ngrams()


def value(text, label):
    return SCORER.score([text])[0].values[label]


@pytest.mark.parametrize(
    ("worse", "better", "label"),
    [
        ("you are a fucking idiot", "you are a good man", Label.TOXICITY),
        ("shut up you stupid moron", "please read the article again", Label.INSULT),
        ("I will kill you", "I will call you", Label.THREAT),
        ("what a load of shit", "what a load of work", Label.OBSCENE),
        ("all muslims are terrorists and must go", "many muslims live in this town", Label.IDENTITY_ATTACK),
        ("Earn $5000 weekly from home, click http://win.example now", "The budget is 5000 crore this year", Label.SPAM),
    ],
)
def test_abuse_scores_higher_than_its_plain_twin(worse, better, label):
    assert value(worse, label) > value(better, label)


@pytest.mark.parametrize(
    "text", ["Thank you for this article.", "The bridge was opened in 2019.", "I disagree with the mayor."]
)
def test_plain_sentences_are_not_even_possible(text):
    assert value(text, Label.TOXICITY) < 0.25


def test_an_insult_at_the_end_of_two_thousand_characters_is_found():
    filler = ("The council met on Monday and talked about roads, water and the new library. " * 30)[:1950]
    text = filler + " you are a fucking idiot"
    (plain, marked) = SCORER.score([filler, text])
    assert marked.values[Label.TOXICITY] > 0.5 > plain.values[Label.TOXICITY]
    assert any(
        "idiot" in text[span.start : span.end] or "fucking" in text[span.start : span.end] for span in marked.spans
    )


def test_the_words_that_carried_the_abuse_are_marked():
    text = "I think that the honourable minister is a fucking idiot, with respect"
    marked = " ".join(text[span.start : span.end] for span in SCORER.score([text])[0].spans)
    assert "fucking" in marked
    assert "minister" not in marked


def test_marks_point_into_the_text_as_given():
    text = "﻿Well… ﬁne. You ＦＵＣＫＩＮＧ i\u0301diiiiiot\u200b, go"
    spans = SCORER.score([text])[0].spans
    marked = "".join(text[span.start : span.end] for span in spans)
    assert "ＦＵＣＫＩＮＧ" in marked


@pytest.mark.parametrize(
    "twin",
    [
        "YOU FUCKING IDIOT",
        "you  fucking\n\nidiot",
        "yоu fucking idiot",
        "you fuuuuucking idiot",
        "you fück\u200bing idiot",
    ],
)
def test_simple_evasions_do_not_hide_abuse(twin):
    assert value(twin, Label.TOXICITY) > 0.5


BAD = [
    "",
    " ",
    "😀",
    "e" + "\u0301" * 2000,
    "\n" * 100_000,
    "x" * 20_000,
    "ab" * 10_000,
    "\ud800",
    "\x00",
    "\U0010ffff" * 50,
    "ಕ್" * 3000,
]


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_bad_input_gives_numbers_in_bounded_time(text):
    started = time.process_time()
    (score,) = SCORER.score([text])
    assert time.process_time() - started < 2
    assert set(score.values) == set(SCORER.info.labels)
    assert all(0 <= number <= 1 for number in (*score.values.values(), *score.raw.values()))
    assert score.cut == (len(text) > 20_000)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=6))
def test_any_text_scores_the_same_to_the_bit_alone_and_in_company(texts):
    company = SCORER.score([*texts, "you are a fucking idiot", "a fine day"])
    assert company[: len(texts)] == [SCORER.score([text])[0] for text in texts]
    for text, score in zip(texts, company, strict=False):
        assert all(0 <= number <= 1 for number in score.values.values())
        assert all(0 <= span.start < span.end <= len(text) for span in score.spans)


def test_a_long_bulk_is_the_same_to_the_bit():
    texts = [f"comment number {n} is {'bad' * (n % 7)} and {'shit ' * (n % 3)}" * (1 + n % 40) for n in range(400)]
    together = SCORER.score(texts)
    assert together == [SCORER.score([text])[0] for text in texts]
    assert SCORER.score(texts[::-1]) == together[::-1]


def test_sums_are_exact_because_they_are_of_whole_numbers():
    for head in SCORER._model.heads:
        assert head.columns.dtype == np.int8
        assert 127 * 6 * 20_100 < 2**31


def test_a_text_counts_each_of_its_ngrams_once():
    once = count_once(cut_grams(read_stream(["bad word"]), 18), 1, 18)[0]
    twice = count_once(cut_grams(read_stream(["bad word bad word bad word"]), 18), 1, 18)[0]
    thrice = count_once(cut_grams(read_stream(["bad word bad word"]), 18), 1, 18)[0]
    assert set(once) <= set(twice)
    assert (twice == thrice).all()


def test_no_ngram_reaches_from_one_text_into_the_next():
    alone = cut_grams(read_stream(["abc"]), 18)
    both = cut_grams(read_stream(["abc", "xyz"]), 18)
    assert sorted(alone.buckets) == sorted(both.buckets[both.owners == 0])


def test_romanised_kannada_has_a_head_of_its_own_and_is_vouched_for():
    text = "Avanu sule maga, avanige yenu gottu"
    (score,) = SCORER.score([text])
    assert score.language == "kn-Latn"
    assert score.fit
    assert score.values["toxicity"] >= 0.25


def test_a_language_that_the_card_does_not_name_is_marked_unfit():
    assert not SCORER.score(["Das ist doch nicht der richtige Weg, sagt der Mann"])[0].fit


def test_the_card_has_a_figure_for_every_label_and_reaches_the_goal():
    card = json.loads((WEIGHTS / "ngrams.json").read_text())
    general = card["heads"][0]
    for head in card["heads"]:
        measured = {label for labels in head["figures"]["by set"].values() for label in labels}
        assert set(head["labels"]) == measured | set(head["figures"]["other half of dev"])
    assert general["figures"]["by set"]["jigsaw_wiki_binary"]["toxicity"]["auc"] >= 0.94


def test_the_file_is_small_and_holds_no_pickle():
    path = WEIGHTS / "ngrams.npz"
    assert path.stat().st_size < 6_000_000
    with np.load(path, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fi" for name in arrays.files)


def copy_weights(folder):
    for name in ("ngrams.npz", "ngrams.json"):
        shutil.copyfile(WEIGHTS / name, folder / name)


def test_a_damaged_file_is_refused_by_its_checksum(tmp_path):
    copy_weights(tmp_path)
    content = bytearray((tmp_path / "ngrams.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "ngrams.npz").write_bytes(content)
    with pytest.raises(ModelDamaged, match=r"ngrams\.npz"):
        open_ngrams(tmp_path)


def test_weights_that_do_not_fit_their_card_are_refused(tmp_path):
    copy_weights(tmp_path)
    card = json.loads((tmp_path / "ngrams.json").read_text())
    for change in (
        {"labels": ["toxicity"]},
        {"bits": 9},
        {"name": "other"},
        {"calibration": {"toxicity": {"x": [1], "y": [1]}}},
    ):
        (tmp_path / "ngrams.json").write_text(json.dumps(card | {"heads": [card["heads"][0] | change]}))
        with pytest.raises(ModelDamaged):
            open_ngrams(tmp_path)


def test_weights_with_a_pickle_in_them_are_refused(tmp_path):
    copy_weights(tmp_path)
    np.savez(tmp_path / "ngrams.npz", general_weights=np.array([{}], dtype=object))
    card = json.loads((tmp_path / "ngrams.json").read_text())
    card["weights"]["sha256"] = hashlib.sha256((tmp_path / "ngrams.npz").read_bytes()).hexdigest()
    (tmp_path / "ngrams.json").write_text(json.dumps(card))
    with pytest.raises(ModelDamaged):
        open_ngrams(tmp_path)


def test_ngrams_needs_neither_torch_nor_onnx():
    import subprocess

    code = "import sys; from moderation.scoring.ngrams import open_ngrams; open_ngrams().score(['a']); "
    code += "print(sorted({'torch', 'onnxruntime', 'tokenizers', 'transformers'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("accuses", "does_not"),
    [
        (
            "Headmaster Nagesh Kotekal of that school in Kadri takes bribes for every admission",
            "Headmaster Nagesh Kotekal answered all our questions about the admission patiently",
        ),
        ("Constable Ramesh ne paise kha liye, sab jaante hain", "Constable Ramesh ne rasta dikhaya, shukriya"),
        ("MLA Suresh anna duddu tinnode kelsa, ellarigu gottu", "Suresh anna, nimma haadu chennagide"),
    ],
)
def test_what_accuses_somebody_scores_higher_in_every_language(accuses, does_not):
    worse, better = SCORER.score([accuses, does_not])
    assert worse.values["defamation"] > 0.5 > better.values["defamation"]


def test_the_head_for_every_language_vouches_for_none():
    assert "defamation" in SCORER.info.labels
    assert "*" not in SCORER.info.languages
    (kannada,) = SCORER.score(["ಈ ಸರ್ಕಾರ ಏನೂ ಮಾಡುವುದಿಲ್ಲ"])
    assert kannada.values["defamation"] < 0.25
