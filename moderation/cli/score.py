"""`moderation score`: what a model says of many texts; no policy, no decision.

What this file decides
- A short file is scored in this process; a long one by a process per core, in order, with a bounded number of lines in memory.
- Progress goes to stderr. Ctrl-C stops after the last whole line.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from types import FrameType
from typing import Any, Final

import typer

from moderation.cli.check import describe_spans
from moderation.cli.lines import Line, answer_fault, in_chunks, open_lines
from moderation.cli.output import give_json, say
from moderation.scoring.lanes import usable_cores
from moderation.scoring.scorer import Scorer
from moderation.settings import load_settings

app = typer.Typer()

LONG: Final = 512
AHEAD: Final = 3
TELL_SECONDS: Final = 5.0
Answers = list[dict[str, Any]]


@app.command()
def score(
    *,
    file: str = typer.Option(..., "--input", metavar="FILE", help="One JSON object with `text` a line; `-` is stdin."),
    plain: bool = typer.Option(False, "--plain", help="Each line is a text, not JSON."),
    engine: str | None = typer.Option(None, "--engine", metavar="NAME", help="Another model than MODERATION_ENGINE."),
    processes: int = typer.Option(0, "--processes", min=0, help="Processes for a long input; 0 means one a core."),
) -> None:
    """Say how probably each text is harmful, and where.

    For each line one JSON line comes out: `scores` by label, `spans` (code points of the text as given, end exclusive),
    `language`, `fit` (whether the engine's card names it), `cut` (whether the end of a very long text was left unread),
    `engine`, `version`, `checksum` and `calibration`; `id` comes back. Exit code 1: a line could not be read or judged.
    """
    with open_lines(file, plain=plain) as lines:
        first = list(islice(lines, LONG))
        cores = processes or usable_cores()
        long = len(first) == LONG and cores > 1
        chunks = in_chunks(chain(first, lines))
        answers = _score_in_processes(chunks, engine, cores) if long else _score_here(chunks, engine)
        code = _write(answers)
    raise typer.Exit(code)


def _write(answers: Iterable[Answers]) -> int:
    started = told = time.monotonic()
    done = bad = 0
    try:
        for chunk in answers:
            with _unbroken():
                for answer in chunk:
                    give_json(answer)
                    bad += "error" in answer or "unavailable" in answer
                sys.stdout.flush()
                done += len(chunk)
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                say(f"{done} texts, {done / (told - started):.0f} a second")
    except KeyboardInterrupt:
        say(f"stopped after {done} texts")
        raise
    seconds = max(time.monotonic() - started, 1e-9)
    say(f"{done} texts in {seconds:.1f} s, {done / seconds:.0f} a second")
    return 1 if bad else 0


@contextmanager
def _unbroken() -> Iterator[None]:
    """What is written inside is written whole: Ctrl-C waits for its end, and a second one does not."""
    asked = False

    def note(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt


def _score_here(chunks: Iterator[list[Line]], engine: str | None) -> Iterator[Answers]:
    scorer = _open(engine, threads=0)
    for chunk in chunks:
        yield score_lines(scorer, chunk)
    scorer.close()


def _score_in_processes(chunks: Iterator[list[Line]], engine: str | None, processes: int) -> Iterator[Answers]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, initializer=_prepare_process, initargs=(engine,))
    waiting: deque[Future[Answers]] = deque()
    try:
        for chunk in chunks:
            waiting.append(pool.submit(_score_in_child, chunk))
            if len(waiting) >= processes * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_child: list[Scorer] = []


def _prepare_process(engine: str | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops us
    _child.append(_open(engine, threads=1))


def _score_in_child(chunk: list[Line]) -> Answers:
    return score_lines(_child[0], chunk)


def _open(engine: str | None, *, threads: int) -> Scorer:
    from moderation.cli.judging import open_scorer

    return open_scorer(load_settings(), engine, threads=threads)


def score_lines(scorer: Scorer, lines: list[Line]) -> Answers:
    """The answer to each line, in order."""
    scored = iter(scorer.score([line.given["text"] for line in lines if not line.fault]))
    answers = []
    for line in lines:
        if line.fault:
            answers.append(answer_fault(line))
            continue
        found = next(scored)
        answer: dict[str, Any] = {
            "scores": dict(found.values),
            "spans": describe_spans(found.spans),
            "language": found.language,
            "fit": found.fit,
            "cut": found.cut,
            "engine": found.engine,
            "version": found.version,
            "checksum": found.checksum,
            "calibration": found.calibration,
        }
        if found.unavailable:
            answer["unavailable"] = found.unavailable
        answers.append({"id": line.given["id"], **answer} if "id" in line.given else answer)
    return answers
