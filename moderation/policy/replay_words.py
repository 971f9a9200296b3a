"""Tell what a replay found: as text for a terminal, as plain data for programs.

What this file decides
- The first line says it in one sentence: how many comments, how many otherwise, and the queue's change by the hour.
- Figures of fewer than 100 comments are marked as too few to go by.
- A sample is named by its id; the text stays where it is.
"""

from __future__ import annotations

from moderation.policy.replay import Slice
from moderation.policy.replay_report import FEW, Hour, Report
from moderation.vocabulary import Action


def report_lines(report: Report) -> list[str]:
    """Write a report for a terminal."""
    if not report.total:
        return ["no comments were decided in this time", *_unreadable(report)]
    share = report.changed / report.total
    lines = [
        f"{report.total:,} comments, {report.changed:,} ({share:.1%}) decided otherwise;"
        f" for people {report.old_per_hour:.1f} an hour -> {report.new_per_hour:.1f} an hour",
        *_unreadable(report),
        "",
        "decided then \\ now" + "".join(f"{action:>12}" for action in Action),
    ]
    lines += [f"{old:<18}" + "".join(f"{report.table[old][new]:>12,}" for new in Action) for old in Action]
    lines += ["", *_hour_lines(report), "", *_verdict_lines(report), "", "changes by language and section"]
    lines += [line for kind, parts in report.slices.items() for line in _slice_lines(kind, parts)]
    if report.samples:
        lines += ["", f"{len(report.samples)} of the changed comments"]
        lines += [
            f"  {one.id}  {one.old} -> {one.new}"
            + (f", a person said {one.verdict}" if one.verdict else "")
            + (f"  [{', '.join(one.rules)}]" if one.rules else "")
            for one in report.samples
        ]
    return lines


def _unreadable(report: Report) -> list[str]:
    return [f"{report.unreadable:,} records could not be read and are not counted"] if report.unreadable else []


def _hour_lines(report: Report) -> list[str]:
    then, now = report.busiest
    half = len(report.by_hour) // 2
    rows = zip(report.by_hour[:half], report.by_hour[half:], strict=True)
    return [
        "for people by the hour of the day (UTC), then -> now",
        *(f"  {_hour_words(one)}      {_hour_words(other)}" for one, other in rows),
        f"busiest: {then.hour:02}:00 with {then.old_load:.1f} -> {now.hour:02}:00 with {now.new_load:.1f}",
    ]


def _hour_words(one: Hour) -> str:
    return f"{one.hour:02}:00 {one.old_load:>8.1f} -> {one.new_load:>8.1f}"


def _verdict_lines(report: Report) -> list[str]:
    if not report.verdicts:
        return ["no person has decided any of these comments"]
    lines = [
        f"people decided {report.verdicts:,} of them; against the policy then {report.old_otherwise:,} times,"
        f" against this one {report.new_otherwise:,} times{_few(report.verdicts)}"
    ]
    words = {Action.PUBLISH: "published", Action.REJECT: "rejected"}
    for action, word in words.items():
        count, wrong = report.newly[action]
        if count:
            lines.append(f"  newly {word}: {count:,}, of which people had decided otherwise: {wrong:,}")
    return lines


def _slice_lines(kind: str, parts: tuple[tuple[str, Slice], ...]) -> list[str]:
    return [
        f"  {kind} {name}: {part.total:,} comments, {part.changed:,} changed,"
        f" held {part.old[Action.HOLD]:,} -> {part.new[Action.HOLD]:,}{_few(part.total)}"
        for name, part in parts
    ]


def _few(count: int) -> str:
    return f" (only {count}: too few to go by)" if count < FEW else ""


def report_data(report: Report) -> dict[str, object]:
    """Give a report as plain data, ready for JSON."""
    return {
        "comments": report.total,
        "changed": report.changed,
        "unreadable": report.unreadable,
        "first": report.first.isoformat() if report.first else None,
        "last": report.last.isoformat() if report.last else None,
        "table": {str(old): {str(new): count for new, count in row.items()} for old, row in report.table.items()},
        "queue": {
            "hours": round(report.hours, 2),
            "per_hour_then": round(report.old_per_hour, 3),
            "per_hour_now": round(report.new_per_hour, 3),
            "by_hour_utc": [_hour_data(one) for one in report.by_hour],
            "busiest_then": _hour_data(report.busiest[0]),
            "busiest_now": _hour_data(report.busiest[1]),
        },
        "people": {
            "decided": report.verdicts,
            "against_then": report.old_otherwise,
            "against_now": report.new_otherwise,
            "newly": {str(action): {"count": n, "against": wrong} for action, (n, wrong) in report.newly.items()},
        },
        "rules": dict(report.rules),
        "slices": {kind: [_slice_data(name, part) for name, part in parts] for kind, parts in report.slices.items()},
        "samples": [
            {
                "id": one.id,
                "then": str(one.old),
                "now": str(one.new),
                "verdict": str(one.verdict) if one.verdict else None,
                "rules": list(one.rules),
                "language": one.language,
                "section": one.section,
            }
            for one in report.samples
        ],
    }


def _hour_data(one: Hour) -> dict[str, object]:
    loads = {"per_hour_then": round(one.old_load, 3), "per_hour_now": round(one.new_load, 3)}
    return {"hour": one.hour, "days": one.days, "then": one.old, "now": one.new, **loads}


def _slice_data(name: str, part: Slice) -> dict[str, object]:
    return {
        "name": name,
        "comments": part.total,
        "few": part.total < FEW,
        "changed": part.changed,
        "then": {str(action): part.old[action] for action in Action},
        "now": {str(action): part.new[action] for action in Action},
        "people": {"decided": part.verdicts, "against_then": part.old_otherwise, "against_now": part.new_otherwise},
    }
