"""Pieces of work on lanes: in order, truly side by side, and split so that no lane stays idle."""

import threading

import numpy as np
import pytest

from moderation.scoring.lanes import Lanes
from moderation.scoring.onnx_rows import Padding, run_rows


@pytest.fixture
def two_lanes():
    lanes = Lanes(2)
    yield lanes
    lanes.close()


class Echo:
    """A session whose outputs are its inputs, and that notes the shapes it was asked for."""

    def __init__(self):
        self.shapes = []

    def run(self, inputs):
        self.shapes.append(inputs["input_ids"].shape)
        return {"tokens": inputs["input_ids"].astype(np.float32), "first": inputs["input_ids"][:, 0].astype(np.float32)}


def test_pieces_come_back_in_order_and_two_of_them_run_side_by_side(two_lanes):
    both = threading.Barrier(2, timeout=30)
    assert two_lanes.map(lambda piece: (both.wait(), piece)[1], [3, 1]) == [3, 1]


def test_a_single_piece_stays_on_the_thread_that_asks(two_lanes):
    assert two_lanes.map(lambda _: threading.get_ident(), ["one"]) == [threading.get_ident()]


def test_a_fault_on_a_lane_reaches_who_asked(two_lanes):
    with pytest.raises(ZeroDivisionError):
        two_lanes.map(lambda piece: 1 // piece, [1, 0])


def test_without_a_number_there_is_a_lane_for_each_core():
    lanes = Lanes()
    assert lanes.count >= 1
    lanes.close()


@pytest.mark.parametrize(("rows", "shapes"), [(1, [(1, 16)]), (2, [(1, 16)] * 2), (5, [(1, 16), (2, 16), (2, 16)])])
def test_few_rows_are_shared_among_the_lanes(two_lanes, rows, shapes):
    session, given = Echo(), [[row + 1] * 12 for row in range(rows)]
    found = run_rows(session, given, Padding(16, 0), lanes=two_lanes)
    assert [one["first"] for one in found] == [row + 1 for row in range(rows)]
    assert sorted(session.shapes) == shapes


def test_a_batch_stays_within_the_budget_and_the_longest_goes_first():
    session = Echo()
    run_rows(session, [[1] * 10] * 5 + [[2] * 40], Padding(16, 0), budget=32)
    assert session.shapes == [(1, 48), (2, 16), (2, 16), (1, 16)]
