"""The Akismet door, called by the PyPI client as it is, sync and async, and by hand where that client is too polite."""

from __future__ import annotations

import asyncio
import itertools
import os
from concurrent.futures import Future
from pathlib import Path

import akismet
import httpx
import pytest
from sqlmodel import select
from starlette.responses import Response

from moderation.access.api_keys import make_key
from moderation.api.akismet import verdict
from moderation.ports import Outcome
from moderation.storage.comments import list_comments
from moderation.storage.ids import new_id
from moderation.storage.keys import set_shadow, store_key
from moderation.storage.labels import read_labels
from moderation.storage.outside import callback_endpoint
from moderation.storage.tables import CaseRow, CommentCallback, SenderRecord
from moderation.vocabulary import Lane, Status
from tests.doors.serving import Served, serve

FORM = {
    "blog": "https://news.example/",
    "comment_author": "Bob",
    "permalink": "https://news.example/a/1",
}


READERS = itertools.count(1)


def address() -> str:
    number = next(READERS)
    return f"198.{18 + number % 2}.{number % 250}.77"


class Rewriting(httpx.HTTPTransport):
    """Leads the one host name that the client knows to the served application; nothing else is changed."""

    def __init__(self, port: int, label: str = "") -> None:
        super().__init__()
        self.port = port
        self.label = label

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.label:
            request.headers["host"] = f"{self.label}.{request.url.host}"
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return super().handle_request(request)


class RewritingAsync(httpx.AsyncHTTPTransport):
    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return await super().handle_async_request(request)


def client_of(served: Served, key: str | None = None) -> akismet.SyncClient:
    http = httpx.Client(transport=Rewriting(served.port), timeout=5.0, headers={"User-Agent": akismet.USER_AGENT})
    config = akismet.Config(key=key or served.world.live, url="https://news.example/")
    return akismet.SyncClient(config=config, http_client=http)


def post(served: Served, name: str = "comment-check", data: dict | None = None, **more) -> httpx.Response:
    # Another reader each time, since many comments from one address in a minute are a flood.
    fields = {**FORM, "user_ip": address(), "api_key": served.world.live, **(data or {})}
    return httpx.post(
        f"{served.root}/1.1/{name}", data={k: v for k, v in fields.items() if v is not None}, timeout=10, **more
    )


def case_of(served: Served, comment_id: str) -> CaseRow | None:
    with served.world.service.database.reading() as session:
        return session.exec(select(CaseRow).where(CaseRow.comment_id == comment_id)).first()


def test_the_python_client_works_unchanged(served: Served) -> None:
    with client_of(served) as client:
        assert (
            client.comment_check(user_ip=address(), comment_content="A fair report, thank you.")
            == akismet.CheckResponse.HAM
        )
        assert (
            client.comment_check(user_ip=address(), comment_content="You idiot of a casino")
            == akismet.CheckResponse.SPAM
        )
        assert client.submit_ham(user_ip=address(), comment_content="A fair report, thank you.")
        assert client.submit_spam(user_ip=address(), comment_content="Buy cheap things")
        assert client.usage_limit()["limit"] == "none"


def test_the_python_client_lists_sites_where_the_host_holds_the_key(served: Served) -> None:
    # Its `key_sites` sends no key in any field, so only a host label can say whose it is.
    http = httpx.Client(transport=Rewriting(served.port, served.world.live.replace("_", "-")), timeout=5.0)
    config = akismet.Config(key=served.world.live, url="https://news.example/")
    answer = akismet.SyncClient(config=config, http_client=http).key_sites(month="2026-01")
    assert answer["2026-01"] == []


def test_the_async_client_works_unchanged(served: Served) -> None:
    async def use() -> int:
        http = httpx.AsyncClient(transport=RewritingAsync(served.port), timeout=5.0)
        config = akismet.Config(key=served.world.live, url="https://news.example/")
        async with akismet.AsyncClient(config=config, http_client=http) as client:
            return await client.comment_check(user_ip=address(), comment_content="Well said, from afar.")

    assert asyncio.run(use()) == akismet.CheckResponse.HAM


def test_the_client_is_told_of_a_wrong_key(served: Served) -> None:
    assert client_of(served, "ck_live_" + "a" * 32).verify_key() is False
    with pytest.raises(akismet.APIKeyError):
        client_of(served, "nonsense").comment_check(user_ip=address(), comment_content="hi")


def test_the_key_may_be_a_label_of_the_host_in_any_case(served: Served) -> None:
    label = served.world.live.replace("_", "-").upper()
    answer = post(
        served, data={"api_key": None, "comment_content": "Hello there"}, headers={"Host": f"{label}.rest.news.example"}
    )
    assert answer.text == "false"


def test_a_json_body_without_blog_is_a_good_correction(served: Served) -> None:
    body = {
        "api_key": served.world.live,
        "user_ip": address(),
        "comment_content": "json",
        "comment_context": ["a", "b"],
        "is_test": True,
    }
    answer = httpx.post(f"{served.root}/1.1/submit-ham", json=body)
    assert answer.text == "Thanks for making the web a better place."


@pytest.mark.parametrize(
    "context", [{"comment_context": "trams"}, {"comment_context[]": ["trams", "town"]}, {"comment_context[0]": "trams"}]
)
def test_context_may_be_spelled_in_three_ways(served: Served, context: dict) -> None:
    assert (
        post(served, data={**context, "comment_content": f"A calm word about trams, spelled {len(str(context))}"}).text
        == "false"
    )


def test_success_carries_a_guid_and_never_alert_or_debug_headers(served: Served) -> None:
    answer = post(served, data={"comment_content": "A calm word"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-akismet-guid"]
    assert not [name for name in answer.headers if "alert" in name or "debug" in name]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"comment_author": "viagra-test-123"}, "true"),
        ({"comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"user_role": "administrator", "comment_content": "You idiot"}, "false"),
    ],
)
def test_documented_test_values_give_their_answers(served: Served, fields: dict, text: str) -> None:
    answer = post(served, data={"comment_content": "hello", **fields})
    assert answer.text == text
    assert "x-akismet-pro-tip" not in answer.headers


def test_a_key_in_shadow_mode_lets_readers_through_and_not_the_documented_test_value(served: Served) -> None:
    database, now = served.world.service.database, served.world.service.clock()
    made = make_key(Lane.LIVE, os.urandom)
    key_id = new_id()
    store_key(database, key_id, "gazette", Lane.LIVE, made, now)
    set_shadow(database, "gazette", key_id, on=True)
    said = [{"comment_content": "You idiot, in shadow"}, {"comment_author": "viagra-test-123"}]
    assert [post(served, data={**one, "api_key": made.key}).text for one in said] == ["false", "true"]


def test_wordpress_s_plugin_is_told_that_a_good_key_is_active(served: Served) -> None:
    told = post(served, "get-subscription").json()
    assert (told["status"], told["account_name"]) == ("active", "gazette")
    assert post(served, "get-subscription", data={"api_key": "ck_live_" + "a" * 32}).text == "invalid"


def test_wordpress_s_plugin_is_shown_sums_of_what_was_checked_and_corrected(served: Served) -> None:
    before = post(served, "get-stats", {"from": "all"}).json()
    post(served, data={"comment_content": "A calm word, to be counted"})
    post(served, data={"comment_content": "You idiot, to be counted"})
    post(served, "submit-spam", {"comment_content": "A calm word, to be counted"})
    post(served, "submit-ham", {"comment_content": "You idiot, to be counted"})
    for span in ("all", "6-months", "60-days"):
        after = post(served, "get-stats", {"from": span}).json()
        grown = {name: after[name] - before[name] for name in ("spam", "ham", "missed_spam", "false_positives")}
        assert grown == {"spam": 1, "ham": 1, "missed_spam": 1, "false_positives": 1}
    right = after["spam"] + after["ham"] - after["missed_spam"] - after["false_positives"]
    assert after["accuracy"] == round(100 * right / (after["spam"] + after["ham"]), 2)
    assert post(served, "get-stats", {"from": "soon"}).text == "invalid"
    assert post(served, "get-stats", {"api_key": "ck_live_" + "a" * 32}).text == "invalid"


def test_an_account_at_wordpress_com_is_not_known_here(served: Served) -> None:
    answer = post(served, "verify-wpcom-key", {"user_id": "7", "get_account_type": "true"})
    assert (answer.status_code, answer.text) == (200, "invalid")
    assert "WordPress.com" in answer.headers["x-akismet-debug-help"]


def test_certain_spam_may_be_discarded(served: Served) -> None:

    from moderation.vocabulary import Status

    def headers(status: Status, *grounds: str):
        return verdict(Outcome("c", status, 1, grounds), again=Response(status_code=503), forced=False).headers

    assert headers(Status.REJECTED, "spam")["x-akismet-pro-tip"] == "discard"
    assert "x-akismet-pro-tip" not in headers(Status.REJECTED, "abusive")
    assert "x-akismet-pro-tip" not in headers(Status.HELD, "spam")


def test_a_comment_is_stored_and_sealed_and_its_cookies_are_not(served: Served) -> None:
    answer = post(
        served,
        data={
            "user_ip": "198.51.100.123",
            "comment_content": "Stored and sealed",
            "HTTP_COOKIE": "wordpress_logged_in=secret",
            "POST_ak_js": "1",
        },
    )
    database = served.world.service.database
    with database.reading() as session:
        assert (
            session.exec(select(SenderRecord).where(SenderRecord.comment_id == answer.headers["x-akismet-guid"]))
            .one()
            .ct_net
        )
    raw = b"".join(path.read_bytes() for path in served.world.settings.data_dir.glob("moderation.db*"))
    assert b"wordpress_logged_in" not in raw
    assert b"198.51.100.123" not in raw


def test_held_without_a_way_to_tell_opens_no_case(served: Served) -> None:
    answer = post(served, data={"comment_content": "You idiot, nobody can be told"})
    assert answer.text == "true"
    assert case_of(served, answer.headers["x-akismet-guid"]) is None


def test_held_with_a_callback_opens_a_case_and_remembers_whom_to_tell(served: Served) -> None:
    answer = post(
        served,
        data={
            "comment_content": "You idiot, tell me later",
            "callback": "https://news.example/wp-json/akismet/v1/webhook",
        },
    )
    guid = answer.headers["x-akismet-guid"]
    assert case_of(served, guid) is not None
    service = served.world.service
    with service.database.reading() as session:
        asked = session.exec(select(CommentCallback).where(CommentCallback.comment_id == guid)).one()
    again = callback_endpoint(
        service.database,
        "gazette",
        "https://news.example/wp-json/akismet/v1/webhook",
        served.world.live,
        service.custody.seal_secrets,
        service.clock(),
    )
    assert asked.endpoint_id == again


def test_a_correction_becomes_a_label_and_reopens_the_comment(served: Served) -> None:
    guid = post(served, data={"comment_content": "A spam that was missed"}).headers["x-akismet-guid"]
    assert case_of(served, guid) is None
    assert post(served, "submit-spam", {"comment_content": "A spam that was missed"}).text.startswith("Thanks")
    label = read_labels(served.world.service.database, "gazette", source="akismet:submit-spam")[0]
    assert (label.comment_id, label.label, label.value) == (guid, "spam", 1.0)
    assert case_of(served, guid) is not None


def test_is_test_keeps_a_comment_out_of_the_live_lane(served: Served) -> None:
    guid = post(served, data={"comment_content": "only a test", "is_test": "true"}).headers["x-akismet-guid"]
    service = served.world.service
    live = list_comments(service.database, "gazette", Lane.LIVE, service.clock(), limit=500)
    assert guid not in {view.id for view in live}


def test_a_check_without_content_is_held_and_not_asked_for_again(served: Served) -> None:
    fields = {"comment_type": "signup", "comment_content": None}
    answer = post(served, data=fields, headers={"User-Agent": "WordPress/6.9 | Akismet/5.6"})
    assert (answer.status_code, answer.text) == (200, "true")
    assert "x-akismet-recheck-after" not in answer.headers
    assert post(served, data=fields).text == "true"


@pytest.mark.parametrize(
    ("agent", "told"),
    [("curl/8.5", (503, "", None)), ("WordPress/6.9 | Akismet/5.6", (200, "false", "120"))],
    ids=["cannot come again", "can"],
)
def test_an_answer_that_is_late_is_never_a_silent_false(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agent: str, told: tuple[int, str, str | None]
) -> None:
    with serve(tmp_path, akismet_answer_ms=10) as late:
        monkeypatch.setattr(late.world.service.intake, "submit", lambda _arrival: Future())  # is never judged
        answer = post(late, data={"comment_content": "judged too late"}, headers={"User-Agent": agent})
    assert (answer.status_code, answer.text, answer.headers.get("x-akismet-recheck-after")) == told


def test_a_model_that_is_away_is_never_a_silent_false(served: Served) -> None:
    served.scorer.away = True
    try:
        plain = post(served, data={"comment_content": "unjudged"})
        capable = post(
            served, data={"comment_content": "unjudged too"}, headers={"User-Agent": "WordPress/6.8 | Akismet/5.5"}
        )
    finally:
        served.scorer.away = False
    assert plain.status_code == 503
    assert (capable.text, capable.headers["x-akismet-recheck-after"]) == ("false", "120")
    again = post(served, data={"comment_content": "unjudged too", "recheck_reason": "recheck"})
    assert (again.status_code, again.text, "x-akismet-recheck-after" in again.headers) == (200, "false", False)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"user_ip=1.2.3.4&api_key={key}", "application/x-www-form-urlencoded"),
        (b"blog=https://n.example&api_key={key}", "application/x-www-form-urlencoded"),
        (b"blog=https://n.example&user_ip=1.2.3.4", "application/x-www-form-urlencoded"),
        (
            b"blog=https://n.example&user_ip=1.2.3.4&api_key={key}&comment_content=%ff",
            "application/x-www-form-urlencoded",
        ),
        (
            b"blog=https://n.example&user_ip=1.2.3.4&api_key={key}&comment_content=%00",
            "application/x-www-form-urlencoded",
        ),
        (b'{"api_key": "{key}", "blog": "https://n.example"}', "application/x-www-form-urlencoded"),
        (b"blog=https://n.example&user_ip=1.2.3.4&api_key={key}", "application/json"),
        (b"[1]", "application/json"),
        (b"comment_content=" + b"x" * 300_000, "application/x-www-form-urlencoded"),
    ],
)
def test_each_fault_is_invalid_with_a_help_header(served: Served, content: bytes, kind: str) -> None:
    body = content.replace(b"{key}", served.world.live.encode())
    answer = httpx.post(f"{served.root}/1.1/comment-check", content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.text) == (200, "invalid")
    assert answer.headers["x-akismet-debug-help"]


def test_usage_counts_what_was_checked(served: Served) -> None:
    post(served, data={"comment_content": "counted"})
    query = {"api_key": served.world.live}
    usage = httpx.get(f"{served.root}/1.2/usage-limit", params={**query, "extended": "true"}).json()
    assert usage["usage"] > 0
    assert usage["upgrade"] is False
    sites = httpx.get(f"{served.root}/1.2/key-sites", params=query).json()
    (row,) = next(rows for month, rows in sites.items() if isinstance(rows, list))
    assert int(row["api_calls"]) == int(row["spam"]) + int(row["ham"])
    assert httpx.get(f"{served.root}/1.2/key-sites", params={**query, "format": "csv"}).text.startswith("month,site")
    assert httpx.get(f"{served.root}/1.2/key-sites", params={**query, "month": "soon"}).text == "invalid"


def test_two_charsets_are_read(served: Served) -> None:
    body = f"api_key={served.world.live}&blog=https://n.example&user_ip=1.2.3.4&blog_charset=ISO-8859-1&comment_content=caf%E9".encode()
    answer = httpx.post(
        f"{served.root}/1.1/comment-check", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.text == "false"
