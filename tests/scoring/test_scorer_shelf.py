import pytest

from moderation.errors import Invalid
from moderation.scorer_shelf import name_engine, open_scorers, read_field_engines
from moderation.scoring.loading import ModelState
from moderation.scoring.store import ModelStore
from moderation.settings import Settings
from moderation.vocabulary import Field


def make_settings(folder, **changes):
    return Settings(data_dir=folder, **changes)


def test_a_field_outranks_the_site_and_the_site_outranks_the_rest(tmp_path):
    settings = make_settings(tmp_path, engine="ngrams", field_engines="name=ngrams, website = gone")
    shelf = open_scorers(settings, lambda site: "other" if site == "s1" else None)
    assert shelf.scorer_for("s2", Field.TEXT) is shelf.main
    assert shelf.scorer_for("s1", Field.TEXT).info.engine == "other"
    assert shelf.scorer_for("s1", Field.WEBSITE).info.engine == "gone"
    assert shelf.scorer_for("s1", Field.NAME) is shelf.main
    assert shelf.main.wait(10).state is ModelState.READY
    assert shelf.scorer_for("s2", Field.TEXT).score(["you are a fucking idiot"])[0].values["toxicity"] > 0.5
    shelf.close()


def test_the_setting_outranks_the_choice_of_the_command(tmp_path):
    store = ModelStore(tmp_path / "models")
    store.use("ngrams")
    assert name_engine(make_settings(tmp_path), store) == "ngrams"
    assert name_engine(make_settings(tmp_path, engine="embedded"), store) == "embedded"


@pytest.mark.parametrize("words", ["name", "name=", "nonsense=ngrams", "=ngrams"])
def test_a_field_engine_that_cannot_be_read_is_refused(words):
    with pytest.raises(Invalid, match="FIELD_ENGINES"):
        read_field_engines(words)


def test_no_field_engines_are_none():
    assert read_field_engines("") == {}
    assert read_field_engines("text=a, name=b") == {Field.TEXT: "a", Field.NAME: "b"}
