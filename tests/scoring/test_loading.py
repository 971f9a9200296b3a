import threading
import time

import pytest

from moderation.scoring.batching import BatchingScorer, BatchLimits
from moderation.scoring.loading import LoadingScorer, ModelState, warm_up
from moderation.scoring.scorer import EngineInfo, ModelDamaged, ModelUnusable, ScoringUnavailable
from moderation.vocabulary import Scores


class Plain:
    info = EngineInfo("plain", "3", "c0ffee", "k", ("toxicity",), ("en",))

    def __init__(self, value=0.5):
        self.value = value
        self.closed = threading.Event()

    def score(self, texts, contexts=None):
        return [Scores(values={"toxicity": self.value}, engine="plain", version="3") for _ in texts]

    def close(self):
        self.closed.set()


def test_a_model_becomes_ready_and_then_speaks():
    loading = LoadingScorer(Plain)
    assert loading.wait(5).state is ModelState.READY
    assert loading.score(["a"])[0].values == {"toxicity": 0.5}
    assert loading.info.version == "3"
    loading.close()


def test_while_it_loads_a_caller_waits_only_so_long():
    gate = threading.Event()

    def open_slowly():
        assert gate.wait(10)
        return Plain()

    loading = LoadingScorer(open_slowly, name="slow", patience=0.02)
    assert loading.health.state is ModelState.LOADING
    assert loading.info.engine == "slow"
    with pytest.raises(ScoringUnavailable, match="loading"):
        loading.score(["a"])
    gate.set()
    assert loading.wait(5).state is ModelState.READY
    assert loading.score(["a"])
    loading.close()


def test_a_caller_gets_its_score_when_the_model_arrives_within_its_patience():
    gate = threading.Event()

    def open_slowly():
        assert gate.wait(10)
        return Plain()

    loading = LoadingScorer(open_slowly, patience=10)
    threading.Timer(0.05, gate.set).start()
    assert loading.score(["a"])
    loading.close()


def test_a_damaged_model_has_failed_and_the_reason_is_told():
    def damaged():
        raise ModelDamaged("the model file `w.onnx` has checksum `1`, its card says `2`")

    loading = LoadingScorer(damaged)
    health = loading.wait(5)
    assert (health.state, "w.onnx" in health.reason) == (ModelState.FAILED, True)
    with pytest.raises(ScoringUnavailable, match=r"w\.onnx"):
        loading.score(["a"])


def test_a_strange_error_is_told_by_its_kind_only():
    def strange():
        raise OSError("secret words of a library")

    health = LoadingScorer(strange).wait(5)
    assert "OSError" in health.reason
    assert "secret" not in health.reason


def test_a_failed_model_is_tried_again_when_it_is_asked_for_but_not_at_once():
    now = [0.0]
    tries = []

    def mended_later():
        tries.append(1)
        if len(tries) == 1:
            raise ModelDamaged("gone")
        return Plain()

    loading = LoadingScorer(mended_later, retry_after=10, patience=5, clock=lambda: now[0])
    loading.wait(5)
    with pytest.raises(ScoringUnavailable, match="gone"):
        loading.score(["a"])
    assert len(tries) == 1
    now[0] = 11
    assert loading.score(["a"])
    assert len(tries) == 2
    loading.close()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_model_whose_warm_up_is_not_a_number_is_refused(value):
    with pytest.raises(ModelUnusable):
        warm_up(Plain(value))


def test_closing_while_it_loads_closes_the_model_when_it_comes():
    gate = threading.Event()
    model = Plain()

    def open_slowly():
        assert gate.wait(10)
        return model

    loading = LoadingScorer(open_slowly)
    loading.close()
    gate.set()
    assert model.closed.wait(5)
    with pytest.raises(ScoringUnavailable):
        loading.score(["a"])


def test_a_model_that_cannot_be_warmed_is_closed():
    model = Plain(float("nan"))
    assert LoadingScorer(lambda: model).wait(5).state is ModelState.FAILED
    assert model.closed.is_set()


def test_a_slow_warm_up_is_no_fault_of_the_model():
    class Slow(Plain):
        def score(self, texts, contexts=None):
            time.sleep(0.1)
            return super().score(texts)

    loading = LoadingScorer(Slow, wrap=lambda warm: BatchingScorer(warm, BatchLimits(deadline=0.02)))
    assert loading.wait(5).state is ModelState.READY
    with pytest.raises(ScoringUnavailable, match="in time"):
        loading.score(["a"])
    loading.close()
