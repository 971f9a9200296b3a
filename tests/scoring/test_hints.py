"""What context tells the defamation head, and that it tells nothing when there is none."""

import pytest

from moderation.scoring.hints import HINTS, hints_of


@pytest.mark.parametrize(
    ("text", "subjects", "parent", "expected"),
    [
        ("D'Souza took the money.", ("Ronald D'Souza",), "", (1.0, 0.0, 0.0)),
        ("DSOUZA took the money.", ("Ronald D'Souza",), "", (1.0, 0.0, 0.0)),
        ("Shetty's men did it", ("Anil Shetty",), "", (1.0, 0.0, 0.0)),
        ("He took the money.", ("Anil Shetty",), "", (0.0, 1.0, 0.0)),
        ("This corrupt minister took the money.", ("Anil Shetty",), "", (0.0, 1.0, 0.0)),
        ("Avanu dudd thindidane", ("Anil Shetty",), "", (0.0, 1.0, 0.0)),
        ("The road is bad.", ("Anil Shetty",), "", (0.0, 0.0, 0.0)),
        ("Banks were closed.", ("Coastal Bank",), "", (0.0, 0.0, 0.0)),
        ("the city corporation again", ("City Corporation",), "", (1.0, 0.0, 0.0)),
        ("He took it all.", (), "I once worked for Shetty in Udupi.", (0.0, 0.0, 1.0)),
        ("He took it all.", (), "the road is bad.", (0.0, 0.0, 0.0)),
        ("He took it all.", (), "", (0.0, 0.0, 0.0)),
    ],
)
def test_hints_say_whom_the_context_offers(text, subjects, parent, expected):
    assert hints_of(text, subjects, parent) == expected


def test_without_context_every_hint_is_zero():
    assert hints_of("He, that minister Shetty, took the bribe") == (0.0,) * len(HINTS)
