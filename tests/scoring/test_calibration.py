import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.calibration import Calibration, Likelihood, make_curve, say_likelihood, sigmoid


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "unlikely"),
        (0.249, "unlikely"),
        (0.25, "possible"),
        (0.5, "likely"),
        (0.799, "likely"),
        (0.8, "very_likely"),
        (1, "very_likely"),
    ],
)
def test_words_begin_at_fixed_probabilities(probability, word):
    assert say_likelihood(probability) == Likelihood(word)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_calibration_never_changes_the_order(logits):
    calibration = Calibration("1", {"toxicity": make_curve([-4, 0, 4], [0.02, 0.4, 0.97])})
    given_logits = np.sort(np.array(logits))
    for label in ("toxicity", "without a curve"):
        values = calibration.apply(label, given_logits)
        assert (np.diff(values) >= 0).all()
        assert ((values >= 0) & (values <= 1)).all()


def test_a_label_without_a_curve_keeps_its_own_probability():
    assert Calibration().apply("x", np.array([0.0])).tolist() == [0.5]


def test_sigmoid_is_finite_at_the_ends_of_numbers():
    assert sigmoid(np.array([-1e308, 0.0, 1e308])).tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([0], [0.5]),
        ([0, 1], [0.5]),
        ([0, 0], [0.1, 0.2]),
        ([0, 1], [0.5, 0.4]),
        ([0, 1], [0.5, 1.1]),
        ([0, 1], [-0.1, 1.0]),
        ([0, float("nan")], [0.1, 0.2]),
        ([0, float("inf")], [0.1, 0.2]),
    ],
)
def test_a_curve_that_does_not_rise_from_nought_to_one_is_refused(x, y):
    with pytest.raises(ValueError, match=r"curve|knot"):
        make_curve(x, y)
