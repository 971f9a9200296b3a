import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from moderation.scoring.batching import BatchingScorer, BatchLimits
from moderation.scoring.scorer import EngineInfo, ScoringUnavailable
from moderation.vocabulary import ScoreContext, Scores


class Gate:
    """A scorer that remembers its batches and works only while its gate is open."""

    info = EngineInfo("gate", "1", "", "", ("toxicity",), ("en",))

    def __init__(self, *, is_open=True):
        self.batches = []
        self.contexts = []
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.closed = False
        if is_open:
            self.gate.set()

    def score(self, texts, contexts=None):
        self.entered.set()
        self.batches.append(list(texts))
        self.contexts.append(list(contexts))
        assert self.gate.wait(10)
        if any("poison" in text for text in texts):
            raise RuntimeError("bad text")
        return [Scores(values={"toxicity": float(len(text))}, engine="gate", version="1") for text in texts]

    def close(self):
        self.closed = True


def values(scores):
    return [score.values["toxicity"] for score in scores]


def fill_behind_closed_gate(batcher, inner, texts, pool):
    """Occupy the model with one text, then queue others in order."""
    first = pool.submit(batcher.score, ["busy"])
    assert inner.entered.wait(5)
    later = []
    for count, text in enumerate(texts, start=1):
        later.append(pool.submit(batcher.score, [text]))
        wait_until(lambda count=count: batcher.waiting == count)
    return first, later


def wait_until(condition):
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.002)
    raise AssertionError("it never came to pass")


def test_scores_come_back_in_the_order_of_the_texts():
    batcher = BatchingScorer(Gate())
    assert values(batcher.score(["aaa", "a", "aa"])) == [3, 1, 2]
    assert batcher.score([]) == []
    batcher.close()


def test_what_waits_while_the_model_works_is_scored_together():
    inner = Gate(is_open=False)
    batcher = BatchingScorer(inner, BatchLimits(deadline=10))
    with ThreadPoolExecutor(8) as pool:
        _, later = fill_behind_closed_gate(batcher, inner, ["a", "bb", "cc", "d"], pool)
        inner.gate.set()
        assert [values(job.result(5)) for job in later] == [[1], [2], [2], [1]]
    assert len(inner.batches) == 2
    batcher.close()


def test_an_idle_batcher_does_not_wait_for_company():
    batcher = BatchingScorer(Gate())
    seconds = []
    for _ in range(50):
        started = time.perf_counter()
        batcher.score(["a lone text"])
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.002  # the quickest of fifty: a busy machine slows some, a wait for company would slow all
    batcher.close()


def test_a_batch_holds_the_oldest_text_and_those_nearest_to_it_in_length():
    inner = Gate(is_open=False)
    batcher = BatchingScorer(inner, BatchLimits(characters=60, deadline=10))
    with ThreadPoolExecutor(8) as pool:
        _, later = fill_behind_closed_gate(batcher, inner, ["o" * 12, "x" * 50, "y" * 13, "z" * 11], pool)
        inner.gate.set()
        [job.result(5) for job in later]
    assert {text[0] for text in inner.batches[1]} == {"o", "y", "z"}
    assert [text[0] for text in inner.batches[2]] == ["x"]
    batcher.close()


def test_beyond_the_bound_a_caller_hears_unavailable_at_once():
    inner = Gate(is_open=False)
    batcher = BatchingScorer(inner, BatchLimits(waiting=20, deadline=10))
    with ThreadPoolExecutor(4) as pool:
        _, later = fill_behind_closed_gate(batcher, inner, ["a" * 15], pool)
        with pytest.raises(ScoringUnavailable, match="too many"):
            batcher.score(["b" * 15])
        inner.gate.set()
        assert values(later[0].result(5)) == [15]
    batcher.close()


def test_a_caller_past_its_deadline_hears_unavailable_and_leaves_the_queue():
    inner = Gate(is_open=False)
    batcher = BatchingScorer(inner, BatchLimits(deadline=0.05))
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(batcher.score, ["busy"])
        assert inner.entered.wait(5)
        with pytest.raises(ScoringUnavailable, match="in time"):
            batcher.score(["late"])
        assert batcher.waiting == 0
        with pytest.raises(ScoringUnavailable):
            first.result(5)
    inner.gate.set()
    assert values(batcher.score(["again"])) == [5]
    assert ["late"] not in inner.batches
    batcher.close()


def test_a_long_text_is_late_alone_whatever_stood_before_it():
    class Slow(Gate):
        def score(self, texts, contexts=None):
            if any(len(text) > 100 for text in texts):
                assert self.gate.wait(10)
            return [Scores(values={"toxicity": float(len(text))}, engine="gate", version="1") for text in texts]

    inner = Slow(is_open=False)
    batcher = BatchingScorer(inner, BatchLimits(characters=120, deadline=2))
    long, short, other = batcher.score(["l" * 101, "short", "others"])
    assert long.unavailable == "the model did not answer in time"
    assert not long.values
    assert values([short, other]) == [5, 6]
    assert batcher.waiting == 0
    inner.gate.set()
    assert values(batcher.score(["again"])) == [5]
    batcher.close()


def test_a_text_that_breaks_the_model_does_not_take_its_neighbours_with_it():
    inner = Gate()
    batcher = BatchingScorer(inner)
    good, bad, also_good = batcher.score(["good", "poison", "fine"])
    assert values([good, also_good]) == [4, 4]
    assert bad.unavailable
    assert not bad.values
    assert "poison" not in bad.unavailable
    batcher.close()


def test_context_stays_with_its_text():
    inner = Gate()
    batcher = BatchingScorer(inner)
    context = ScoreContext(subjects=("A B",))
    batcher.score(["a", "b"], [None, context])
    assert dict(zip(inner.batches[0], inner.contexts[0], strict=True)) == {"a": None, "b": context}
    batcher.close()


def test_closing_refuses_what_waits_and_closes_the_model():
    inner = Gate(is_open=False)
    batcher = BatchingScorer(inner, BatchLimits(deadline=10))
    with ThreadPoolExecutor(4) as pool:
        _, later = fill_behind_closed_gate(batcher, inner, ["a"], pool)
        inner.gate.set()
        batcher.close()
        for job in later:
            with contextlib.suppress(ScoringUnavailable):
                assert values(job.result(5)) == [1]
    assert inner.closed
    with pytest.raises(ScoringUnavailable):
        batcher.score(["x"])
