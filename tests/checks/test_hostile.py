"""No text makes a check do more than its share: four times the characters are about four times the work.

Work is counted in lines and calls, not in time, so that no busy machine decides; `pytest -s` also prints the slowest checks on 20,000
characters. What no check may need is more than its deadline many times over.
"""

from __future__ import annotations

import contextlib
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from moderation.checks import DEADLINE, ORDER, Check, warm_up
from moderation.checks.reading import find_places, read_text
from moderation.errors import Unavailable
from moderation.vocabulary import ArticleFacts, Author, Comment, Door, Facts, SiteFacts

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
LATIN = "abcdefghijklmnopqrstuvwxyz"
FIRST, SHORT, LONG, WHOLE = 100, 2_000, 8_000, 20_000
MOST = 6.0  # 4 is linear, 16 is quadratic
FEW = 3_000  # what a check does once, whatever the text
FACTS = Facts(
    article=ArticleFacts("a-1", "Council votes", body="the tram line was voted for " * 500, sensitive="minor"),
    site=SiteFacts(
        name="Gazette",
        staff=("Edith Editor",),
        own_domains=("gazette.example",),
        protected_names=("Kamala Devi Shetty", "Asha Kamat", "Ravi Uva"),
        rumours=("the dam will be opened tonight",),
        registered_texts=("a text that somebody else wrote " * 300,),
    ),
)


def words(least: int, most: int, letters: str = LATIN, end: str = " ") -> Callable[[random.Random], str]:
    return lambda rng: "".join(rng.choice(letters) for _ in range(rng.randint(least, most))) + end


HOSTILE: dict[str, Callable[[random.Random], str]] = {
    "one long word": words(1, 1, end=""),
    "one letter": lambda _: "a",
    "letters apart": words(1, 1),
    "letters far apart": words(1, 1, end="    "),
    "letters and words": words(1, 1, end=" b abcdefgh "),
    "letters and dots": words(1, 1, end="."),
    "leet": words(1, 9, "a@4$5s1i!l0o3e7t+*"),
    "masks": lambda rng: words(1, 2, end="")(rng) + "*" * rng.randint(1, 4) + words(1, 2)(rng),
    "stars": lambda _: "*",
    "links": lambda rng: f"http://{words(3, 8, end='')(rng)}.com/{words(3, 8)(rng)}",
    "punycode": lambda rng: f"http://xn--{words(5, 9, end='')(rng)}.com ",
    "percent": lambda _: "http://a.example/%E0%B2%95 ",
    "domains": words(2, 5, end=".com "),
    "www": lambda _: "www.",
    "at signs": words(1, 3, end="@"),
    "addresses": lambda rng: f"{words(3, 6, end='')(rng)}@{words(3, 6, end='')(rng)}.example ",
    "schemes": lambda _: "a://",
    "names": lambda rng: words(4, 7)(rng).title(),
    "digits": words(1, 1, "0123456789", ""),
    "numbers": words(1, 4, "0123456789", "-"),
    "stacked marks": lambda _: "\u0301",
    "marked letters": words(1, 1, end="\u0301\u0323\u0308"),
    "vowel signs": lambda _: "\u093f",
    "invisible": words(1, 1, end="\u200b"),
    "look-alikes": words(3, 8, "аеорсухѕіј"),
    "ligatures": lambda _: "\ufdfa",
    "Kannada": words(3, 8, "ಕಖಗಘಙಚಛಜಝಞಟಠಡಢಣಾಿೀು್"),
    "spaces": lambda _: " ",
    "lines": lambda _: "\n",
    "quotes": lambda _: "'",
    "brackets": lambda _: "(",
    "stretched": lambda rng: rng.choice(LATIN) * rng.randint(3, 9),
    "a listed word": lambda _: "idiot ",
    "a claim": lambda _: "i will tonight ",
    "calls": lambda rng: rng.choice("i you we will kill come gather at his name family school send share win bet".split()) + " ",
    "capitals": words(9, 9, LATIN.upper()),
    "streets": lambda _: "12 main road ",
}  # fmt: skip


def hostile(kind: str, size: int) -> Comment:
    rng, piece, text = random.Random(size), HOSTILE[kind], ""  # no size begins as another does
    while len(text) < size:
        text += piece(rng)
    return Comment(text[:size], Door.API, author=Author("Ravi Pai", "ravi@reader.example"), title="A title")


def look(check: Check, comment: Comment) -> None:
    with contextlib.suppress(Unavailable):  # a check may say that this is no text to look at
        tuple(check.find(comment, FACTS, NOW))


def work(check: Check, comment: Comment) -> int:
    """How many lines a check runs, each turn of a loop one, and how many functions in C it calls."""
    count = 0

    def note(_frame: object, event: str, _what: object) -> object:
        nonlocal count
        count += event in {"line", "c_call"}
        return note

    find_places.cache_clear()
    read_text(comment.text)
    sys.setprofile(note)
    sys.settrace(note)
    try:
        look(check, comment)
    finally:
        sys.settrace(None)
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", HOSTILE)
def test_four_times_the_text_is_about_four_times_the_work(kind: str) -> None:
    warm_up()
    first, short, long, whole = (hostile(kind, size) for size in (FIRST, SHORT, LONG, WHOLE))
    spent: list[tuple[float, str]] = []
    for check in ORDER:
        look(check, first)
        few, many = work(check, short), work(check, long)
        assert many <= MOST * max(few, FEW), (check.NAME, few, many)
        began = time.thread_time()
        look(check, whole)
        spent.append((time.thread_time() - began, check.NAME))
    slowest = sorted(spent, reverse=True)[:3]
    print(f"{kind:16}", *(f"{name} {seconds * 1000:.0f} ms" for seconds, name in slowest))
    assert slowest[0][0] < 20 * DEADLINE
