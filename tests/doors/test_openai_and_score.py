"""The moderations door, called by OpenAI's own client, and our own door for scores."""

from __future__ import annotations

import httpx
import openai
import pytest

from moderation.api.openai_moderations import CATEGORIES
from tests.doors.serving import Served

URL = "/v1/moderations"


def client_of(served: Served, key: str | None = None) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.root}/v1", api_key=key or served.world.live, max_retries=0)


def by_hand(served: Served, **more) -> httpx.Response:
    return httpx.post(
        served.root + URL, headers={"authorization": f"Bearer {served.world.live}", **more.pop("headers", {})}, **more
    )


def test_openais_client_parses_a_flagged_text(served: Served) -> None:
    answer = client_of(served).moderations.create(input="You idiot", model="omni-moderation-latest")
    (one,) = answer.results
    assert answer.model == "moderation-words-1"
    assert (one.flagged, one.categories.harassment, one.categories.hate) == (True, True, False)
    assert one.category_scores.harassment == 0.96
    assert one.category_applied_input_types.harassment == ["text"]
    assert one.category_applied_input_types.self_harm == []
    assert one.category_scores.self_harm == 0.0


def test_a_list_is_one_result_each_and_parts_are_one_input(served: Served) -> None:
    client = client_of(served)
    assert [r.flagged for r in client.moderations.create(input=["fine", "You idiot"]).results] == [False, True]
    parts = [
        {"type": "text", "text": "You"},
        {"type": "text", "text": "idiot"},
        {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}},
    ]
    (one,) = client.moderations.create(input=parts).results
    assert one.flagged
    assert one.category_applied_input_types.violence == ["text"], "a picture is never said to have been examined"


def test_all_thirteen_categories_are_present(served: Served) -> None:
    (one,) = by_hand(served, json={"input": "vermin, I will kill you"}).json()["results"]
    for part in ("categories", "category_scores", "category_applied_input_types"):
        assert set(one[part]) == set(CATEGORIES)
    assert one["categories"]["hate/threatening"]


def test_openais_client_raises_its_own_errors(served: Served) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        client_of(served, "ck_live_" + "a" * 32).moderations.create(input="x")
    assert caught.value.code == "invalid_api_key"
    with pytest.raises(openai.NotFoundError):
        client_of(served).moderations.create(input="x", model="gpt-9")
    served.scorer.away = True
    try:
        with pytest.raises(openai.InternalServerError):
            client_of(served).moderations.create(input="x")
    finally:
        served.scorer.away = False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"input": ""},
        {"input": []},
        {"input": 7},
        {"input": [1]},
        {"input": "x", "model": 7},
        {"input": "x", "extra": 1},
        {"input": [{"type": "image_url", "image_url": {"url": "https://x.example"}}]},
    ],
)
def test_each_fault_has_this_protocols_form(served: Served, body: dict) -> None:
    error = by_hand(served, json=body)
    assert error.status_code == 400
    assert error.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("content", [b"{", b"input=hi", b"[]", b"\xff"])
def test_what_is_no_json_object_is_refused_in_this_protocols_form(served: Served, content: bytes) -> None:
    answer = by_hand(served, content=content)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, None)


def score(served: Served, body: object) -> httpx.Response:
    return httpx.post(
        f"{served.root}/api/v1/score", json=body, headers={"authorization": f"Bearer {served.world.live}"}
    )


def test_a_text_is_scored_and_a_list_keeps_its_order(served: Served) -> None:
    one = score(served, {"text": "You idiot"}).json()
    assert one["scores"]["insult"] == 0.93
    assert {"spans", "factors", "language", "engine", "version", "checksum", "calibration"} <= set(one)
    many = score(served, {"text": ["fine", "You idiot"], "context": {"subjects": ["A Person"]}}).json()["results"]
    assert [result["scores"]["insult"] for result in many] == [0.02, 0.93]


@pytest.mark.parametrize(
    "body", [{}, {"text": []}, {"text": 7}, {"text": "x", "more": 1}, {"text": "x", "context": {"who": 1}}]
)
def test_a_faulty_call_for_scores_is_a_problem(served: Served, body: dict) -> None:
    answer = score(served, body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_model_that_is_away_is_no_score_and_nothing_is_said_to_be_held(served: Served) -> None:
    served.scorer.away = True
    try:
        answer = httpx.post(
            f"{served.root}/api/v1/score",
            headers={"authorization": f"Bearer {served.world.live}"},
            json={"text": "x"},
            timeout=20,
        )
    finally:
        served.scorer.away = False
    assert (answer.status_code, answer.json()["code"]) == (503, "scoring_unavailable")
    assert "held" not in answer.json()["detail"]
