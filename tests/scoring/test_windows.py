import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.windows import LONGEST, count_windows, cut_text, shorten, take_worst, unite_spans
from moderation.vocabulary import Span


@given(st.integers(0, 5000), st.integers(2, 300), st.data())
def test_windows_cover_every_place_and_neighbours_share_the_overlap(length, size, data):
    overlap = data.draw(st.integers(0, size - 1))
    windows = count_windows(length, size, overlap)
    covered = set()
    for start, end in windows:
        assert 0 <= start <= end <= length
        assert end - start <= size
        covered |= set(range(start, end))
    assert covered == set(range(length))
    assert all(right[0] == left[1] - overlap for left, right in itertools.pairwise(windows) if left[1] < length)


def test_windows_that_overlap_wholly_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        count_windows(100, 10, 10)


@given(st.text(alphabet="ab \n", max_size=400))
def test_text_windows_leave_no_letter_out(text):
    seen = [False] * len(text)
    for start, end in cut_text(text, 50, 20):
        for place in range(start, end):
            seen[place] = True
    assert all(seen)


def test_a_text_window_ends_at_a_blank_when_one_is_near():
    text = "word " * 60
    for start, end in cut_text(text, 52, 20)[:-1]:
        assert text[end] == " "
        assert start == 0 or text[start] == " "


def test_a_text_beyond_the_limit_is_cut_and_says_so():
    assert shorten("a" * LONGEST) == ("a" * LONGEST, False)
    text, cut = shorten("a" * (LONGEST + 1))
    assert (len(text), cut) == (LONGEST, True)


def test_the_worst_window_of_each_label_speaks():
    values = np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.3]])
    assert take_worst(values, [2, 1]).tolist() == [[0.8, 0.9], [0.3, 0.3]]


def test_spans_that_touch_or_are_parted_by_blanks_are_one_per_label():
    text = "you stupid  idiot, go"
    spans = [Span(12, 17, "a"), Span(4, 10, "a"), Span(4, 8, "a"), Span(0, 3, "b"), Span(19, 21, "a")]
    assert unite_spans(spans, text) == (Span(0, 3, "b"), Span(4, 17, "a"), Span(19, 21, "a"))


def test_no_spans_unite_to_none():
    assert unite_spans([], "text") == ()
