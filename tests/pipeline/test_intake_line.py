"""The line in front of the pipeline."""

from __future__ import annotations

import asyncio
import threading

import pytest

from moderation.intake_line import Intake
from moderation.ports import Arrival, Outcome
from moderation.vocabulary import Comment, Door, Status

ARRIVAL = Arrival("gazette", Comment(text="hello", door=Door.CORAL))


def test_a_caller_that_gives_up_ends_neither_its_comment_nor_the_line() -> None:
    judged, go = [], threading.Event()

    def receive(arrivals: list[Arrival]) -> list[Outcome]:
        go.wait(10)
        judged.extend(arrivals)
        return [Outcome("c", Status.PUBLISHED, 1) for _ in arrivals]

    line = Intake(receive)

    async def wait(seconds: float) -> Outcome:
        return await asyncio.wait_for(asyncio.wrap_future(line.submit(ARRIVAL)), seconds)

    with pytest.raises(TimeoutError):
        asyncio.run(wait(0.05))
    go.set()
    assert asyncio.run(wait(10)).status is Status.PUBLISHED
    assert len(judged) == 2
    line.close()
