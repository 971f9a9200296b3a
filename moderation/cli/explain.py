"""`moderation explain`: what a text scores and which words carry it.

What this file decides
- Per label that is at least possible: its probability, its word, and what it loses without its strongest words.
- `--json` gives everything: scores, marked spans, and the drop of every label for every word and sentence.

It needs no server and no database.
"""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from moderation.cli.judging import open_scorer
from moderation.scoring.calibration import say_likelihood
from moderation.scoring.explain import Explanation, Part, explain_text
from moderation.settings import load_settings
from moderation.vocabulary import ScoreContext

app = typer.Typer(help="Show what a text scores and which words carry it.")


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="the text, or `-` to read it from standard input")],
    subject: Annotated[list[str] | None, typer.Option(help="a person or body that the article is about")] = None,
    parent: Annotated[str, typer.Option(help="the comment that this one answers")] = "",
    engine: Annotated[str, typer.Option(help="the engine to ask; the one in use by default")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Show what a text scores and which words carry it."""
    text = sys.stdin.read() if text == "-" else text
    context = ScoreContext(subjects=tuple(subject or ()), parent=parent) if subject or parent else None
    found = explain_text(open_scorer(load_settings(), engine), text, context)
    typer.echo(json.dumps(to_json(found), ensure_ascii=False) if as_json else to_words(found, text))


def to_json(found: Explanation) -> dict[str, object]:
    """An explanation for programs; offsets are code points of the text as given."""
    scores = found.scores
    return {
        "scores": dict(scores.values),
        "labels": list(found.labels),
        "spans": [{"start": span.start, "end": span.end, "label": span.label} for span in scores.spans],
        "words": [_part(part) for part in found.words],
        "sentences": [_part(part) for part in found.sentences],
        "language": scores.language,
        "fit": scores.fit,
        "cut": scores.cut,
        "engine": scores.engine,
        "version": scores.version,
        "checksum": scores.checksum,
        "calibration": scores.calibration,
    }


def _part(part: Part) -> dict[str, object]:
    return {"start": part.start, "end": part.end, "drops": dict(part.drops)}


def to_words(found: Explanation, text: str) -> str:
    """An explanation for people."""
    scores = found.scores
    lines = [
        f"{scores.engine} {scores.version}, language {scores.language}" + ("" if scores.fit else " (not vouched for)")
    ]
    for label in found.labels:
        value = scores.values[label]
        lines.append(f"{label:<16} {value:.2f}  {say_likelihood(value).replace('_', ' ')}")
        for part in found.strongest(label):
            words = " ".join(text[part.start : part.end].split())
            lines.append(f"    -{part.drops[label]:.2f} without {words[:60]!r}")
    if scores.cut:
        lines.append("the end of the text was not read: it is too long")
    return "\n".join(lines)
