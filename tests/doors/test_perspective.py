"""The Perspective door, called by Google's own client and, where it sends nothing wrong, by hand."""

from __future__ import annotations

import json

import httpx
import pytest
from googleapiclient import discovery
from googleapiclient.errors import HttpError

from moderation.storage.comments import list_comments
from moderation.storage.labels import read_labels
from moderation.vocabulary import Lane
from tests.doors.serving import Served

ANALYZE = "/v1alpha1/comments:analyze"


def client_of(served: Served, key: str | None = None):
    return discovery.build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=key or served.world.live,
        discoveryServiceUrl=f"{served.root}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    )


def call(served: Served, body: object, *, key: str | None = None, path: str = ANALYZE, **more) -> httpx.Response:
    params = {"key": served.world.live if key is None else key} if key != "" else {}
    return httpx.post(served.root + path, params=params, json=body, timeout=10, **more)


def plain(text: str = "You are an idiot. Nice day though.", **more) -> dict[str, object]:
    return {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, "languages": ["en"], **more}


def fault(response: httpx.Response) -> dict:
    error = response.json()["error"]
    assert error["code"] == response.status_code
    return error | {"type": next((d.get("errorType", "") for d in error.get("details", [])), "")}


def test_googles_own_client_analyses_a_comment(served: Served) -> None:
    request = plain(spanAnnotations=True, doNotStore=True, clientToken="c-1")
    request["requestedAttributes"] = {
        "TOXICITY": {},
        "INSULT": {"scoreThreshold": 0.5},
        "THREAT": {"scoreThreshold": 0.5},
    }
    answer = client_of(served).comments().analyze(body=request).execute()
    assert set(answer["attributeScores"]) == {"TOXICITY", "INSULT"}, "a score below its threshold is left out"
    toxicity = answer["attributeScores"]["TOXICITY"]
    assert toxicity["summaryScore"] == {"value": 0.96, "type": "PROBABILITY"}
    assert [(s["begin"], s["end"], s["score"]["value"]) for s in toxicity["spanScores"]] == [
        (0, 17, 0.96),
        (18, 34, 0.02),
    ]
    assert answer["languages"] == answer["detectedLanguages"] == ["en"]
    assert answer["clientToken"] == "c-1"


def test_analysing_stores_nothing(served: Served) -> None:
    database, now = served.world.service.database, served.world.service.clock()
    before = len(list_comments(database, "gazette", Lane.LIVE, now))
    call(served, plain(doNotStore=False)).raise_for_status()
    assert len(list_comments(database, "gazette", Lane.LIVE, now)) == before


def test_spans_are_utf16_units_and_end_exclusive(served: Served) -> None:
    text = "😀 fine. You idiot 😀! ಹೌದು."
    answer = call(served, plain(text, spanAnnotations=True)).json()
    wide = text.encode("utf-16-le")
    spans = answer["attributeScores"]["TOXICITY"]["spanScores"]
    assert [wide[2 * s["begin"] : 2 * s["end"]].decode("utf-16-le") for s in spans] == [
        "😀 fine.",
        "You idiot 😀!",
        "ಹೌದು.",
    ]


def test_without_annotations_one_span_covers_the_text(served: Served) -> None:
    (span,) = call(served, plain("ab 😀")).json()["attributeScores"]["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"]) == (0, 5)


@pytest.mark.parametrize(
    "name", ["TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT", "SEXUALLY_EXPLICIT"]
)
def test_every_promised_attribute_and_its_twin_is_scored(served: Served, name: str) -> None:
    wanted = {name: {}, f"{name}_EXPERIMENTAL": {"scoreType": "PROBABILITY"}}
    scores = call(served, plain() | {"requestedAttributes": wanted}).json()["attributeScores"]
    assert scores[name]["summaryScore"] == scores[f"{name}_EXPERIMENTAL"]["summaryScore"]


def test_attribute_without_a_source_is_refused_by_name_or_dropped(served: Served) -> None:
    request = plain() | {"requestedAttributes": {"TOXICITY": {}, "FLIRTATION": {}}}
    refused = call(served, request)
    assert refused.status_code == 400
    assert fault(refused)["message"] == "Unknown requested attribute: FLIRTATION"
    dropped = call(served, request | {"dropUnsupportedAttributes": True})
    assert set(dropped.json()["attributeScores"]) == {"TOXICITY"}


def test_discovery_is_found_percent_encoded_too(served: Served) -> None:
    plainly = httpx.get(f"{served.root}/$discovery/rest", params={"version": "v1alpha1"})
    encoded = httpx.get(f"{served.root}/%24discovery/rest?version=v1alpha1")
    assert plainly.json() == encoded.json()
    assert plainly.json()["kind"] == "discovery#restDescription"
    assert httpx.get(f"{served.root}/$discovery/rest?version=v9").status_code == 404


def test_a_suggested_score_becomes_a_label_with_its_source(served: Served) -> None:
    body = {
        "comment": {"text": "A remark that a moderator deleted"},
        "context": {"entries": [{"text": json.dumps({"url": "https://news.example/a"})}]},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        "languages": ["en"],
        "communityId": "Coral:https://talk.example",
        "clientToken": "comment:7",
    }
    answer = client_of(served).comments().suggestscore(body=body).execute()
    assert answer["clientToken"] == "comment:7"
    assert answer["requestedLanguages"] == ["en"]
    label = read_labels(served.world.service.database, "gazette", source="perspective:suggestscore")[0]
    assert (label.label, label.value, label.site_id) == ("toxicity", 1.0, "gazette")
    assert label.key_id
    assert "deleted" not in repr(label.model_dump())


def test_googles_client_reads_our_errors(served: Served) -> None:
    with pytest.raises(HttpError) as caught:
        client_of(served).comments().analyze(body=plain("")).execute()
    assert caught.value.resp.status == 400
    assert caught.value.error_details[0]["errorType"] == "COMMENT_EMPTY"


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"comment": {"text": "  "}}, "COMMENT_EMPTY", "Comment must be non-empty."),
        ({"comment": {"text": "x" * 20_481}}, "COMMENT_TOO_LONG", "Comment text too long."),
        ({"comment": {"text": "ಕ" * 6_827}}, "COMMENT_TOO_LONG", "Comment text too long."),
        (
            {"comment": {"text": "x", "type": "HTML"}},
            "INVALID_REQUEST",
            "Currently, only 'PLAIN_TEXT' comments are supported",
        ),
        ({"comment": {"text": "x", "type": "RTF"}}, "INVALID_REQUEST", "Unknown text type"),
        ({"requestedAttributes": {}}, "NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes"),
        ({"requestedAttributes": {"NUANCE": None}}, "INVALID_REQUEST", "Unknown requested attribute: NUANCE"),
        (
            {"requestedAttributes": {"TOXICITY": {"scoreType": "PERCENTILE"}}},
            "INVALID_REQUEST",
            "Requested score type PERCENTILE is not supported by attribute TOXICITY",
        ),
        (
            {"context": {"entries": [], "articleAndParentComment": {"article": {"text": "a"}}}},
            "INVALID_REQUEST",
            "Context can have either entries or article_and_parent_comment, but both fields were populated.",
        ),
        (
            {"languages": ["om"]},
            "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
            "Attribute TOXICITY does not support request languages: om",
        ),
        (
            {"comment": {"text": "ಇದು ಒಳ್ಳೆಯ ಸುದ್ದಿ ಎಂದು ನನಗೆ ಅನಿಸುತ್ತದೆ"}, "languages": None},
            "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
            "",
        ),
        (
            {"comment": {"text": "zxq wvut plok mnbr qqq tttr zzz", "type": None}, "languages": None},
            "LANGUAGE_DETECTION_FAILED",
            "Unable to detect language",
        ),
        ({"nonsense": 1}, "", 'Invalid JSON payload received. Unknown name "nonsense": Cannot find field.'),
        ({"comment": 7}, "", ""),
        ({"comment": {"text": "\ud800"}}, "INVALID_REQUEST", "Comment text is not valid Unicode."),
    ],
)
def test_each_fault_has_its_own_error(served: Served, change: dict, kind: str, message: str) -> None:
    body = json.dumps(plain() | change)
    answer = httpx.post(
        served.root + ANALYZE,
        params={"key": served.world.live},
        content=body,
        headers={"content-type": "application/json"},
    )
    error = fault(answer)
    assert (answer.status_code, error["status"], error["type"]) == (400, "INVALID_ARGUMENT", kind)
    assert not message or error["message"] == message


def test_exactly_20480_bytes_are_scored(served: Served) -> None:
    assert call(served, plain("fine " * 4096)).status_code == 200


def test_language_refusal_names_attribute_and_languages(served: Served) -> None:
    details = call(served, plain(languages=["om"])).json()["error"]["details"][0]
    assert details["languageNotSupportedByAttributeError"] == {"attribute": "TOXICITY", "requestedLanguages": ["om"]}


def test_a_greeting_of_one_word_is_scored_though_other_languages_know_the_word(served: Served) -> None:
    answer = call(served, plain("Hi!", languages=[]))
    assert (answer.status_code, answer.json()["detectedLanguages"]) == (200, ["und"])


def test_keys_come_in_three_places_and_wrong_ones_are_told(served: Served) -> None:
    key = served.world.live
    assert call(served, plain(), key="", headers={"x-goog-api-key": key}).status_code == 200
    assert call(served, plain(), key="", headers={"authorization": f"Bearer {key}"}).status_code == 200
    assert fault(call(served, plain(), key=""))["status"] == "PERMISSION_DENIED"
    wrong = call(served, plain(), key="ck_live_" + "a" * 32)
    assert wrong.status_code == 400
    assert wrong.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"


@pytest.mark.parametrize("content", [b"comment=hi", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused_in_the_same_form(served: Served, content: bytes) -> None:
    answer = httpx.post(
        served.root + ANALYZE,
        params={"key": served.world.live},
        content=content,
        headers={"content-type": "application/json"},
    )
    assert (answer.status_code, fault(answer)["status"]) == (400, "INVALID_ARGUMENT")


def test_a_form_and_a_huge_body_are_refused_in_the_same_form(served: Served) -> None:
    form = httpx.post(served.root + ANALYZE, params={"key": served.world.live}, data={"comment": "hi"})
    huge = call(served, plain("x" * 400_000))
    assert fault(form)["status"] == fault(huge)["status"] == "INVALID_ARGUMENT"


def test_a_model_that_is_away_gives_503_and_no_number(served: Served) -> None:
    served.scorer.away = True
    try:
        answer = call(served, plain())
    finally:
        served.scorer.away = False
    assert (answer.status_code, fault(answer)["status"]) == (503, "UNAVAILABLE")
