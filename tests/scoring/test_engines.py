import json
import shutil

import pytest

from moderation.scoring.batching import BatchLimits
from moderation.scoring.cards import WEIGHTS
from moderation.scoring.engines import Engines, open_bare, open_engine
from moderation.scoring.first_stage import FirstStageScorer
from moderation.scoring.fitting import FittingScorer
from moderation.scoring.loading import ModelState
from moderation.scoring.scorer import EngineInfo, ModelDamaged, ModelUnusable, ScoringUnavailable
from moderation.scoring.store import ModelInUse, ModelMissing, ModelStore, NameRefused
from moderation.vocabulary import ScoreContext, Scores


class Named:
    """A scorer that gives one value and remembers what it was asked."""

    def __init__(self, name, value, languages=("en",)):
        self.info = EngineInfo(name, "1", "", "", ("toxicity",), languages)
        self.value = value
        self.asked = []
        self.closed = False

    def score(self, texts, contexts=None):
        self.asked += list(zip(texts, contexts or [None] * len(texts), strict=True))
        return [self.answer(text) for text in texts]

    def answer(self, text):
        value = self.value(text) if callable(self.value) else self.value
        return Scores(values={"toxicity": value}, engine=self.info.engine, version="1")

    def close(self):
        self.closed = True


def engines_of(scores):
    return [score.engine for score in scores]


def test_a_text_goes_to_the_model_that_knows_its_language_and_keeps_its_place():
    first, fallback = Named("first", 0.5), Named("fallback", 0.1)
    both = FittingScorer(first, fallback)
    texts = [
        "This is what the people said.",
        "ಈ ಸರ್ಕಾರ ಏನೂ ಮಾಡುವುದಿಲ್ಲ",
        "Thank you for the article",
        "Yeh sarkar kuch nahi karti hai",
    ]
    assert engines_of(both.score(texts)) == ["first", "fallback", "first", "fallback"]
    context = ScoreContext(subjects=("x",))
    both.score([texts[0]], [context])
    assert first.asked[-1] == (texts[0], context)
    both.close()
    assert first.closed
    assert fallback.closed


def test_the_first_stage_waves_past_only_what_it_calls_harmless():
    cheap = Named("cheap", lambda text: 0.01 if "fine" in text else 0.3)
    full = Named("full", 0.9)
    stage = FirstStageScorer(cheap, full, least=0.05)
    assert engines_of(stage.score(["all fine", "fool", "fine too"])) == ["cheap", "full", "cheap"]
    assert [text for text, _ in full.asked] == ["fool"]


def test_the_first_stage_waves_past_nothing_that_the_cheap_model_is_not_fit_for():
    cheap, full = Named("cheap", 0.0), Named("full", 0.9)
    for doubt in ({"fit": False}, {"cut": True}, {"unavailable": "why"}):
        cheap.answer = lambda text, doubt=doubt: Scores(values={"toxicity": 0.0}, engine="cheap", version="1", **doubt)
        assert engines_of(FirstStageScorer(cheap, full).score(["x"])) == ["full"]


def put_model(store, name):
    made = store.begin(name)
    (made / "model.onnx").write_bytes(b"net")
    card = {
        "format": 1,
        "kind": "detoxify",
        "version": "abc",
        "labels": ["toxicity"],
        "languages": ["en"],
        "encoder": {"file": "model.onnx", "sha256": "2ad8dfbe3f7fdc5c8a31a6a5a1a7a5bd1c3f7d9b"},
    }
    from moderation.scoring.cards import checksum_file

    card["encoder"]["sha256"] = checksum_file(made / "model.onnx")
    (made / "card.json").write_text(json.dumps(card))
    store.finish(made, name)


def test_a_model_can_be_listed_verified_used_and_removed(tmp_path):
    store = ModelStore(tmp_path / "models")
    assert store.list() == []
    assert store.active() == ""
    put_model(store, "mine")
    put_model(store, "other")
    assert [(model.name, model.active) for model in store.list()] == [("mine", False), ("other", False)]
    store.use("mine")
    assert store.active() == "mine"
    with pytest.raises(ModelInUse):
        store.remove("mine")
    store.use("embedded")
    store.remove("mine")
    assert [model.name for model in store.list()] == ["other"]


def test_the_shipped_models_are_compared_with_their_cards(tmp_path, monkeypatch):
    store = ModelStore(tmp_path / "models")
    assert set(store.verify("embedded")) == {"encoder.onnx", "tokenizer.json"}
    assert set(store.verify("ngrams")) == {"ngrams.npz"}
    weights = shutil.copytree(WEIGHTS, tmp_path / "weights")
    monkeypatch.setattr("moderation.scoring.store.WEIGHTS", weights)
    with (weights / "encoder.onnx").open("ab") as network:
        network.write(b"x")
    (weights / "ngrams.npz").unlink()
    with pytest.raises(ModelDamaged, match=r"`encoder.onnx` of model `embedded` is not what"):
        store.verify("embedded")
    with pytest.raises(ModelDamaged, match=r"`ngrams.npz` of model `ngrams` is missing"):
        store.verify("ngrams")


def test_a_damaged_model_cannot_be_chosen_and_the_list_still_shows_it(tmp_path):
    store = ModelStore(tmp_path)
    put_model(store, "mine")
    (tmp_path / "mine" / "model.onnx").write_bytes(b"bent")
    with pytest.raises(Exception, match="not what its card says"):
        store.use("mine")
    assert store.active() == ""
    (tmp_path / "mine" / "card.json").write_text("{}")
    assert store.list()[0].fault


@pytest.mark.parametrize("name", ["../up", "", "UPPER", "a b", "embedded", "ngrams", "incoming", "x" * 50, "-x"])
def test_a_model_cannot_take_a_name_that_leads_elsewhere(tmp_path, name):
    with pytest.raises(NameRefused):
        ModelStore(tmp_path).begin(name)


@pytest.mark.parametrize("name", ["../up", "", "gone"])
def test_what_is_not_there_is_missing(tmp_path, name):
    store = ModelStore(tmp_path)
    for act in (store.path, store.use, store.remove, store.verify):
        with pytest.raises(ModelMissing):
            act(name)


def test_a_name_twice_is_refused(tmp_path):
    store = ModelStore(tmp_path)
    put_model(store, "mine")
    with pytest.raises(NameRefused, match="already"):
        store.begin("mine")


def test_an_unknown_runtime_is_named(tmp_path):
    with pytest.raises(ModelUnusable, match="coffee"):
        open_bare("embedded@coffee", ModelStore(tmp_path))
    with pytest.raises(ModelUnusable, match="not a Detoxify model"):
        open_bare("embedded@detoxify", ModelStore(tmp_path))


def test_an_engine_that_is_not_there_has_failed_with_a_reason(tmp_path):
    engines = Engines(tmp_path)
    scorer = engines.get("gone")
    assert scorer is engines.get("gone")
    with pytest.raises(ScoringUnavailable, match="gone"):
        scorer.score(["a"])
    assert engines.health()["gone"].state is ModelState.FAILED
    engines.close()


def test_without_its_weights_an_engine_says_which_file_is_missing(tmp_path):
    engines = Engines(tmp_path, weights=tmp_path, patience=10)
    for name, file in (("ngrams", "ngrams.json"), ("embedded", "encoder.json")):
        with pytest.raises(ScoringUnavailable, match=file):
            engines.get(name).score(["a"])
    engines.close()


def test_ngrams_is_shared_by_all_who_name_it(tmp_path):
    engines = Engines(tmp_path, patience=10)
    (score,) = engines.get("ngrams").score(["you are an idiot"])
    assert score.engine == "ngrams"
    assert engines.health()["ngrams"].state is ModelState.READY
    engines.close()
    assert open_engine("ngrams", ModelStore(tmp_path)).info.engine == "ngrams"


def test_an_engine_starts_however_little_time_its_callers_have(tmp_path):
    engines = Engines(tmp_path, patience=10, limits=BatchLimits(deadline=0.0))
    assert engines.get("ngrams").wait(10).state is ModelState.READY
    engines.close()


def test_a_first_stage_is_named_by_its_engine(tmp_path):
    store = ModelStore(tmp_path)
    scorer = open_engine("embedded+ngrams", store)
    thanks, abuse = scorer.score(["Thank you for the article", "you are a fucking idiot"])
    assert abuse.engine == "embedded"
    assert thanks.engine in {"ngrams", "embedded"}
    store.use("embedded+ngrams")
    assert store.active() == "embedded+ngrams"
