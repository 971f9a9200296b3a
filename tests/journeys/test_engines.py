"""A comment's way through the service with each engine, and what happens when its weights are gone."""

from __future__ import annotations

import shutil
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from moderation import scorer_shelf
from moderation.app import create_app
from moderation.scoring.cards import WEIGHTS
from moderation.scoring.engines import Engines
from moderation.scoring.importing import find_source, import_model
from moderation.scoring.loading import ModelState
from moderation.scoring.store import ModelStore
from tests.factories import World, comment_body, make_world
from tests.scoring.checkpoints import make_bert

ABUSE = "You are a fucking idiot, shut up you stupid piece of shit"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one imported checkpoint."""
    folder = tmp_path_factory.mktemp("imported")
    store = ModelStore(folder / "models")
    import_model(find_source(str(make_bert(folder / "source").checkpoint), store, name="mine"), store)
    return store.folder


def open_world(folder: Path, engine: str, models: Path | None = None) -> World:
    if models:
        shutil.copytree(models, folder / "data" / "models")
    (folder / "data").mkdir(parents=True, exist_ok=True)
    world = make_world(folder, engine=engine)
    world.service.scorer.wait(60)
    return world


def send(world: World, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer to a comment, and the state of the model on `/readyz`."""
    app = create_app(world.settings, service=world.service, workers=False)
    with TestClient(app) as client:
        headers = {"authorization": f"Bearer {world.live}"}
        answer = client.post("/api/v1/comments", json=comment_body(text), headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json(), client.get("/readyz").json()["parts"]["model"]


@pytest.mark.parametrize(
    "engine", ["embedded", "embedded@openvino", "ngrams", "mine", "mine@openvino", "mine@detoxify"]
)
def test_a_comment_is_judged_with_each_engine(tmp_path: Path, imported: Path, engine: str) -> None:
    world = open_world(tmp_path, engine, imported)
    scores = world.service.scorer.score(["This is a fine and long day for all of us"])[0]
    assert scores.engine == engine
    assert scores.checksum == world.service.scorer.info.checksum
    judged, model = send(world, ABUSE)
    assert model["state"] == "ready"
    assert judged["status"] in {"published", "held", "rejected"}


def test_abuse_is_held_and_a_kind_word_is_published_with_ngrams(tmp_path: Path) -> None:
    world = open_world(tmp_path, "ngrams")
    app = create_app(world.settings, service=world.service, workers=False)
    with TestClient(app) as client:
        headers = {"authorization": f"Bearer {world.live}"}
        status = [
            client.post("/api/v1/comments", json=comment_body(text), headers=headers).json()["status"]
            for text in (ABUSE, "Thank you for this article about the library.")
        ]
    assert status[0] != "published"
    assert status[1] == "published"


def test_a_network_that_is_gone_means_held_with_the_reason(tmp_path: Path, imported: Path) -> None:
    folder = tmp_path / "data" / "models"
    shutil.copytree(imported, folder)
    (folder / "mine" / "model.onnx").unlink()
    world = open_world(tmp_path, "mine")
    judged, model = send(world, "Thank you for this article about the library.")
    assert judged["status"] == "held"
    assert (model["state"], "`mine/model.onnx` is missing" in model["detail"]) == ("failed", True)


def test_a_damaged_network_is_refused_by_its_checksum(tmp_path: Path, imported: Path) -> None:
    folder = tmp_path / "data" / "models"
    shutil.copytree(imported, folder)
    with (folder / "mine" / "model.onnx").open("ab") as network:
        network.write(b"x")
    world = open_world(tmp_path, "mine")
    judged, model = send(world, "Thank you for this article about the library.")
    assert judged["status"] == "held"
    assert (model["state"], "`mine/model.onnx` has checksum" in model["detail"]) == ("failed", True)


@pytest.mark.parametrize("name", ["ngrams.npz", "ngrams.json"])
def test_shipped_weights_that_are_gone_mean_held_and_when_they_return_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    weights = tmp_path / "weights"
    shutil.copytree(WEIGHTS, weights)
    (weights / name).unlink()
    monkeypatch.setattr(scorer_shelf, "Engines", partial(Engines, weights=weights))
    world = open_world(tmp_path, "ngrams")
    judged, model = send(world, "Thank you for this article about the library.")
    assert judged["status"] == "held"
    assert (model["state"], name in model["detail"]) == ("failed", True)
    shutil.copyfile(WEIGHTS / name, weights / name)
    world = open_world(tmp_path / "again", "ngrams")
    assert world.service.scorer.wait(10).state is ModelState.READY


def test_the_model_loads_behind_a_service_that_is_up_already(tmp_path: Path) -> None:
    started = time.monotonic()
    world = make_world(tmp_path, engine="ngrams")
    assert world.service.scorer.health.state in set(ModelState)
    assert world.service.scorer.wait(30).state is ModelState.READY
    assert time.monotonic() - started < 30
    world.close()
