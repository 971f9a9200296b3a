# ruff: noqa: N999 - the command is called `import`, and the file is called like its command
"""`moderation import`: bring an archive with its human decisions, so that a replay works on the first day.

What this file decides
- A line is an object as `check` takes it, with `decision` (`publish` or `reject`) and `created_at`, and if known `ground`
  and `words`; `id` is the site's own id. A line without one of these is told with its number and left out.
- Each comment is judged as of the time it was written, under the site's policy; nothing is sent to anybody.
- Authors are counted as intake counts them: by `author.id`, else by the keyed tag of the e-mail address, in the order of the
  file. The address itself and sender details of an archive are not kept.
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
from moderation.cli.lines import Line, count_lines, in_chunks, open_lines
from moderation.cli.output import give, give_json, live_bar, say
from moderation.evidence.canonical import Json
from moderation.evidence.record import LeafType, leaf
from moderation.intake.normalise import unstorable
from moderation.policy.record import encode_input
from moderation.ports import Arrival
from moderation.settings import load_settings
from moderation.vocabulary import Action, Comment, Door, Ground, ScoreContext, Sender

app = typer.Typer()
CHUNK: Final = 200
LONGEST: Final = 65_536
ID_LIMIT: Final = 200  # what a column holds
NAME_LIMIT: Final = 400
SECTION_LIMIT: Final = 100
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
        with open_lines(file) as lines, live_bar("bringing", count_lines(file)) as step:
            for chunk in in_chunks(lines, CHUNK):
                _keep(service, site, _read_rows(file, chunk, count, digest), count, dry_run=dry_run)
                step(len(chunk))
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


def _read_rows(file: str, lines: Sequence[Line], count: Count, digest: hashlib._Hash) -> list[Row]:
    rows = []
    for line in lines:
        digest.update(json.dumps(line.given, sort_keys=True).encode("utf-8", "replace"))
        row = read_row(line)
        if isinstance(row, Row):
            rows.append(row)
            continue
        count.refused += 1
        say(f"{file}:{line.number}: {row}")
    return rows


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
    comment = replace(comment, external_id=_id(name), author=replace(comment.author, id=_account(given)))
    return _too_long(comment) or Row(
        comment, at.astimezone(UTC), Action(verdict), Ground(ground) if ground else None, str(given.get("words") or "")
    )


def _id(value: Any) -> str | None:
    return str(value) if value is not None else None


def _account(given: dict[str, Any]) -> str | None:
    author = given.get("author")
    return (_id(author.get("id")) or None) if isinstance(author, dict) else None


def _too_long(comment: Comment) -> str:
    author, article = comment.author, comment.article
    bounded = [("id", comment.external_id, ID_LIMIT), ("parent_id", comment.parent_id, ID_LIMIT)]
    bounded += [("author.id", author.id, ID_LIMIT), ("author.name", author.name, NAME_LIMIT)]
    if article is not None:
        bounded += [("article.id", article.id, ID_LIMIT), ("article.section", article.section, SECTION_LIMIT)]
    return next((f"`{name}` is too long" for name, words, most in bounded if words and len(words) > most), "")


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
        now = service.clock()
        write_archived(service.database, site, _judge(service, site, new, now), now)


def _judge(service: Any, site: str, rows: Sequence[Row], now: datetime) -> list[Any]:
    """Each comment with what was known of its author and its links before it: what people had decided on the earlier ones."""
    from moderation.storage.archive import Archived, known_domains, name_archived, read_standing
    from moderation.storage.domains import domains_of
    from moderation.storage.ids import new_id

    pipeline, policy = service.pipeline, service.shelf.policy_for(site)
    arrivals = [Arrival(site, row.comment) for row in rows]
    tags = [pipeline.ports.sealer.tags(site, Sender(), row.comment.author, now) for row in rows]
    facts = [facts_of(row.comment, policy) for row in rows]
    contexts = [ScoreContext(subjects=one.article.subjects, headline=one.article.title) for one in facts]
    scores = pipeline.score([(site, row.comment, context) for row, context in zip(rows, contexts, strict=True)])
    book = read_standing(service.database, arrivals, tags)
    domains = known_domains(service.database, site, arrivals)
    done = []
    for row, arrival, tag, fact, scored in zip(rows, arrivals, tags, facts, scores, strict=True):
        linked = replace(fact.site, known_domains=fact.site.known_domains | domains)
        known = replace(fact, author=book.author_facts(arrival, tag, row.at), site=linked)
        judged = pipeline.judge(arrival, known, scored, row.at)
        book.note_author(arrival, tag, row.verdict)
        domains |= domains_of(arrival) if row.verdict is Action.PUBLISH else set()
        record, name = encode_input(judged.given), name_archived(row.at)
        done.append(Archived(name, arrival, tag, new_id(), judged, record, row.at, row.verdict, row.ground, row.words))
    return done


def _log(service: Any, site: str, count: Count, digest: str) -> None:
    from moderation.storage.archive import log_import
    from moderation.storage.ids import new_id

    now = service.clock()
    told: dict[str, Json] = {"what": "archive.imported", "site": site, "comments": count.imported, "sha256": digest}
    log_import(service.database, site, leaf(LeafType.CONFIG_CHANGED, new_id(), now, told, os.urandom(16)), now)
