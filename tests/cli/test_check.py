from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import ROOT, Home

INSULT = "You are a stupid idiot and everybody knows it."


def test_check_needs_no_database_no_keys_and_leaves_nothing_behind(home: Home) -> None:
    said = home.run("check", "The ferry was on time again this morning.")
    assert said.stdout.startswith("published\n")
    assert "characters  41 of 2000" in said.stdout
    assert list(home.path.iterdir()) == []


def test_json_names_ground_rule_score_span_and_count(home: Home) -> None:
    answer = home.json("check", INSULT, "--json")
    assert answer["status"] == "held"
    assert "insulting" in answer["grounds"]
    assert answer["reasons"]
    assert answer["scores"]["toxicity"] > 0.6
    assert answer["engine"] == "ngrams"
    assert answer["characters"] == {"count": len(INSULT), "limit": 2000, "left": 2000 - len(INSULT)}
    assert any("stupid" in INSULT[s["start"] : s["end"]] for s in answer["spans"])


def test_the_name_is_judged_as_well_as_the_text(home: Home) -> None:
    harmless = home.json("check", "Good morning.", "--json")
    named = home.json("check", "Good morning.", "--name", "you are a stupid idiot", "--json")
    assert harmless["status"] == "published"
    assert named["status"] == "held"
    assert named["other_scores"]["name"]["toxicity"] > 0.6


def test_a_file_gives_one_line_for_each_line_in_order(home: Home) -> None:
    lines = [
        json.dumps({"id": 7, "text": "The ferry was on time."}),
        "not json",
        json.dumps({"text": "x" * 2001, "id": "long"}),
        json.dumps({"no_text": 1}),
        json.dumps({"id": 8, "text": INSULT, "author": {"name": "Asha"}, "article": {"title": "Ferries"}}),
    ]
    done = home.run("check", "--input", "-", "--json", given="\n".join(lines), code=1)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a.get("status") for a in answers] == ["published", None, "refused", None, "held"]
    assert [a.get("id") for a in answers] == [7, None, "long", None, 8]
    assert answers[1]["line"] == 2
    assert answers[2]["errors"][0]["code"] == "too_long"
    assert answers[2]["characters"]["left"] == -1


def test_a_file_answers_what_single_checks_answer(home: Home) -> None:
    texts = ["Good morning.", INSULT, "Read http://a.example http://b.example http://c.example now"]
    given = "\n".join(json.dumps({"text": text}) for text in texts)
    together = [json.loads(line) for line in home.run("check", "--input", "-", given=given).stdout.splitlines()]
    alone = [home.json("check", text, "--json") for text in texts]
    assert together == alone


def test_bytes_that_are_no_text_are_answered_not_a_crash(home: Home) -> None:
    given = b'{"text": "\xff\xfe"}\n{"text": "\\ud800 half"}\n{"text": "a\\u0000b"}\n' + b"[" * 5000 + b"\n"
    done = home.run("check", "--input", "-", given=given, code=1)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0]["error"]
    assert [a["status"] for a in answers[1:3]] == ["refused", "refused"]
    assert answers[3]["error"]


def test_a_model_that_cannot_be_opened_holds_the_comment_and_says_why(home: Home) -> None:
    answer = home.json("check", "Good morning.", "--json", "--engine", "nosuch")
    assert answer["status"] == "held"
    assert "nosuch" in answer["unavailable"]["scoring"]


@pytest.mark.parametrize("words", [("check",), ("check", "a", "--input", "b"), ("check", "a", "--nosuch"), ("nosuch",)])
def test_wrong_use_is_exit_code_2_on_stderr(home: Home, words: tuple[str, ...]) -> None:
    done = home.run(*words, code=2)
    assert done.stdout == ""
    assert done.stderr


def test_an_error_says_what_to_do_next(home: Home) -> None:
    done = home.run("check", "--input", "missing.jsonl", code=1)
    assert done.stdout == ""
    assert "`missing.jsonl` cannot be read" in done.stderr
    assert "hint:" in done.stderr


def test_checking_imports_no_web_framework_no_database_and_no_torch() -> None:
    heavy = ["fastapi", "sqlmodel", "alembic", "torch", "uvicorn", "cryptography.x509"]
    code = (
        "import sys; from moderation.settings import load_settings; from moderation.cli.judging import Bench;"
        "b = Bench.open(load_settings(), 'default', 'ngrams'); b.judge([{'text': 'Good morning.'}]);"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_the_command_line_is_light() -> None:
    heavy = ["fastapi", "onnxruntime", "torch", "sqlmodel", "numpy", "pydantic"]
    code = f"import sys, moderation.cli; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_field_has_the_engine_that_the_setting_names(home: Home) -> None:
    home.env["MODERATION_FIELD_ENGINES"] = "name=absent"
    answer = home.json("check", "Good morning.", "--name", "you are a stupid idiot", "--json")
    assert answer["engine"] == "ngrams"
    assert answer["status"] == "held"
    assert "absent" in answer["unavailable"]["scoring"]
    without_name = home.json("check", "Good morning.", "--json")
    assert without_name["status"] == "published"


def test_a_field_engine_that_cannot_be_read_ends_the_command(home: Home) -> None:
    home.env["MODERATION_FIELD_ENGINES"] = "nonsense=ngrams"
    assert "MODERATION_FIELD_ENGINES" in home.run("check", "Good morning.", code=1).stderr
