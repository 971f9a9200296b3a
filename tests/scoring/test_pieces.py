"""A long text is judged in pieces, and all of it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.pieces import LONGEST, OVERLAP, PIECE, cut_pieces, join_pieces
from moderation.vocabulary import Scores, Span


def scores(value: float, *spans: Span, **more: object) -> Scores:
    return Scores({"insult": value, "threat": 1 - value}, "words", "1", spans=spans, factors={"fact": value}, **more)


@given(st.text(alphabet="ab \n", min_size=1, max_size=300), st.integers(1, 60))
def test_pieces_leave_no_word_out_and_are_short(text: str, times: int) -> None:
    whole = (text * times)[:LONGEST]
    seen = {place for start, end in cut_pieces(whole) for place in range(start, end)}
    assert all(place in seen or not whole[place].strip() for place in range(len(whole)))
    assert all(end - start <= PIECE for start, end in cut_pieces(whole))


def test_a_comment_of_the_usual_limit_is_one_piece_and_its_scores_are_untouched() -> None:
    one = scores(0.4, Span(0, 2, "toxicity"))
    assert cut_pieces("x" * 2000) == [(0, 2000)]
    assert join_pieces("x" * 2000, [(0, 2000)], [one]) == one


def test_the_worst_piece_speaks_and_spans_lie_where_they_lie_in_the_text() -> None:
    text = "x" * (2 * PIECE - OVERLAP)
    bounds = cut_pieces(text)
    seam = PIECE - OVERLAP
    parts = [scores(0.9, Span(seam + 5, seam + 9, "toxicity")), scores(0.2, Span(7, 12, "toxicity"), fit=False)]
    joined = join_pieces(text, bounds, parts)
    assert bounds == [(0, PIECE), (seam, len(text))]
    assert (joined.values, joined.factors) == ({"insult": 0.9, "threat": 0.8}, {"fact": 0.9})
    assert joined.spans == (Span(seam + 5, seam + 12, "toxicity"),)
    assert (joined.fit, joined.cut) == (False, False)


def test_a_piece_that_could_not_be_judged_speaks_for_all() -> None:
    away = Scores({}, "words", "1", unavailable="the model is away")
    assert join_pieces("x" * 5000, cut_pieces("x" * 5000), [scores(0.1), away]) == away


def test_what_lies_behind_the_limit_is_cut_and_said_so() -> None:
    text = "x" * (LONGEST + 1)
    bounds = cut_pieces(text)
    assert bounds[-1][1] == LONGEST
    assert join_pieces(text, bounds, [scores(0.1) for _ in bounds]).cut
