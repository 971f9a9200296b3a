"""Detoxify checkpoints of both shapes, imported for real; every trap of the format has its test."""

import json
import pickle
import shutil

import numpy as np
import pytest

from moderation.scoring.imported import open_imported, open_with_detoxify
from moderation.scoring.importing import find_source, import_model
from moderation.scoring.parity_texts import parity_texts
from moderation.scoring.scorer import ModelDamaged, ModelUnusable
from moderation.scoring.store import CARD, ModelStore
from tests.scoring.checkpoints import TOXIC, UNBIASED, make_bert, make_roberta

RENAMED = {"toxic": "toxicity", "severe_toxic": "severe_toxicity", "identity_hate": "identity_attack"}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A store with both shapes imported once."""
    folder = tmp_path_factory.mktemp("shelf")
    store = ModelStore(folder / "models")
    made = {"bert": make_bert(folder / "bert"), "roberta": make_roberta(folder / "roberta")}
    cards = {
        name: import_model(find_source(str(each.checkpoint), store, name=name), store) for name, each in made.items()
    }
    return store, made, cards


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_the_export_gives_what_detoxify_gives_on_two_hundred_comments(shelf, name):
    store, _, cards = shelf
    texts = parity_texts()
    assert len(texts) == 200
    exported, original = open_imported(store.path(name)), open_with_detoxify(store.path(name))
    ours = np.array([list(score.values.values()) for score in exported.score(texts)])
    theirs = np.array([list(score.values.values()) for score in original.score(texts)])
    assert np.abs(ours - theirs).max() <= 1e-4
    assert cards[name]["parity"]["largest_difference"] <= 1e-4
    assert theirs.std(axis=0).min() > 1e-3, "scores that are all alike would prove nothing"


@pytest.mark.parametrize(("name", "classes"), [("bert", TOXIC), ("roberta", UNBIASED)])
def test_labels_stand_in_the_order_of_the_checkpoint(shelf, name, classes):
    store, _, cards = shelf
    wanted = [RENAMED.get(each, each) for each in classes]
    assert cards[name]["labels"] == wanted
    assert list(open_imported(store.path(name)).score(["a"])[0].values) == wanted


def test_the_identity_outputs_that_have_no_name_are_left_out(shelf):
    store, _, _ = shelf
    assert len(open_imported(store.path("roberta")).score(["a"])[0].values) == 7


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_the_end_of_a_long_comment_is_scored(shelf, name):
    store, _, _ = shelf
    scorer = open_imported(store.path(name))
    filler = "what a lovely article about the new library in town " * 12
    endings = ("", "fool fool fool fool", "I know where you live", "!!! ??? !!! ???", "zzz qqq zzz qqq", "7 7 7 7 7 7")
    scores = [tuple(score.values.values()) for score in scorer.score([filler + ending for ending in endings])]
    assert len(set(scores)) > 1, "Detoxify alone reads the first tokens only and would give the same six times"


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_one_text_an_empty_list_and_an_empty_text_are_scored(shelf, name):
    store, _, _ = shelf
    for scorer in (open_imported(store.path(name)), open_with_detoxify(store.path(name))):
        assert scorer.score([]) == []
        assert len(scorer.score(["one"])) == 1
        assert all(0 <= value <= 1 for value in scorer.score([""])[0].values.values())


def test_a_hub_name_in_the_checkpoint_is_not_asked_for(shelf, monkeypatch):
    """The published files name `bert-base-uncased`; detoxify alone would look for it on the network."""
    import torch

    store, made, _ = shelf
    arch = torch.load(made["bert"].checkpoint, weights_only=True)["config"]["arch"]["args"]
    assert arch["model_type"] == "bert-base-uncased"
    kept = torch.load(store.path("bert") / "model.ckpt", weights_only=True)["config"]["arch"]["args"]
    assert "bert-base" not in kept["model_type"]

    def no_network(*_args, **_kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", no_network)
    assert open_with_detoxify(store.path("bert")).score(["a"])


def test_a_hostile_pickle_is_refused_and_does_not_run(tmp_path):
    sign = tmp_path / "it-ran"

    class Hostile:
        def __reduce__(self):
            return (open, (str(sign), "w"))

    made = make_bert(tmp_path / "source")
    store = ModelStore(tmp_path / "models")
    with made.checkpoint.open("wb") as stream:
        pickle.dump({"state_dict": Hostile(), "config": {}}, stream)
    with pytest.raises(ModelUnusable, match="weights alone"):
        import_model(find_source(str(made.checkpoint), store), store)
    assert not sign.exists()
    assert store.list() == []


def test_a_hostile_pickle_inside_a_torch_archive_does_not_run(tmp_path):
    import torch

    sign = tmp_path / "it-ran"

    class Hostile:
        def __reduce__(self):
            return (open, (str(sign), "w"))

    made = make_bert(tmp_path / "source")
    loaded = torch.load(made.checkpoint, weights_only=True)
    torch.save(loaded | {"extra": Hostile()}, made.checkpoint)
    store = ModelStore(tmp_path / "models")
    with pytest.raises(ModelUnusable, match="weights alone"):
        import_model(find_source(str(made.checkpoint), store), store)
    assert not sign.exists()


def _change(made, change):
    import torch

    loaded = torch.load(made.checkpoint, weights_only=True)
    change(loaded)
    torch.save(loaded, made.checkpoint)


def _drop_head(loaded):
    del loaded["state_dict"]["classifier.weight"]


def _add_tensor(loaded):
    loaded["state_dict"]["something.else"] = loaded["state_dict"]["classifier.weight"]


def _name_other_class(loaded):
    loaded["config"]["arch"]["args"]["model_name"] = "Pipeline"


def _not_a_number(loaded):
    loaded["state_dict"]["classifier.bias"][0] = float("nan")


def _no_classes(loaded):
    loaded["config"]["dataset"]["args"]["classes"] = []


def _a_class_twice(loaded):
    loaded["config"]["dataset"]["args"]["classes"][1] = loaded["config"]["dataset"]["args"]["classes"][0]


def _more_classes_than_outputs(loaded):
    loaded["config"]["dataset"]["args"]["classes"] = list("abcdefgh")


def _wrong_shape(loaded):
    loaded["state_dict"]["classifier.weight"] = loaded["state_dict"]["classifier.weight"][:3]


def _no_state(loaded):
    del loaded["state_dict"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_drop_head, "lacks 1 tensors"),
        (_add_tensor, "unknown 1 tensors"),
        (_name_other_class, "not one of Detoxify's"),
        (_not_a_number, "no number"),
        (_no_classes, "format"),
        (_a_class_twice, "the same name"),
        (_more_classes_than_outputs, "format"),
        (_wrong_shape, "cannot build"),
        (_no_state, "format"),
    ],
)
def test_a_checkpoint_that_would_score_at_random_is_refused(tmp_path, change, words):
    made = make_bert(tmp_path / "source")
    _change(made, change)
    store = ModelStore(tmp_path / "models")
    with pytest.raises(ModelUnusable, match=words):
        import_model(find_source(str(made.checkpoint), store), store)
    assert list(store.folder.iterdir()) == []


@pytest.mark.parametrize("make", [make_bert, make_roberta])
def test_a_tokenizer_without_its_words_is_refused(tmp_path, make):
    made = make(tmp_path / "source")
    for name in ("vocab.txt", "vocab.json", "merges.txt"):
        (made.folder / name).unlink(missing_ok=True)
    store = ModelStore(tmp_path / "models")
    with pytest.raises(ModelUnusable, match=r"the tokenizer knows \d+ words and the model \d+|cannot build the model"):
        import_model(find_source(str(made.folder), store, name="mute"), store)
    assert list(store.folder.iterdir()) == []


def test_code_named_in_a_configuration_is_dropped(tmp_path):
    made = make_bert(tmp_path / "source")
    config = json.loads((made.folder / "config.json").read_text())
    (made.folder / "config.json").write_text(json.dumps(config | {"auto_map": {"AutoConfig": "evil.Config"}}))
    (made.folder / "evil.py").write_text("raise SystemExit")
    store = ModelStore(tmp_path / "models")
    import_model(find_source(str(made.folder), store, name="clean"), store)
    kept = {path.name for path in store.path("clean").iterdir()}
    assert "evil.py" not in kept
    assert "auto_map" not in (store.path("clean") / "config.json").read_text()


def test_a_published_name_is_found_where_the_operator_put_it(tmp_path):
    store = ModelStore(tmp_path / "models")
    with pytest.raises(ModelUnusable) as refused:
        find_source("original", store)
    assert "incoming/original" in refused.value.hint
    made = make_bert(tmp_path / "source")
    shutil.copytree(made.folder, store.folder / "incoming" / "original")
    card = import_model(find_source("original", store), store)
    assert (card["name"], card["languages"]) == ("original", ["en"])
    assert [model.name for model in store.list()] == ["original"]


def test_a_changed_file_of_an_imported_model_is_refused(shelf, tmp_path):
    store, _, _ = shelf
    other = ModelStore(tmp_path)
    for name in ("model.onnx", "tokenizer.json", "model.ckpt", "config.json"):
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(store.path("bert"), tmp_path / "copy")
        other.verify("copy")
        with (tmp_path / "copy" / name).open("ab") as stream:
            stream.write(b" ")
        with pytest.raises(ModelDamaged, match="copy"):
            other.verify("copy")
        opener = open_imported if name in {"model.onnx", "tokenizer.json"} else open_with_detoxify
        with pytest.raises(ModelDamaged):
            opener(tmp_path / "copy")


def test_the_card_says_where_the_model_came_from(shelf):
    store, made, _ = shelf
    card = json.loads((store.path("bert") / CARD).read_text())
    assert card["checkpoint"]["name"] == made["bert"].checkpoint.name
    assert len(card["checkpoint"]["checksum"]) == 64


BAD = ["", "😀", "e" + "\u0301" * 2000, "\n" * 100_000, "x" * 20_000, "\ud800", "\x00", "ಕ್" * 300]


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_bad_input_gives_numbers(shelf, name):
    store, _, _ = shelf
    for text, score in zip(BAD, open_imported(store.path(name)).score(BAD), strict=True):
        assert all(0 <= value <= 1 for value in score.values.values()), text[:5]
        assert score.cut or len(text) <= 20_000


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_a_score_is_the_same_alone_and_in_company(shelf, name):
    store, _, _ = shelf
    scorer, texts = open_imported(store.path(name)), parity_texts()[::9]
    assert scorer.score(texts) == [scorer.score([text])[0] for text in texts]
