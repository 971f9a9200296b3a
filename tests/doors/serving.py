"""The application behind a real port on this machine, for clients that know nothing of tests."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import uvicorn

from moderation.app import create_app
from moderation.scoring.scorer import EngineInfo
from moderation.vocabulary import Scores
from tests.factories import World, make_world
from tests.fakes import WordScorer

LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit", "spam")


class SevenWords(WordScorer):
    """Knows one word for each label, so that a test can say what a text is."""

    info = EngineInfo("words", "1", "", "", LABELS, ("en",))
    words: ClassVar = {
        "idiot": "insult",
        "kill": "threat",
        "vermin": "identity_attack",
        "damn": "obscene",
        "casino": "spam",
    }

    def _one(self, text: str) -> Scores:
        found = {label for word, label in self.words.items() if word in text.lower()}
        values = {label: 0.93 if label in found else 0.02 for label in LABELS}
        if found - {"spam"}:
            values["toxicity"] = 0.96
        return Scores(values, "words", "1")


@dataclass
class Served:
    """A served newsroom."""

    world: World
    scorer: SevenWords
    port: int

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve(folder: Path, *, workers: bool = False, **more: object) -> Iterator[Served]:
    scorer = SevenWords()
    world = make_world(folder, scorer=scorer, **more)
    app = create_app(world.settings, workers=workers, service=world.service)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield Served(world, scorer, port)
    finally:
        server.should_exit = True
        thread.join(timeout=20)
