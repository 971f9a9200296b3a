"""Which engine speaks is one decision: the service and every command give the same name."""

import json

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from moderation.app import create_app
from moderation.bootstrap import build_service
from moderation.cli import app
from moderation.scorer_shelf import choose_engines
from moderation.scoring.loading import ModelState
from moderation.scoring.store import ModelStore
from moderation.settings import Settings
from moderation.storage.migrate import open_current
from moderation.storage.sites import change_site
from moderation.vocabulary import Field
from tests.factories import comment_body, make_settings, make_world, prepare
from tests.scoring.test_engines import put_model

TEXT = "You are an idiot and I like the park"


@pytest.fixture
def run(tmp_path, monkeypatch):
    for name in ("data", "vault", "secrets"):
        monkeypatch.setenv(f"MODERATION_{name.upper()}_DIR", str(tmp_path / name))

    def invoke(*words, code=0, given=None):
        result = CliRunner().invoke(app, list(words), input=given)
        assert result.exit_code == code, result.output
        return result.output

    return invoke


def engines_of_commands(run, *more):
    """What `check`, `score` and `explain` say judged a text."""
    checked = json.loads(run("check", TEXT, "--json", *more))
    scored = json.loads(run("score", "--input", "-", "--plain", *more, given=TEXT).splitlines()[0])
    explained = json.loads(run("explain", TEXT, "--json", *more))
    return [answer["engine"] for answer in (checked, scored, explained)]


@pytest.mark.parametrize("chosen", ["by the setting", "by the command", "for the field"])
def test_every_command_asks_the_engine_that_the_service_would_ask(run, tmp_path, monkeypatch, chosen):
    if chosen == "by the setting":
        monkeypatch.setenv("MODERATION_ENGINE", "ngrams")
    elif chosen == "by the command":
        run("models", "use", "ngrams")
    else:
        monkeypatch.setenv("MODERATION_FIELD_ENGINES", "text=ngrams")
    assert engines_of_commands(run) == ["ngrams"] * 3
    settings = Settings(data_dir=tmp_path / "data")
    assert choose_engines(settings, ModelStore(tmp_path / "data" / "models")).name(Field.TEXT) == "ngrams"


def test_an_engine_that_is_asked_for_speaks_for_every_field(run, monkeypatch):
    monkeypatch.setenv("MODERATION_FIELD_ENGINES", "text=gone,title=gone")
    assert engines_of_commands(run, "--engine", "ngrams") == ["ngrams"] * 3
    answer = json.loads(run("check", TEXT, "--title", "A fine day", "--engine", "ngrams", "--json"))
    assert answer["unavailable"] == {}


def test_a_field_engine_that_cannot_be_read_ends_every_command(run, monkeypatch):
    monkeypatch.setenv("MODERATION_FIELD_ENGINES", "nonsense=ngrams")
    for words in (("check", TEXT), ("score", "--input", "-", "--plain"), ("explain", TEXT)):
        run(*words, code=1, given=TEXT)


def test_a_choice_that_the_setting_outranks_is_told(run, monkeypatch):
    assert "next start" in run("models", "use", "ngrams")
    monkeypatch.setenv("MODERATION_ENGINE", "embedded")
    assert "`MODERATION_ENGINE` is set to `embedded` and wins" in run("models", "use", "ngrams")


def test_the_model_in_use_is_marked_whatever_runs_it(run):
    for engine in ("embedded@openvino", "embedded+ngrams"):
        run("models", "use", engine)
        assert "* embedded" in run("models", "list")


@pytest.mark.parametrize("where", ["MODERATION_ENGINE", "MODERATION_FIELD_ENGINES", "site"])
def test_a_model_that_is_named_anywhere_is_not_removed(run, tmp_path, monkeypatch, where):
    store = ModelStore(tmp_path / "data" / "models")
    put_model(store, "mine")
    if where == "site":
        prepare(make_settings(tmp_path))
        database = open_current(make_settings(tmp_path).database)
        change_site(database, "gazette", engine="mine@openvino")
        database.close()
    else:
        monkeypatch.setenv(where, "name=mine" if "FIELD" in where else "mine")
    assert "in use by" in run("models", "remove", "mine", code=1)
    assert store.path("mine").is_dir()


def test_every_damaged_model_is_told(run, tmp_path):
    store = ModelStore(tmp_path / "data" / "models")
    for name in ("first", "second", "third"):
        put_model(store, name)
    for name in ("first", "third"):
        (store.path(name) / "model.onnx").write_bytes(b"bent")
    said = run("models", "verify", code=1)
    assert [name for name in ("first", "third") if f"{name}: the file `model.onnx`" in said] == ["first", "third"]
    assert "second: 1 files are what the card says" in said
    assert "embedded: 2 files are what the card says" in said


def test_a_site_has_an_engine_of_its_own_until_it_is_taken_back(run, tmp_path):
    world = make_world(tmp_path)
    assert world.service.scorers.scorer_for("gazette", Field.TEXT).info.engine == "ngrams"
    assert "from now on" in run("models", "use", "embedded", "--site", "gazette")
    world.service.shelf.forget("gazette")
    assert world.service.scorers.scorer_for("gazette", Field.TEXT).info.engine == "embedded"
    assert world.service.scorers.scorer_for("herald", Field.TEXT).info.engine == "ngrams"
    run("models", "use", "--site", "gazette")
    world.service.shelf.forget("gazette")
    assert world.service.scorers.scorer_for("gazette", Field.TEXT).info.engine == "ngrams"
    world.close()


def test_a_site_that_is_not_there_and_an_engine_that_is_not_there_are_told(run, tmp_path):
    prepare(make_settings(tmp_path))
    assert "gone" in run("models", "use", "ngrams", "--site", "gone", code=1)
    assert "gone" in run("models", "use", "gone", "--site", "gazette", code=1)
    run("models", "use", code=2)


def test_readyz_tells_of_every_engine_that_a_field_or_a_site_names(run, tmp_path):
    make_world(tmp_path).close()
    run("models", "use", "ngrams", "--site", "herald")
    settings = make_settings(tmp_path, engine="embedded", field_engines="title=gone")
    service = build_service(settings)
    service.scorer.wait(30)
    with TestClient(create_app(settings, service=service, workers=False)) as client:
        for field, site in ((Field.TITLE, "gazette"), (Field.TEXT, "herald")):
            service.scorers.scorer_for(site, field).wait(30)
        parts = client.get("/readyz").json()["parts"]
    assert (parts["model gone"]["state"], "gone" in parts["model gone"]["detail"]) == ("failed", True)
    assert parts["model ngrams"]["state"] == ModelState.READY


def test_a_field_without_its_engine_holds_the_comment(tmp_path):
    world = make_world(tmp_path, field_engines="title=gone")
    with TestClient(create_app(world.settings, service=world.service, workers=False)) as client:
        headers = {"authorization": f"Bearer {world.live}"}
        plain, titled = (
            client.post("/api/v1/comments", json=comment_body(text, **more), headers=headers).json()["status"]
            for text, more in (("A fair report.", {}), ("Another fair report.", {"title": "Well done"}))
        )
    assert (plain, titled) == ("published", "held")


def test_doctor_tries_the_engines_of_fields_and_sites(run, tmp_path, monkeypatch):
    prepare(make_settings(tmp_path))
    run("models", "use", "ngrams", "--site", "gazette")
    monkeypatch.setenv("MODERATION_ENGINE", "ngrams")
    found = {row["name"]: row for row in json.loads(run("doctor", "--json"))}
    assert found["site models"]["detail"].startswith("ngrams ")
    monkeypatch.setenv("MODERATION_FIELD_ENGINES", "name=gone")
    found = {row["name"]: row for row in json.loads(run("doctor", "--json", code=1))}
    assert (found["model"]["state"], "gone" in found["model"]["detail"]) == ("wrong", True)
