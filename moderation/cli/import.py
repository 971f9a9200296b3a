# ruff: noqa: N999 - the command is called `import`, and the file is called like its command
"""`moderation import`: bring an archive with its human decisions, so that a replay works on the first day.

What this file decides
- A line is an object as `check` takes it, with `decision` (`publish` or `reject`) and `created_at`, and if known `ground`
  and `words`; `id` is the site's own id. A line without one of these is told with its number and left out.
- Each comment is judged as of the time it was written, under the site's policy; nothing is sent to anybody.
- E-mail addresses and sender details of an archive are read by the checks and not kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import typer

from moderation.cli.judging import facts_of, read_draft
from moderation.cli.lines import Line, open_lines
from moderation.cli.output import give, give_json, say
from moderation.evidence.canonical import Json
from moderation.evidence.record import LeafType, leaf
from moderation.intake.normalise import unstorable
from moderation.pipeline import Pipeline
from moderation.policy.model import Policy
from moderation.policy.record import encode_input
from moderation.ports import Arrival
from moderation.settings import load_settings
from moderation.vocabulary import Action, Comment, Door, Ground, ScoreContext

app = typer.Typer()
CHUNK: Final = 200
LONGEST: Final = 65_536
PATIENCE: Final = 120.0


@dataclass(frozen=True, slots=True)
class Row:
    """A good line: the comment, when it was written, and what a person had decided."""

    comment: Comment
    at: datetime
    verdict: Action
    ground: Ground | None
    words: str


@dataclass(slots=True)
class Count:
    """What became of the lines."""

    imported: int = 0
    known: int = 0
    refused: int = 0


@app.command()
def bring(
    file: str = typer.Argument(..., metavar="FILE.jsonl", help="One JSON object a line; `-` is stdin."),
    *,
    site: str = typer.Option(..., "--site", metavar="NAME", help="Which site."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Read and count, write nothing."),
    as_json: bool = typer.Option(False, "--json", help="The counts as JSON."),
) -> None:
    """Bring an archive with its human decisions; run it again to go on after a break. Exit code 1: lines were left out."""
    from moderation.bootstrap import build_service

    service = build_service(load_settings())
    count, digest = Count(), hashlib.sha256()
    try:
        service.shelf.rules(site)
        service.scorer.wait(PATIENCE)
        chunk: list[Row] = []
        with open_lines(file) as lines:
            for line in lines:
                digest.update(json.dumps(line.given, sort_keys=True).encode("utf-8", "replace"))
                row = read_row(line)
                if isinstance(row, str):
                    count.refused += 1
                    say(f"{file}:{line.number}: {row}")
                    continue
                chunk.append(row)
                if len(chunk) == CHUNK:
                    _keep(service, site, chunk, count, dry_run=dry_run)
                    chunk = []
        _keep(service, site, chunk, count, dry_run=dry_run)
        if count.imported and not dry_run:
            _log(service, site, count, digest.hexdigest())
    finally:
        service.close()
    told = {"imported": count.imported, "known": count.known, "refused": count.refused, "dry_run": dry_run}
    if as_json:
        give_json(told)
    else:
        give(f"{count.imported} comments brought in, {count.known} were here already, {count.refused} lines left out")
    raise typer.Exit(1 if count.refused else 0)


def read_row(line: Line) -> Row | str:
    """A line of an archive, or what is wrong with it."""
    given = line.given
    text = given.get("text")
    if line.fault or not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        return line.fault or "there is no `text`"
    trouble = next((why for words in _words_in(given) if (why := unstorable(words))), None)
    if trouble:
        return f"a field {trouble}"
    verdict, ground = given.get("decision"), given.get("ground")
    if verdict not in (Action.PUBLISH.value, Action.REJECT.value):
        return "`decision` must be `publish` or `reject`"
    if ground is not None and ground not in set(Ground):
        return "`ground` is none of the disclaimer's"
    try:
        at = datetime.fromisoformat(str(given.get("created_at")))
    except ValueError:
        return "`created_at` must be a time such as `2026-05-01T10:00:00+05:30`"
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    name = given.get("id")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    comment = replace(read_draft({**given, "text": text}), door=Door.IMPORT, received_at=at)
    if comment.article is not None and not comment.article.id:
        comment = replace(comment, article=None)
    comment = replace(comment, external_id=str(name) if name is not None else None)
    return Row(
        comment, at.astimezone(UTC), Action(verdict), Ground(ground) if ground else None, str(given.get("words") or "")
    )


def _words_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [words for part in parts for words in _words_in(part)]


def _keep(service: Any, site: str, rows: Sequence[Row], count: Count, *, dry_run: bool) -> None:
    from moderation.storage.archive import known_externals, write_archived

    known = known_externals(
        service.database, site, [row.comment.external_id for row in rows if row.comment.external_id]
    )
    new = list(
        {row.comment.external_id or id(row): row for row in rows if row.comment.external_id not in known}.values()
    )
    count.known += len(rows) - len(new)
    count.imported += len(new)
    if new and not dry_run:
        policy = service.shelf.policy_for(site)
        write_archived(service.database, site, _judge(service.pipeline, policy, site, new), service.clock())


def _judge(pipeline: Pipeline, policy: Policy, site: str, rows: Sequence[Row]) -> list[Any]:
    from moderation.storage.archive import Archived

    facts = [facts_of(row.comment, policy) for row in rows]
    contexts = [ScoreContext(subjects=one.article.subjects, headline=one.article.title) for one in facts]
    scores = pipeline.score([(site, row.comment, context) for row, context in zip(rows, contexts, strict=True)])
    done = []
    for row, fact, scored in zip(rows, facts, scores, strict=True):
        judged = pipeline.judge(Arrival(site, row.comment), fact, scored, row.at)
        record = encode_input(judged.given)
        done.append(Archived(row.comment, judged, record, row.at, row.verdict, row.ground, row.words))
    return done


def _log(service: Any, site: str, count: Count, digest: str) -> None:
    from moderation.storage.archive import log_import
    from moderation.storage.ids import new_id

    now = service.clock()
    told: dict[str, Json] = {"what": "archive.imported", "site": site, "comments": count.imported, "sha256": digest}
    log_import(service.database, site, leaf(LeafType.CONFIG_CHANGED, new_id(), now, told, os.urandom(16)), now)
