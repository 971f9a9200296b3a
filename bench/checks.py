"""How long the checks take: `python bench/checks.py [--words 10000] [--rounds 3000] [--data DIR]`.

Prints for a comment of 60 words, read anew each time, the time of all checks and of each (p50, p99; one core), with the
listed words filled up to 10,000 by a site's own; how long loading the lists takes; the rates of folding, of the automaton, of
the matcher on normalised text (boundaries, endings, places), and of the same with every disguise undone; and memory. Rates are
over the comments of the demo site, and over 2,000 dev comments where `DIR` holds them. Goals stand beside the figures.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TypeVar

from moderation.checks import ORDER, run_checks, warm_up
from moderation.checks.matcher import Matcher
from moderation.checks.phrases import heard_cues
from moderation.checks.reading import read_text
from moderation.checks.word_lists import Tier, shipped_words, site_words
from moderation.checks.words import matcher_for, shipped_matcher
from moderation.text.language import guess_language
from moderation.vocabulary import Article, Author, Comment, Door, Facts, Sender, SiteFacts

T = TypeVar("T")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TEXTS = {
    "plain English": (
        "The minister said that the road from Panaji to Margao will be finished by March, but nobody believes him any more."
        " We have heard the same promise for six years, and every monsoon the bridge is under water again. Why does the"
        " government not publish the contract, so that people can see who was paid, and for what work? We deserve it."
    ),
    "with disguises": (
        "What an 1d10t of a minister, he said that the r0ad from Panaji to Margao will be fin!shed by March but nobody"
        " bel1eves him any more!!! We have heard the same b*llsh*t promise for six years and every monsoon the bridge is"
        " under water again. Soooo sad, call 98450 12345 or see www.example.org/road for the f.u.l.l story, friends. OK"
    ),
    "Kannada": (
        "ಪಣಜಿಯಿಂದ ಮಡಗಾಂವ್ ರಸ್ತೆ ಮಾರ್ಚ್ ಒಳಗೆ ಮುಗಿಯುತ್ತದೆ ಎಂದು ಸಚಿವರು ಹೇಳಿದ್ದಾರೆ ಆದರೆ ಯಾರೂ ಅವರನ್ನು ನಂಬುವುದಿಲ್ಲ "
        "ಆರು ವರ್ಷಗಳಿಂದ ನಾವು ಅದೇ ಭರವಸೆ ಕೇಳುತ್ತಿದ್ದೇವೆ ಪ್ರತಿ ಮಳೆಗಾಲದಲ್ಲಿ ಸೇತುವೆ ನೀರಿನ ಅಡಿಯಲ್ಲಿ ಇರುತ್ತದೆ ಸರ್ಕಾರ ಒಪ್ಪಂದವನ್ನು "
    )
    * 2,
}


def site_with(words: int) -> SiteFacts:
    draw = random.Random(5)
    missing = max(0, words - len({word.text for word in shipped_words()}))
    own = {"".join(draw.choices("abcdefghijklmnoprstuvwy", k=draw.randrange(4, 11))) for _ in range(missing)}
    return SiteFacts(name="The Daily Shore", staff=("Maria Lobo", "Anil Kamat"), block=tuple(sorted(own)))


def clock(call: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Milliseconds, p50 and p99; no reading is kept from one round to the next, only which tokens are plain."""
    times = []
    for _ in range(rounds):
        for kept in (read_text, guess_language, heard_cues):
            kept.cache_clear()
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99)]


def report_checks(facts: Facts, rounds: int) -> None:
    for name, text in TEXTS.items():
        comment = Comment(
            text,
            Door.API,
            Article("1", title="Road delayed again"),
            Author("Ravi Naik", "ravi@example.org"),
            Sender(),
            "Who will pay?",
        )
        p50, p99 = clock(lambda comment=comment: run_checks(comment, facts, NOW), rounds)
        goal = "   (goal p50 0.5 ms)" if name == "plain English" else ""
        print(f"all checks, {name}, {len(text.split())} words: p50 {p50:.3f} ms, p99 {p99:.3f} ms{goal}")
        if name == "plain English":
            report_each(comment, facts, rounds // 10)


def report_each(comment: Comment, facts: Facts, rounds: int) -> None:
    parts = []
    for check in ORDER:
        p50, _ = clock(lambda check=check: tuple(check.find(comment, facts, NOW)), rounds)
        parts.append((p50, check.NAME))
    listed = ", ".join(f"{name} {p50 * 1000:.0f}" for p50, name in sorted(parts, reverse=True)[:8])
    print(f"  slowest alone, folding included, µs: {listed}")


def report_lists(words: int) -> None:
    shipped_words.cache_clear()
    started = time.perf_counter()
    listed = shipped_words()
    read = time.perf_counter()
    Matcher(listed)
    built = time.perf_counter()
    print(f"lists: {len({w.text for w in listed})} words read in {(read - started) * 1000:.0f} ms, matcher built in "
          f"{(built - read) * 1000:.0f} ms   (goal 50 ms)")  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    matcher_for(site_with(words))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"a site's matcher of {words} words: {(after - before) / 1024:.1f} MiB")


def demo_comments() -> list[str]:
    lines = (resources.files("moderation") / "demo" / "comments.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def report_rates(words: int, texts: list[str], whose: str) -> None:
    """The matcher in megabytes (UTF-8) a second: over comments one after another, as they come."""
    listed = [*shipped_words(), *site_words(site_with(words).block, Tier.BLOCK)]
    print(f"{whose}, {statistics.mean(map(len, texts)):.0f} characters, {words} words:")
    normal = read_text(TEXTS["plain English"]).normal * 3000
    readings = [read_text(text) for text in texts]
    matcher = Matcher(listed)
    written, folds = sum(len(r.normal.encode()) for r in readings), sum(len(text.encode()) for text in texts)
    # Private parts are timed on purpose: each has a figure of its own, and the whole is none of them.
    automaton = matcher._automaton  # noqa: SLF001
    rows = (
        ("automaton alone, on one long text", len(normal), [normal], automaton.find_matches_as_indexes),
        ("matcher on normalised text", written, readings, matcher._written),  # noqa: SLF001
        ("the same and every disguise undone, tokens met before", written, readings, matcher.find),
        ("folding of comments", folds, texts, read_text.__wrapped__),
    )
    first = rate_of(readings, matcher.find, written)
    for name, size, given, call in rows:
        best = max(rate_of(given, call, size) for _ in range(15))
        print(f"  {name}: {best:.1f} MB/s" + ("   (goal 20 MB/s)" if name == "matcher on normalised text" else ""))
    print(f"  every disguise undone, each token met for the first time: {first:.1f} MB/s")


def rate_of(given: Sequence[T], call: Callable[[T], object], size: int) -> float:
    """Megabytes a second of one run over what is given."""
    started = time.perf_counter()
    for one in given:
        call(one)
    return size / (time.perf_counter() - started) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3000)
    parser.add_argument("--data", type=Path, default=None)
    given = parser.parse_args()
    report_lists(given.words)
    warm_up()
    shipped_matcher()
    facts = Facts(site=site_with(given.words))
    matcher_for(facts.site)
    report_checks(facts, given.rounds)
    report_rates(given.words, demo_comments(), "the demo site's comments")
    if given.data:
        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
        from bench.scoring import read_comments

        report_rates(given.words, *read_comments(given.data, 2000))
    print(f"memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
