"""The operator's commands, on the shipped `ngrams` engine and on a checkpoint made here."""

import json

import pytest
from typer.testing import CliRunner

from moderation.cli import app
from moderation.scoring.store import ModelStore
from tests.scoring.checkpoints import make_bert


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("MODERATION_DATA_DIR", str(tmp_path / "data"))

    def invoke(*words, code=0, given=None):
        result = CliRunner().invoke(app, list(words), input=given)
        assert result.exit_code == code, result.output
        return result.output

    return invoke


@pytest.fixture
def ngrams(run):
    run("models", "use", "ngrams")


@pytest.mark.usefixtures("ngrams")
def test_explain_names_the_words_for_people(run):
    said = run("explain", "You are a fucking idiot and I like the park")
    assert "toxicity" in said
    assert "very likely" in said
    assert "'fucking'" in said


@pytest.mark.usefixtures("ngrams")
def test_explain_gives_programs_offsets_and_drops(run):
    text = "You are a fucking idiot"
    found = json.loads(run("explain", text, "--json"))
    assert found["engine"] == "ngrams"
    best = max(found["words"], key=lambda part: part["drops"]["toxicity"])
    assert text[best["start"] : best["end"]] in {"fucking", "idiot"}
    assert found["spans"]


@pytest.mark.usefixtures("ngrams")
def test_explain_reads_standard_input(run):
    assert json.loads(run("explain", "-", "--json", given="a fine day"))["scores"]


def test_explain_with_an_engine_that_is_not_there_says_so(run):
    assert "gone" in run("explain", "a", "--engine", "gone", code=1)


def test_a_checkpoint_is_imported_chosen_verified_and_removed(run, tmp_path):
    made = make_bert(tmp_path / "source")
    said = run("models", "import", str(made.checkpoint), "--name", "mine", "--languages", "en,kn-Latn")
    assert "toxicity, severe_toxicity, obscene, threat, insult, identity_attack" in said
    assert "mine" in run("models", "list")
    (listed,) = json.loads(run("models", "list", "--json"))["models"]
    assert (listed["name"], listed["languages"]) == ("mine", ["en", "kn-Latn"])
    assert "what the card says" in run("models", "verify")
    run("models", "use", "mine")
    assert json.loads(run("models", "list", "--json"))["active"] == "mine"
    assert json.loads(run("explain", "This is a long and lovely article", "--json"))["engine"] == "mine"
    assert "ships with the package" in run("models", "remove", "embedded", code=1)
    assert "in use" in run("models", "remove", "mine", code=1)
    run("models", "use", "ngrams")
    run("models", "remove", "mine")
    assert json.loads(run("models", "list", "--json"))["models"] == []


def test_a_damaged_model_fails_verification_and_cannot_be_used(run, tmp_path):
    made = make_bert(tmp_path / "source")
    run("models", "import", str(made.folder), "--name", "mine")
    network = ModelStore(tmp_path / "data" / "models").path("mine") / "model.onnx"
    network.write_bytes(network.read_bytes()[:-1])
    assert "model.onnx" in run("models", "verify", code=1)
    assert "mine" in run("models", "use", "mine", code=1)


def test_a_missing_published_checkpoint_says_where_to_put_it(run):
    assert "incoming/unbiased" in run("models", "import", "unbiased", code=1)
