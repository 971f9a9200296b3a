"""Texts that are only scored: a long one is answered by a model that is no faster than it is, and holds no comment up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.api.examine import NO_WORDS, TooSlow, examine
from moderation.scoring.batching import BatchingScorer, BatchLimits
from moderation.scoring.scorer import ScoringUnavailable
from moderation.vocabulary import Comment, Door, Field, ScoreContext, Scores
from tests.doors.serving import SevenWords
from tests.factories import World, make_world

DEADLINE = 0.9
LONG = ("The tram stops here. " * 1000)[:20_475] + "idiot"


class Slow(SevenWords):
    """Takes its time for every letter: longer for a long text than anybody waits."""

    def _one(self, text: str) -> Scores:
        time.sleep(len(text) / 18_000)
        return super()._one(text)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, scorer=BatchingScorer(Slow(), BatchLimits(deadline=DEADLINE)))
    yield made
    made.close()


def one_by_one(world: World, text: str) -> Scores:
    (found,) = world.service.pipeline.score([("gazette", Comment(text=text, door=Door.API), ScoreContext())])
    return found[Field.TEXT]


def test_20480_bytes_are_judged_to_their_last_word_though_no_deadline_holds_them(world: World) -> None:
    assert one_by_one(world, LONG).unavailable, "in one piece it takes longer than the deadline"
    (found,) = examine(world.service, "gazette", [LONG], seconds=60)
    assert (found.unavailable, found.cut, found.values["insult"]) == ("", False, 0.93)


def test_a_comment_that_comes_meanwhile_is_judged_between_two_parts(world: World) -> None:
    told: list[Scores] = []
    asking = threading.Thread(target=lambda: told.extend(examine(world.service, "gazette", [LONG] * 2, seconds=60)))
    asking.start()
    time.sleep(0.1)
    meanwhile = [one_by_one(world, f"A fair report, number {n}.") for n in range(3)]
    assert asking.is_alive()
    assert [one.unavailable for one in meanwhile] == ["", "", ""]
    asking.join()
    assert len(told) == 2


class Busy(SevenWords):
    """On a machine that does something else for a while: its next answers come too late."""

    late = 0

    def score(self, texts, contexts=None):
        if self.late:
            self.late -= 1
            time.sleep(3 * DEADLINE / 2)
        return super().score(texts, contexts)


def test_a_part_that_a_busy_machine_answers_late_is_asked_again_while_somebody_waits(tmp_path: Path) -> None:
    scorer = Busy()
    made = make_world(tmp_path, scorer=BatchingScorer(scorer, BatchLimits(deadline=DEADLINE)))
    scorer.late = 1
    assert one_by_one(made, "a fair report").unavailable
    scorer.late = 1
    (found,) = examine(made.service, "gazette", ["You idiot"], seconds=60)
    assert (found.unavailable, found.values["insult"]) == ("", 0.93)
    scorer.late = 100
    with pytest.raises(TooSlow):
        examine(made.service, "gazette", ["You idiot"], seconds=0.1)
    scorer.late = 0
    made.close()


def test_work_ends_when_nobody_waits_for_it_or_the_model_is_away(world: World) -> None:
    with pytest.raises(TooSlow):
        examine(world.service, "gazette", [LONG] * 50, seconds=0.3)
    world.service.scorers.main.close()
    with pytest.raises(ScoringUnavailable):
        examine(world.service, "gazette", ["short"] * 3, seconds=60)


def test_a_text_without_words_has_no_scores_and_no_complaint(world: World) -> None:
    blank, words = examine(world.service, "gazette", [" \n ", "You idiot"], seconds=60)
    assert (blank.values, blank.unavailable) == ({}, NO_WORDS)
    assert words.values["insult"] == 0.93
