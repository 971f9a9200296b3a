"""Spans keep their meaning in every unit."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from moderation.text.spans import clip_spans, from_utf16, merge_spans, to_utf16
from moderation.vocabulary import Span

ANY_TEXT = st.text(st.characters(), max_size=60)
SPANS = st.lists(st.builds(Span, st.integers(-5, 70), st.integers(-5, 70), st.sampled_from("ab")), max_size=12)


def test_an_emoji_before_a_word_moves_it_by_two_units():
    assert to_utf16("😀 bad", [Span(2, 5, "x")]) == (Span(3, 6, "x"),)
    assert from_utf16("😀 bad", [Span(3, 6, "x")]) == (Span(2, 5, "x"),)


def test_a_span_that_cuts_a_surrogate_pair_takes_all_of_it():
    assert from_utf16("a😀b", [Span(0, 2, "x")]) == (Span(0, 2, "x"),)
    assert from_utf16("a😀b", [Span(2, 4, "x")]) == (Span(1, 3, "x"),)


@given(ANY_TEXT, SPANS)
def test_there_and_back_is_the_clipped_span(text, spans):
    assert from_utf16(text, to_utf16(text, spans)) == clip_spans(spans, len(text))


@given(SPANS)
def test_merged_spans_cover_the_same_places_and_never_touch(spans):
    spans = clip_spans(spans, 60)
    merged = merge_spans(spans)

    def cover(group):
        return {
            (label, at) for start, end, label in ((s.start, s.end, s.label) for s in group) for at in range(start, end)
        }

    assert cover(merged) == cover(spans)
    for label in "ab":
        own = [s for s in merged if s.label == label]
        assert all(first.end < second.start for first, second in itertools.pairwise(own))


def test_spans_of_other_labels_stay_apart():
    assert merge_spans([Span(0, 3, "b"), Span(1, 4, "a")]) == (Span(0, 3, "b"), Span(1, 4, "a"))
