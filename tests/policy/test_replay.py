"""What a policy would have made of comments that were decided before."""

from __future__ import annotations

import json
import random
from datetime import timedelta

from moderation.checks.catalogue import CHECKS as CATALOGUE
from moderation.policy import Policy, load_policy
from moderation.policy.files import policy_path
from moderation.policy.record import encode_input
from moderation.policy.replay import Past, Tally, replay
from moderation.policy.replay_pool import replay_all
from moderation.policy.replay_report import report
from moderation.policy.replay_words import report_data, report_lines
from moderation.vocabulary import Action, ArticleFacts, CommentFacts, DecisionInput, Field, Signal
from tests.policy.factories import CHECKS, NOW, policy, rule, scores

OLD = policy(rule("score.insult >= possible"))
NEW = policy(rule("score.insult >= likely"), rule("check.block_word", "word", "reject"))


def past(number: int, insult: float, old: Action, verdict: Action | None = None, word: bool = False) -> Past:
    given = DecisionInput(
        NOW + timedelta(minutes=number),
        (Signal("block_word", value=word),),
        {Field.TEXT: scores(insult=insult)},
        CommentFacts(language="kn" if number % 3 else "en"),
        article=ArticleFacts(section="sport" if number % 2 else ""),
    )
    return Past(f"c{number}", encode_input(given), old, verdict)


PAST = [
    past(0, 0.1, Action.PUBLISH),
    past(1, 0.5, Action.HOLD, Action.REJECT),
    past(2, 0.5, Action.HOLD, Action.PUBLISH),
    past(3, 0.8, Action.HOLD, Action.REJECT),
    past(4, 0.1, Action.PUBLISH, Action.REJECT, word=True),
    past(180, 0.5, Action.HOLD),
]


def test_the_table_counts_old_decisions_by_new_ones() -> None:
    found = report(replay(NEW, PAST))
    assert found.total == 6
    assert found.changed == 4
    assert found.table[Action.HOLD] == {Action.PUBLISH: 3, Action.HOLD: 1, Action.REJECT: 0}
    assert found.table[Action.PUBLISH] == {Action.PUBLISH: 1, Action.HOLD: 0, Action.REJECT: 1}


def test_it_tells_how_often_people_had_decided_otherwise() -> None:
    found = report(replay(NEW, PAST))
    assert found.verdicts == 4
    assert found.old_otherwise == 1  # the comment that was published and then rejected by a person
    assert found.new_otherwise == 1  # the one that would now be published and had been rejected
    assert found.newly[Action.PUBLISH] == (3, 1)
    assert found.newly[Action.REJECT] == (1, 0)


def test_the_queue_s_load_is_told_by_the_hour() -> None:
    found = report(replay(NEW, PAST))
    assert found.hours == 3.0
    assert (found.old_per_hour, found.new_per_hour) == (4 / 3, 1 / 3)
    assert found.by_hour[6] == (6, 1, 3, 1)
    assert found.by_hour[9] == (9, 1, 1, 0)
    assert [one.hour for one in found.by_hour] == list(range(24))


def test_an_hour_of_the_day_is_averaged_over_its_days_and_the_busiest_is_named() -> None:
    evening = [past(60 * 12 + day * 1440 + n, 0.8, Action.HOLD) for day in range(3) for n in range(day + 1)]
    found = report(replay(NEW, [*PAST, *evening]))
    assert found.by_hour[18] == (18, 3, 6, 6)
    assert (found.by_hour[6].days, found.by_hour[5].days) == (3, 2)
    assert found.by_hour[18].old_load == 2.0
    assert [one.hour for one in found.busiest] == [18, 18]
    text = "\n".join(report_lines(found))
    assert "06:00      1.0 ->      0.3      18:00      2.0 ->      2.0" in text
    assert "busiest: 18:00 with 2.0 -> 18:00 with 2.0" in text
    told = report_data(found)["queue"]
    assert told["by_hour_utc"][6] == {
        "hour": 6, "days": 3, "then": 3, "now": 1, "per_hour_then": 1.0, "per_hour_now": 0.333,
    }  # fmt: skip
    assert told["busiest_now"]["hour"] == 18


def test_slices_carry_their_counts_and_small_ones_are_marked() -> None:
    found = report(replay(NEW, PAST))
    sections = dict(found.slices["section"])
    assert (sections["sport"].total, sections["sport"].changed) == (2, 1)
    assert "section sport: 2 comments, 1 changed, held 2 -> 1 (only 2: too few to go by)" in "\n".join(
        report_lines(found)
    )


def test_the_same_policy_changes_nothing() -> None:
    assert report(replay(OLD, [one for one in PAST if one.id != "c4"])).changed == 0


def test_a_damaged_record_is_counted_and_not_judged() -> None:
    found = report(replay(NEW, [*PAST, Past("c9", b"\x01broken", Action.HOLD)]))
    assert (found.total, found.unreadable) == (6, 1)
    assert any("1 records could not be read" in line for line in report_lines(found))


def test_parts_counted_apart_give_the_same_report_in_any_order() -> None:
    many = [past(n, (n * 37 % 100) / 100, Action.HOLD if n % 4 else Action.PUBLISH) for n in range(300)]
    whole = report(replay(NEW, many))
    mixed = random.Random(4).sample(many, len(many))
    tally = Tally()
    for at in range(0, len(mixed), 70):
        tally.add(replay(NEW, mixed[at : at + 70]))
    assert report(tally) == whole
    assert len(whole.samples) == 20
    assert len({(one.old, one.new) for one in whole.samples}) == len(set(tally.samples))


def test_processes_give_the_same_report_as_one() -> None:
    text = policy_path("default").read_text(encoding="utf-8")
    default: Policy = load_policy(text, path="default", checks=CATALOGUE)
    few = [past(n, (n * 37 % 100) / 100, Action.HOLD) for n in range(100)]
    many = [one._replace(id=f"{one.id}-{copy}") for copy in range(6) for one in few]
    parts = [many[at : at + 100] for at in range(0, len(many), 100)]
    seen: list[int] = []
    pooled = replay_all(default, iter(parts), list, checks=CATALOGUE, workers=2, progress=seen.append)
    assert sum(seen) == 600
    assert report(pooled) == report(replay(default, many))


def test_the_report_as_data_is_json_and_agrees_with_itself() -> None:
    data = json.loads(json.dumps(report_data(report(replay(NEW, PAST)))))
    assert data["comments"] == 6
    assert sum(count for row in data["table"].values() for count in row.values()) == 6
    assert data["people"]["newly"]["publish"] == {"count": 3, "against": 1}
    assert {one["then"] for one in data["samples"]} == {"hold", "publish"}


def test_nothing_to_replay_is_said() -> None:
    assert report_lines(report(replay_all(NEW, [], list, checks=CHECKS))) == ["no comments were decided in this time"]
