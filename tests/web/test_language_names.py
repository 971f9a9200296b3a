"""Languages as people call them."""

from __future__ import annotations

import pytest

from moderation.web.language_names import language_name


@pytest.mark.parametrize(
    ("code", "name"),
    [("kn", "Kannada"), ("hi-Latn", "Hindi (Latin)"), ("tcy", "Tulu"), ("kok-Latn", "Konkani (Latin)"), ("xq", "xq")],
)
def test_a_language_has_its_name_and_its_letters(code: str, name: str) -> None:
    assert language_name(code, "en") == name


def test_a_page_in_another_language_names_it_so() -> None:
    assert language_name("kn", "kn") == "ಕನ್ನಡ"
