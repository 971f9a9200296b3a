"""`moderation check`: what would become of a comment, without a server and without a database.

What this file decides is only how a judgement is shown: a few lines for people, one JSON object a comment for programs.
"""

from __future__ import annotations

import sys
from typing import Any, Final

import typer

from moderation.cli.judging import Answer, Bench
from moderation.cli.lines import Line, answer_fault, in_chunks, open_lines
from moderation.cli.output import give, give_json
from moderation.settings import load_settings
from moderation.text.count import count_characters
from moderation.vocabulary import STATUS_OF, Field, Scores, Signal, Span

app = typer.Typer()

NOTABLE: Final = 0.1
MOST: Final = 4
REFUSED: Final = "refused"


@app.command()
def check(
    text: str | None = typer.Argument(None, metavar="TEXT", help="The comment. Leave it out with --input."),
    *,
    file: str | None = typer.Option(None, "--input", metavar="FILE", help="One JSON object a line; `-` is stdin."),
    name: str = typer.Option("", "--name", help="The author's name; it is judged too."),
    title: str = typer.Option("", "--title", help="The comment's title; it is judged too."),
    policy: str = typer.Option("default", "--policy", metavar="NAME|FILE", help="A shipped policy, or a file."),
    engine: str | None = typer.Option(None, "--engine", metavar="NAME", help="Another model than MODERATION_ENGINE."),
    as_json: bool = typer.Option(False, "--json", help="JSON instead of text; always so with --input."),
) -> None:
    """Judge a comment, or a file of comments, without a server and without a database.

    A line of --input is an object with `text` and optionally `title`, `author` {`name`, `email`, `website`}, `article`
    {`title`, `section`, `subjects`, `closed`}, `parent_id` and `id`, which comes back. Exit code 0: every comment got an
    answer; 1: a comment was refused for its faults, or a line could not be read.
    """
    if (text is None) == (file is None):
        raise typer.BadParameter("give either a TEXT or --input FILE")
    bench = Bench.open(load_settings(), policy, engine)
    if file is not None:
        raise typer.Exit(_check_file(bench, file))
    (answer,) = bench.judge([{"text": text, "name": name, "title": title}])
    if as_json:
        give_json(describe(answer, bench.limit))
    else:
        show(answer, bench.limit)
    raise typer.Exit(1 if answer.faults else 0)


def _check_file(bench: Bench, name: str) -> int:
    worst = 0
    with open_lines(name) as lines:
        for chunk in in_chunks(lines):
            answers = iter(bench.judge([line.given for line in chunk if not line.fault]))
            for line in chunk:
                answer = None if line.fault else next(answers)
                worst |= 1 if answer is None or answer.faults else 0
                give_json(_echo(line, describe(answer, bench.limit) if answer else answer_fault(line)))
            sys.stdout.flush()
    return worst


def _echo(line: Line, answer: dict[str, Any]) -> dict[str, Any]:
    return {"id": line.given["id"], **answer} if "id" in line.given else answer


def describe(answer: Answer, limit: int) -> dict[str, Any]:
    """An answer as JSON."""
    count = count_characters(answer.comment.text)
    characters = {"count": count, "limit": limit, "left": limit - count}
    if answer.judged is None:
        errors = [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in answer.faults]
        return {"status": REFUSED, "errors": errors, "characters": characters}
    decision, given = answer.judged.decision, answer.judged.given
    of_text = given.scores.get(Field.TEXT)
    return {
        "status": STATUS_OF[decision.action].value,
        "grounds": [ground.value for ground in decision.grounds],
        "reasons": list(decision.reasons),
        "message": decision.message,
        "rules": [rule.id for rule in decision.rules],
        "severity": decision.severity.value,
        "signals": [describe_signal(signal) for signal in given.signals],
        "scores": dict(of_text.values) if of_text else {},
        "spans": describe_spans(of_text.spans) if of_text else [],
        "other_scores": {f.value: dict(s.values) for f, s in given.scores.items() if f is not Field.TEXT},
        "unavailable": _reasons(given.scores.values(), decision.unavailable),
        "language": given.comment.language,
        "fit": bool(of_text and of_text.fit),
        "cut": bool(of_text and of_text.cut),
        "engine": of_text.engine if of_text else "",
        "version": of_text.version if of_text else "",
        "policy": decision.policy,
        "characters": characters,
    }


def _reasons(scores: Any, parts: tuple[str, ...]) -> dict[str, str]:
    why = next((found.unavailable for found in scores if found.unavailable), "")
    return {part: why if part == "scoring" else "" for part in parts}


def describe_signal(signal: Signal) -> dict[str, Any]:
    """A signal as JSON."""
    told = {
        "check": signal.check,
        "field": signal.field.value if signal.field else None,
        "value": signal.value,
        "spans": describe_spans(signal.spans),
    }
    return {**told, "unavailable": True} if signal.unavailable else told


def describe_spans(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    """Spans as JSON: code points of the field as given, end exclusive."""
    return [{"start": span.start, "end": span.end, "label": span.label} for span in spans]


def show(answer: Answer, limit: int) -> None:
    """An answer in a few lines for people."""
    count = count_characters(answer.comment.text)
    if answer.judged is None:
        give(REFUSED)
        for fault in answer.faults:
            give(f"  {fault.pointer.lstrip('/')}: {fault.message}")
        return
    decision, given = answer.judged.decision, answer.judged.given
    grounds = ", ".join(ground.value for ground in decision.grounds)
    give(STATUS_OF[decision.action].value + (f": {grounds}" if grounds else ""))
    for reason in decision.reasons:
        give(f"  {reason}")
    for rule in decision.rules:
        give(f"  rule        {rule.id}" + (f" (on {', '.join(rule.signals)})" if rule.signals else ""))
    for field, scores in given.scores.items():
        give(f"  {'scores' if field is Field.TEXT else f'{field.value} scores':<11} {show_scores(scores)}")
    for signal in given.signals:
        where = f" in {signal.field.value}" if signal.field else ""
        give(f"  signal      {signal.check} {'unavailable' if signal.unavailable else signal.value}{where}")
    give(f"  characters  {count} of {limit}")


def show_scores(scores: Scores) -> str:
    """The labels that stand out, the highest first."""
    if scores.unavailable:
        return f"unavailable: {scores.unavailable}"
    ranked = sorted(scores.values.items(), key=lambda item: -item[1])
    notable = [f"{label} {value:.2f}" for label, value in ranked if value >= NOTABLE][:MOST]
    told = ", ".join(notable) if notable else "nothing stands out"
    doubts = ("" if scores.fit else ", not vouched for") + (", its end not read" if scores.cut else "")
    return f"{told} ({scores.engine} {scores.version}, {scores.language or 'language unknown'}{doubts})"
