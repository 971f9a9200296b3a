"""`moderation policy`: look for faults in a policy, say why a comment was decided so, try a policy on what was decided before.

What this file decides is only how it is asked and shown. Results stand on stdout, faults and progress on stderr; exit code 0
is done, 1 is no (faults, examples that come out otherwise), 2 is wrong use.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import typer

from moderation.checks.catalogue import CHECKS
from moderation.cli.output import give, give_json, live_bar, say
from moderation.errors import Invalid, NotFound
from moderation.policy.examples import Mismatch, read_examples, try_examples
from moderation.policy.faults import Fault, PolicyInvalid, Weight, render_faults
from moderation.policy.files import examples_path, policy_path
from moderation.policy.model import Policy
from moderation.policy.parse import lint_policy, load_policy
from moderation.policy.plain import PlainWords
from moderation.settings import load_settings

app = typer.Typer(help="Look at policies, explain decisions, try a policy on past comments.", no_args_is_help=True)

_SINCE: Final = re.compile(r"(\d{1,4})\s*([hdw])")
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_FILE = typer.Argument(..., metavar="FILE|NAME", help="A file, or the name of a shipped policy.")
_JSON = typer.Option(False, "--json", help="JSON for programs.")
_SITE = typer.Option("", "--site", metavar="NAME", help="Which site; not needed when there is one.")


@app.command()
def lint(file: str = _FILE, *, as_json: bool = _JSON) -> None:
    """Say everything that is wrong with a policy file, and run the examples beside it."""
    path = find_file(file)
    text = read_file(path)
    faults = lint_policy(text, path=str(path), checks=CHECKS)
    broken = any(fault.weight is Weight.ERROR for fault in faults)
    try:
        tried, wrong = (0, ()) if broken else _examples(path, text)
    except PolicyInvalid as problem:
        say(problem.rendered)
        raise typer.Exit(1) from None
    if as_json:
        give_json({"file": str(path), "faults": [_fault(one) for one in faults], "examples": _wrong(tried, wrong)})
    else:
        if faults:
            say(render_faults(str(path), text, faults))
        for one in wrong:
            say(f"{examples_path(path)}:{one.example.line}: {one.example.say} {one.message}")
        give(_verdict(path, faults, tried, wrong))
    raise typer.Exit(1 if broken or wrong else 0)


@app.command()
def show(file: str = _FILE) -> None:
    """Say in plain words what the rules of a policy do."""
    policy = _load(find_file(file))
    rules = policy.rules
    words = PlainWords(rules.thresholds, policy.limits, CHECKS)
    for rule, program in zip(rules.rules, rules.compiled.programs, strict=True):
        give(f"{rule.id}: {words.rule(rule, program.tree)}")


@app.command()
def explain(
    comment: str = typer.Argument(..., metavar="COMMENT_ID", help="The id of a comment."),
    *,
    site: str = _SITE,
    revision: int | None = typer.Option(None, "--revision", min=1, help="Which wording; the latest otherwise."),
    as_json: bool = _JSON,
) -> None:
    """Say why a comment was decided as it was: the rules that fired, what held, by how much."""
    from moderation.policy_desk import open_desk

    desk = open_desk(load_settings())
    try:
        found = desk.explain(_site(desk.database, site), comment, revision)
    finally:
        desk.database.close()
    why = found.explanation
    if as_json:
        give_json(
            {
                "comment": comment,
                "revision": found.decided.revision,
                "then": found.then.action,
                "policy": why.decision.policy,
                "same_policy": found.same,
                "action": why.decision.action,
                "grounds": why.decision.grounds,
                "unavailable": why.decision.unavailable,
                "rules": [_why(one) for one in why.why],
            }
        )
        return
    if not found.same:
        say(f"decided then by a policy that is not kept here; it said `{found.then.action}`. By the policy in force:")
    for line in why.lines():
        give(line)


@app.command()
def replay(
    *,
    policy: str = typer.Option(..., "--policy", metavar="FILE|NAME", help="The policy to try."),
    since: str = typer.Option("30d", "--since", help="How far back: `12h`, `30d`, `4w`, or a date."),
    site: str = _SITE,
    workers: int | None = typer.Option(None, "--workers", min=1, help="Processes; one for each core otherwise."),
    as_json: bool = _JSON,
) -> None:
    """Decide past comments again under another policy: what would change, and how people had decided. Nothing is changed."""
    from moderation.policy.replay_words import report_data, report_lines
    from moderation.policy_desk import open_desk

    tried, start = _load(find_file(policy)), read_since(since, datetime.now(UTC))
    desk = open_desk(load_settings())
    try:
        where = _site(desk.database, site)
        with live_bar("replaying", desk.count(where, start)) as step:
            found = desk.replay(where, tried, start, workers=workers, progress=step)
    finally:
        desk.database.close()
    if as_json:
        give_json({"site": where, "policy": tried.hash, "since": start.isoformat(), **report_data(found)})
        return
    for line in report_lines(found):
        give(line)


def find_file(name: str) -> Path:
    """The file that a person means: a path, else a shipped policy's name.

    Raises:
        PolicyMissing: it is neither.
    """
    path = Path(name)
    return path if path.is_file() or path.suffix else policy_path(name)


def read_file(path: Path) -> str:
    """The text of a policy file.

    Raises:
        NotFound, Invalid: it is not there, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise NotFound(f"the file `{path}` cannot be read") from None
    except UnicodeDecodeError:
        raise Invalid(f"the file `{path}` is not UTF-8", hint="save it as UTF-8") from None


def read_since(words: str, now: datetime) -> datetime:
    """The moment that `30d` or a date means.

    Raises:
        Invalid: it is neither.
    """
    match = _SINCE.fullmatch(words.strip())
    if match:
        return now - int(match[1]) * _UNITS[match[2]]
    try:
        given = datetime.fromisoformat(words)
    except ValueError:
        raise Invalid(f"`{words}` is no time", hint="write `12h`, `30d`, `4w` or `2026-11-01`") from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _load(path: Path) -> Policy:
    text = read_file(path)
    try:
        return load_policy(text, path=str(path), checks=CHECKS)
    except PolicyInvalid as problem:
        say(problem.rendered)
        raise


def _examples(path: Path, text: str) -> tuple[int, tuple[Mismatch, ...]]:
    beside = examples_path(path)
    if not beside.is_file():
        return 0, ()
    examples = read_examples(read_file(beside), path=str(beside), checks=CHECKS)
    return len(examples), try_examples(load_policy(text, path=str(path), checks=CHECKS), examples)


def _site(database: Any, asked: str) -> str:
    from moderation.storage.sites import list_sites

    names = [site.id for site in list_sites(database)]
    if asked in names:
        return asked
    if not asked and len(names) == 1:
        return names[0]
    hint = f"there are {', '.join(names)}" if names else "add one with `moderation site add`"
    raise NotFound(f"there is no site `{asked}`" if asked else "say which site with `--site`", hint=hint)


def _verdict(path: Path, faults: tuple[Fault, ...], tried: int, wrong: tuple[Mismatch, ...]) -> str:
    errors = sum(fault.weight is Weight.ERROR for fault in faults)
    if errors:
        return f"{path}: {errors} errors, {len(faults) - errors} warnings"
    return f"{path}: good, {len(faults)} warnings; {tried - len(wrong)} of {tried} examples as expected"


def _fault(one: Fault) -> dict[str, Any]:
    where = {"line": one.at.line, "column": one.at.column, "length": one.at.length}
    return {"weight": one.weight, "code": one.code, **where, "message": one.message, "hint": one.hint}


def _wrong(tried: int, wrong: tuple[Mismatch, ...]) -> dict[str, Any]:
    return {"tried": tried, "wrong": [{"line": one.example.line, "message": one.message} for one in wrong]}


def _why(one: Any) -> dict[str, Any]:
    found = [{"words": held.words, "values": dict(held.values)} for held in one.found]
    places = [{"field": at.field, "start": at.start, "end": at.end, "label": at.label} for at in one.places]
    head = {"id": one.rule, "then": one.then, "severity": one.severity, "ground": one.ground or None}
    return {**head, "sentence": one.sentence, "found": found, "spans": places, "note": one.note}
