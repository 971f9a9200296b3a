"""How long the checks take: `python bench/checks.py [--words 10000] [--rounds 3000]`.

Prints for a comment of 60 words, read anew each time, the time of all checks and of each (p50, p99; one core), with the
listed words filled up to 10,000 by a site's own; how long loading the lists takes; the rate of the matcher's automaton on
normalised text and of the whole matcher; and memory. The goal stands beside each figure.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from moderation.checks import ORDER, run_checks, warm_up
from moderation.checks.matcher import Matcher
from moderation.checks.phrases import heard_cues
from moderation.checks.reading import read_language, read_text
from moderation.checks.word_lists import Tier, shipped_words, site_words
from moderation.checks.words import matcher_for, shipped_matcher
from moderation.vocabulary import Article, Author, Comment, Door, Facts, Sender, SiteFacts

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
    """Milliseconds, p50 and p99; nothing that was read before is kept."""
    times = []
    for _ in range(rounds):
        for kept in (read_text, read_language, heard_cues):
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


def report_rate(words: int) -> None:
    site = site_with(words)
    matcher = Matcher([*shipped_words(), *site_words(site.block, Tier.BLOCK)])
    normal = read_text(TEXTS["plain English"]).normal * 3000
    started = time.perf_counter()
    matcher._automaton.find_matches_as_indexes(normal, overlapping=True)  # noqa: SLF001 - the part with a goal of its own
    rate = len(normal) / (time.perf_counter() - started) / 1e6
    print(f"automaton on normalised text, {words} words: {rate:.0f} MB/s   (goal 20 MB/s)")
    reading = read_text(TEXTS["plain English"])
    times = []
    for _ in range(500):
        started = time.perf_counter()
        matcher.find(reading)
        times.append(time.perf_counter() - started)
    print(f"whole matcher, disguises and masks too: {len(reading.text) / statistics.median(times) / 1e6:.1f} MB/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3000)
    given = parser.parse_args()
    report_lists(given.words)
    warm_up()
    shipped_matcher()
    facts = Facts(site=site_with(given.words))
    matcher_for(facts.site)
    report_checks(facts, given.rounds)
    report_rate(given.words)
    print(f"memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
