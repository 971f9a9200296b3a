"""How long deciding and replaying take: `python -m bench.policy [--comments 100000] [--workers 2]`.

Prints the time of one decision under 20 rules and under the default policy (p50, p99) when every rule is asked and when
comments like it were decided before, of writing and reading a record, and the rate of a replay without its database, with
memory (`bench.replay` has the whole). Comments are drawn with a fixed seed: most are harmless, one in seven fires a rule.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from moderation.checks.catalogue import CHECKS
from moderation.policy import Policy, decide, load_policy
from moderation.policy.files import policy_path
from moderation.policy.record import decode_input, encode_input
from moderation.policy.replay import Past
from moderation.policy.replay_pool import replay_all
from moderation.policy.replay_report import report
from moderation.vocabulary import (
    Action,
    ArticleFacts,
    AuthorFacts,
    CommentFacts,
    DecisionInput,
    Field,
    Label,
    Scores,
    SenderFacts,
    Signal,
    Span,
)

START = datetime(2026, 10, 1, tzinfo=UTC)
PART = 5000


def draw_input(draw: random.Random, number: int) -> DecisionInput:
    harmful = draw.random() < 1 / 7
    values = {label: round(draw.random() if harmful else 0.2 * draw.random() ** 3, 5) for label in Label}
    scores = Scores(values, "encoder", "1.0", "ab12cd34", "c1", dict(values), (Span(3, 12, "insult"),), "en")
    signals = [Signal("links", value=1, field=Field.TEXT, spans=(Span(10, 40, "link"),)), Signal("language", "en")]
    if harmful and draw.random() < 0.3:
        signals.append(Signal("suspect_words", 1, Field.TEXT, (Span(0, 5, "suspect"),)))
    return DecisionInput(
        START + timedelta(seconds=number * 2),
        tuple(signals),
        {Field.TEXT: scores},
        CommentFacts(
            draw.randrange(20, 1500), draw.randrange(4, 250), 2, door="api", language=draw.choice(("en", "kn"))
        ),
        AuthorFacts(known=True, published=draw.randrange(90)),
        ArticleFacts(f"a{number % 500}", "A headline of usual length", draw.choice(("city", "sport")), age_days=0.5),
        SenderFacts("reported_by_site", others_on_address=1),
    )


def past(count: int, policy: Policy) -> Iterator[list[Past]]:
    """Stored comments in parts: 50,000 different ones, repeated under new ids."""
    draw = random.Random(7)
    inputs = [draw_input(draw, number) for number in range(min(count, 50_000))]
    kept = [(encode_input(one), decide(policy, one).action) for one in inputs]
    for first in range(0, count, PART):
        yield [
            Past(f"c{number}", *kept[number % len(kept)], Action.PUBLISH if number % 9 == 0 else None)
            for number in range(first, min(first + PART, count))
        ]


def decide_anew(policy: Policy, given: DecisionInput) -> None:
    """Decide with nothing remembered of comments like it."""
    policy.rules_for(given.article.section).regions.forget()
    decide(policy, given)


def timed(work: Callable[[DecisionInput], object], inputs: list[DecisionInput]) -> str:
    took = []
    for one in inputs:
        start = time.perf_counter()
        work(one)
        took.append((time.perf_counter() - start) * 1e6)
    return f"p50 {statistics.median(took):6.1f} us   p99 {sorted(took)[int(len(took) * 0.99)]:6.1f} us"


def twenty_rules(text: str) -> Policy:
    """The default policy cut to its first 20 rules; grounds that lose their rules are judged by people."""
    head, _, rules = text.partition("\nrules:\n")
    kept = "  - id: ".join(rules.split("  - id: ")[:21])
    head = head.replace("    discriminatory:\n", "    discriminatory:\n      judged_by: people\n")
    for ground in ("infringing", "misleading", "identity", "length", "spam", "other"):
        head = head.replace(f"    {ground}:\n", f"    {ground}:\n      judged_by: people\n")
    return load_policy(f"{head}\nrules:\n{kept}", path="twenty", checks=CHECKS)


def cpu_seconds() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in uses)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--comments", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    text = policy_path("default").read_text(encoding="utf-8")
    default, twenty = load_policy(text, path="default", checks=CHECKS), twenty_rules(text)
    draw = random.Random(3)
    inputs = [draw_input(draw, number) for number in range(5000)]
    records = [encode_input(one) for one in inputs]
    for policy in (twenty, default):
        count = len(policy.rules.rules)
        print(f"{f'ask {count} rules':<24}", timed(lambda one, policy=policy: decide_anew(policy, one), inputs))
        print(f"{f'decide, {count} rules':<24}", timed(lambda one, policy=policy: decide(policy, one), inputs))
    print(f"{'write a record':<24}", timed(encode_input, inputs))
    print(f"{'read a record':<24}", timed(decode_input, records))  # type: ignore[arg-type]
    print(f"{'bytes of a record':<24} mean {statistics.mean(map(len, records)):.0f}")
    stricter = load_policy(text.replace("likely: 0.6,", "likely: 0.5,"), path="stricter", checks=CHECKS)
    stored = past(asked.comments, default)
    start, cpu = time.perf_counter(), cpu_seconds()
    found = report(replay_all(stricter, stored, list, checks=CHECKS, workers=asked.workers))
    took = time.perf_counter() - start
    used = cpu_seconds() - cpu
    rate = f"{found.total / took:,.0f}/s, {used / found.total * 1e6:.0f} us of processor time each"
    print(f"replay of {found.total:,} comments by {asked.workers} processes: {took:.1f} s, {rate}")
    own, theirs = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"memory: {own:.0f} MB here, {theirs:.0f} MB in the largest process")


if __name__ == "__main__":
    sys.exit(main())
