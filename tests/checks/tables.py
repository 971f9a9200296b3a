"""The tables of evasions and innocents: how they are read, and how many of each family are hit."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moderation.checks.reading import read_text
from moderation.checks.words import shipped_matcher

HERE = Path(__file__).parent
EVASIONS = "evasions.txt"
INNOCENTS = "innocents.txt"
WAVES = ("tuned", "first wave", "second wave")


@dataclass(frozen=True)
class Rate:
    """How many rows of a family are hit."""

    family: str
    wave: str
    hit: int
    rows: int


def rows(name: str) -> Iterator[tuple[str, str, str]]:
    """Family, wave and text of each row of a table."""
    family = wave = ""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            family, _, wave = line.removeprefix("== ").removesuffix(")").rpartition(" (")
        elif line and not line.startswith("# "):
            yield family, wave, line


def is_hit(text: str) -> bool:
    """Whether a listed word is found in a text."""
    return bool(shipped_matcher().find(read_text(text)))


def rates(name: str) -> list[Rate]:
    """The families of a table in their order."""
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    for family, wave, text in rows(name):
        hit, total = counted.get((family, wave), (0, 0))
        counted[family, wave] = (hit + is_hit(text), total + 1)
    return [Rate(family, wave, *count) for (family, wave), count in counted.items()]


def share(name: str, wave: str) -> tuple[int, int]:
    """Of a wave: rows that are hit, and rows."""
    chosen = [rate for rate in rates(name) if rate.wave == wave]
    return sum(rate.hit for rate in chosen), sum(rate.rows for rate in chosen)
