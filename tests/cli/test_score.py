from __future__ import annotations

import json
import signal
import time

import pytest

from moderation.cli import score
from tests.cli.conftest import Home

INSULT = "You are a stupid idiot."


def lines_of(home: Home, count: int) -> str:
    texts = [INSULT if n % 5 == 0 else f"The ferry number {n} was on time." for n in range(count)]
    path = home.path / "in.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts)))
    return str(path)


def test_each_line_has_scores_spans_language_and_what_gave_them(home: Home) -> None:
    given = json.dumps({"text": "\u200b" + INSULT}) + "\n" + json.dumps("Good morning.") + "\n"
    done = home.run("score", "--input", "-", given=given)
    bad, good = [json.loads(line) for line in done.stdout.splitlines()]
    of_model = {"engine", "version", "checksum", "calibration"}
    assert set(bad) == {"scores", "spans", "language", "fit", "cut", *of_model}
    assert all(bad[word] for word in of_model)
    assert bad["scores"]["toxicity"] > 0.8
    assert good["scores"]["toxicity"] < 0.2
    assert all(("\u200b" + INSULT)[s["start"] : s["end"]].strip() for s in bad["spans"])
    assert "2 texts" in done.stderr


def test_many_processes_give_the_same_answers_in_the_same_order(home: Home) -> None:
    path = lines_of(home, 700)
    alone = home.run("score", "--input", path, "--processes", "1")
    together = home.run("score", "--input", path, "--processes", "2")
    assert together.stdout == alone.stdout
    assert [json.loads(line)["id"] for line in together.stdout.splitlines()] == list(range(700))


def test_plain_lines_are_texts_and_a_bad_line_is_answered(home: Home) -> None:
    plain = home.run("score", "--plain", "--input", "-", given="Good morning.\n\n{not json}\n")
    assert len(plain.stdout.splitlines()) == 3
    done = home.run("score", "--input", "-", given='{"text": 1}\n{"text": "Good morning."}\n', code=1)
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert (first["line"], bool(second["scores"])) == (1, True)


def test_ctrl_c_stops_after_a_whole_line(home: Home) -> None:
    process = home.start("score", "--input", lines_of(home, 60_000), "--processes", "2")
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    process.stdout.close()
    assert process.wait(timeout=30) == 130
    answers = [json.loads(line) for line in (first + rest).splitlines()]
    assert [a["id"] for a in answers] == list(range(len(answers)))
    assert 0 < len(answers) < 60_000
    assert "stopped after" in (home.path / "err.txt").read_text()


def test_an_answer_that_is_being_written_is_written_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []
    before = signal.getsignal(signal.SIGINT)

    def interrupted(answer: object) -> None:
        signal.raise_signal(signal.SIGINT)
        written.append(answer)

    monkeypatch.setattr(score, "give_json", interrupted)
    with pytest.raises(KeyboardInterrupt):
        score._write([[{"id": 1}], [{"id": 2}]])
    assert written == [{"id": 1}]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_very_long_text_says_that_its_end_was_not_read_and_a_foreign_one_that_it_is_not_vouched_for(
    home: Home,
) -> None:
    texts = ["a fine day " * 3000, "a fine day", "Das ist aber nicht so schlimm, und wir haben auch keine Zeit mehr"]
    done = home.run("score", "--input", "-", given="".join(json.dumps({"text": text}) + "\n" for text in texts))
    long, short, german = [json.loads(line) for line in done.stdout.splitlines()]
    assert (long["cut"], short["cut"], german["cut"]) == (True, False, False)
    assert (short["fit"], german["fit"]) == (True, False)
