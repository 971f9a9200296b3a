"""`moderation policy`: lint, show, explain, replay, as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from moderation.cli.policy import app, read_since
from moderation.errors import Invalid, NotFound
from moderation.policy.files import examples_path, policy_path
from moderation.ports import Arrival
from moderation.vocabulary import Article, Author, Comment, Door
from tests.factories import World, make_world
from tests.fakes import WordScorer

GOLDEN = Path(__file__).parent.parent / "policy" / "golden" / "faulty.yaml"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, list[str]]]:
    folder = tmp_path_factory.mktemp("newsroom")
    made = make_world(folder, scorer=WordScorer())
    ids = []
    for text in ("You idiot.", "A fair report, thank you."):
        comment = Comment(text, Door.API, Article("a-1", section="city"), Author("Asha Shenoy", "a@reader.example"))
        (outcome,) = made.service.pipeline.receive([Arrival("gazette", comment)])
        ids.append(outcome.id)  # type: ignore[union-attr]
    yield made, ids
    made.close()


@pytest.fixture
def here(newsroom: tuple[World, list[str]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    settings = newsroom[0].settings
    for name in ("data_dir", "vault_dir", "secrets_dir"):
        monkeypatch.setenv(f"MODERATION_{name.upper()}", str(getattr(settings, name)))
    return newsroom[1]


def test_lint_of_a_good_policy_runs_its_examples() -> None:
    done = run("lint", "default")
    assert done.exit_code == 0
    assert "good, 0 warnings; 50 of 50 examples as expected" in done.stdout


def test_lint_shows_every_fault_with_its_place_and_says_no() -> None:
    done = run("lint", str(GOLDEN))
    assert done.exit_code == 1
    assert f"{GOLDEN}:15:11: error: there is no name `score.insul`" in done.stderr
    assert "21 errors, 1 warnings" in done.stdout
    data = json.loads(run("lint", str(GOLDEN), "--json").stdout)
    assert {"unknown_name", "never_fires", "threshold_order"} <= {fault["code"] for fault in data["faults"]}


def test_lint_says_which_example_comes_out_otherwise(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(policy_path("light").read_text(encoding="utf-8"), encoding="utf-8")
    beside = examples_path(policy_path("default")).read_text(encoding="utf-8")
    examples_path(mine).write_text(beside, encoding="utf-8")
    done = run("lint", str(mine))
    assert done.exit_code == 1
    assert "expected `hold`, the policy says `publish` by" in done.stderr


def test_show_says_the_rules_in_plain_words() -> None:
    assert "insult: Insult: at least likely (0.60) → it waits for a person" in run("show", "default").stdout


def test_explain_says_what_held(here: list[str]) -> None:
    done = run("explain", here[0], "--site", "gazette")
    assert done.exit_code == 0
    assert "held: insult: at least likely (0.60) (score.insult = 0.97)" in done.stdout
    data = json.loads(run("explain", here[0], "--site", "gazette", "--json").stdout)
    assert (data["action"], data["same_policy"]) == ("hold", True)
    assert "insult" in [rule["id"] for rule in data["rules"]]


def test_a_site_must_be_named_when_there_are_several(here: list[str]) -> None:
    assert isinstance(run("explain", here[0]).exception, NotFound)
    assert isinstance(run("explain", here[0], "--site", "herald").exception, NotFound)


def test_replay_prints_the_table_and_gives_the_same_as_json(here: list[str]) -> None:
    asked = ("replay", "--policy", "light", "--site", "gazette", "--since", "30d")
    told = run(*asked).stdout
    assert "2 comments, 1 (50.0%) decided otherwise" in told
    assert "for people by the hour of the day (UTC), then -> now" in told
    data = json.loads(run(*asked, "--json").stdout)
    assert (data["comments"], data["changed"], data["table"]["hold"]["publish"]) == (2, 1, 1)
    assert [one["id"] for one in data["samples"]] == [here[0]]
    assert [one["hour"] for one in data["queue"]["by_hour_utc"]] == list(range(24))
    assert data["queue"]["busiest_then"]["per_hour_then"] == 1.0


def test_since_is_a_duration_or_a_date() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert read_since("12h", now) == now - timedelta(hours=12)
    assert read_since("2026-11-01", now) == datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(Invalid):
        read_since("yesterday", now)
