"""What the embedded form asks and is told, without a browser."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from moderation.access.throttle import SendThrottle
from moderation.app import create_app
from moderation.intake.reader_form import FormRules, read_quiet
from moderation.intake_line import Intake
from moderation.review.verdict import Ruling
from moderation.storage.reader_pages import find_article
from moderation.storage.site_form import set_form
from moderation.storage.sites import change_site, put_article
from moderation.storage.tables import CaseRow, CommentRow, RevisionRow, TextSeen
from moderation.vocabulary import Action, Ground
from moderation.web.form_script import PARTS, form_script
from moderation.web.form_token import make_form_token, read_token
from moderation.web.pages import HERE
from tests.fakes import WordScorer
from tests.web.newsroom import Newsroom, open_newsroom

SITE = "https://gazette.example"
OFFICER = {"name": "Grievance Officer", "contact": "grievance@gazette.example"}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path)
    set_form(opened.database, "gazette", FormRules(frozenset({SITE}), OFFICER["name"], OFFICER["contact"]))
    opened.world.service.shelf.forget("gazette")
    yield opened
    opened.world.close()


@pytest.fixture
def page(room: Newsroom) -> TestClient:
    client = TestClient(room.app, base_url="https://engine.example", headers={"origin": SITE})
    client.cookies.clear()
    return client


def body(page: TestClient | None = None, **more) -> dict:
    token = page.get("/embed/gazette/token").json()["token"] if page else ""
    return {
        "article": {"id": "a-9", "url": f"{SITE}/a-9", "title": "Night trams return"},
        "name": "Asha Shenoy",
        "email": "asha@reader.example",
        "text": "A fair report.",
        "accepted": True,
        "token": token,
        **more,
    }


def send(page: TestClient, **more) -> httpx.Response:
    return page.post("/embed/gazette/comments", json=body(page, **more))


def count(room: Newsroom) -> int:
    with room.database.reading() as session:
        return len(session.exec(select(CommentRow)).all())


def test_the_form_is_told_all_that_it_must_show(page: TestClient) -> None:
    told = page.get("/embed/gazette?lang=kn-IN").json()
    assert (told["limit"], told["language"], told["direction"]) == (2000, "kn", "ltr")
    assert told["words"]["heading"] == "ಪ್ರತಿಕ್ರಿಯೆ ಬರೆಯಿರಿ"
    assert told["disclaimer"]["version"]
    assert told["officer"] == OFFICER
    assert page.get("/embed/gazette?lang=ur").json()["direction"] == "rtl"
    assert page.get("/embed/gazette?lang=xx").json()["language"] == "en"


def test_every_language_has_every_word_of_the_form(page: TestClient) -> None:
    english = page.get("/embed/gazette").json()["words"]
    for language in ("kn", "ur"):
        words = page.get(f"/embed/gazette?lang={language}").json()["words"]
        assert words.keys() == english.keys()
        assert [name for name in english if words[name] == english[name]] == []
        assert [name for name in english if ("#" in words[name]) != ("#" in english[name])] == []


def test_answers_are_readable_for_the_sites_own_origins_only(page: TestClient) -> None:
    for path in ("/embed/gazette", "/embed/gazette/token"):
        good, foreign = page.get(path), page.get(path, headers={"origin": "https://elsewhere.example"})
        assert good.headers["access-control-allow-origin"] == SITE
        assert "access-control-allow-origin" not in foreign.headers
        assert "origin" in good.headers["vary"].lower()
        assert "origin" in foreign.headers["vary"].lower()
        assert "set-cookie" not in good.headers
        assert "access-control-allow-credentials" not in good.headers
    refused = page.post("/embed/gazette/comments", json=body(page), headers={"origin": "https://elsewhere.example"})
    assert (refused.status_code, refused.json()["code"]) == (403, "origin_not_allowed")
    assert page.post("/embed/gazette/comments", json=body(page), headers={"origin": "null"}).status_code == 403


def test_a_refusal_is_readable_for_the_sites_own_origins_whoever_refuses(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(room.app, base_url="https://engine.example", raise_server_exceptions=False)
    path = "/embed/gazette/comments"

    def refused(status: int, content: bytes | Iterator[bytes] = b"{}", kind: str = "application/json") -> None:
        for origin, readable in (("https://elsewhere.example", None), (SITE, SITE)):
            answer = client.post(path, content=content, headers={"content-type": kind, "origin": origin})
            assert answer.headers.get("access-control-allow-origin") == readable
            assert answer.status_code == (status if readable else 403)
            assert answer.headers["cross-origin-resource-policy"] == "cross-origin"

    refused(413, b" " * 70_000)
    refused(413, iter([b" " * 40_000] * 2))  # its length is not announced
    refused(415, b"text=hi", "text/plain")
    refused(422)
    room.world.service.intake.close()
    refused(503, json.dumps(body()).encode())
    monkeypatch.setattr(type(room.world.service.shelf), "policy_for", lambda *_: 1 / 0)
    broken = client.get("/embed/gazette", headers={"origin": SITE})
    assert (broken.status_code, broken.headers["access-control-allow-origin"]) == (500, SITE)


def test_a_preflight_allows_what_the_form_does_and_nothing_to_others(page: TestClient) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    good = page.options("/embed/gazette/comments", headers=asked)
    assert (good.status_code, good.headers["access-control-allow-origin"]) == (204, SITE)
    assert page.options("/embed/gazette/comments", headers={**asked, "origin": "https://x.example"}).status_code == 403


def test_script_and_style_may_be_loaded_from_anywhere_and_are_small(page: TestClient) -> None:
    import gzip

    script, style = page.get("/embed/form.js"), page.get("/embed/form.css")
    for file in (script, style):
        assert file.headers["cross-origin-resource-policy"] == "cross-origin"
    assert len(gzip.compress(script.content)) + len(gzip.compress(style.content)) < 12_000
    assert script.headers["content-type"].startswith("text/javascript")
    for file in (script, style):
        assert file.headers["cache-control"] == "public, max-age=3600"
    tag = script.headers["etag"]
    again = page.get("/embed/form.js", headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_script_is_made_of_parts_that_each_do_one_thing_in_under_80_lines() -> None:
    parts = sorted((Path(HERE) / "static" / "form").glob("*.js"))
    assert {part.stem for part in parts} == set(PARTS)
    for part in parts:
        lines = part.read_text(encoding="utf-8").splitlines()
        assert len(lines) < 80, part.name
        assert lines[0].startswith("// "), part.name
        assert part.read_bytes() in form_script()


def test_a_site_without_an_origin_has_no_form(page: TestClient) -> None:
    for path in ("/embed/herald", "/embed/herald/token", "/embed/nowhere", "/form/herald?article=a"):
        assert page.get(path).status_code == 404, path
    assert page.post("/embed/herald/comments", json=body(), headers={"origin": ""}).status_code in {403, 404}


def test_a_held_comment_is_told_with_its_ground_and_its_unguessable_page(room: Newsroom, page: TestClient) -> None:
    told = send(page, text="You are an idiot.").json()
    assert (told["status"], told["heading"]) == ("held", "Your comment is being checked")
    assert {one["words"] for one in told["grounds"]} >= {"No insults."}
    assert told["usually_within_minutes"] is None
    token = told["status_url"].rpartition("/")[2]
    assert len(token) >= 32
    assert page.get(f"/embed/gazette/status/{token}").json()["status"] == "held"
    assert page.get(f"/embed/herald/status/{token}").status_code == 404
    assert page.get("/embed/gazette/status/" + "a" * 32).status_code == 404


def test_a_rejection_names_the_ground_in_the_disclaimers_words_and_whom_to_write_to(
    room: Newsroom, page: TestClient
) -> None:
    told = send(page, text="You are an idiot.").json()
    with room.database.reading() as session:
        case = session.exec(select(CaseRow)).one()
    service = room.world.service
    service.pipeline.rule(Ruling("gazette", case.id, case.version, Action.REJECT, "u1", ground=Ground.INSULTING))
    with room.database.writing() as session:
        row = session.exec(select(CommentRow)).one()
        row.settles_at = service.clock() - timedelta(seconds=1)
        session.add(row)
    path = told["status_url"].removeprefix(service.settings.public_url)
    status = page.get("/status/" + path.rpartition("/")[2] + "?lang=kn").text
    assert "ನಿಮ್ಮ ಪ್ರತಿಕ್ರಿಯೆ ಪ್ರಕಟವಾಗಿಲ್ಲ" in status
    assert "No insults." in status
    assert OFFICER["contact"] in status
    again = page.get("/embed/gazette/status/" + path.rpartition("/")[2]).json()
    assert (again["status"], again["officer"]) == ("rejected", OFFICER)
    assert again["grounds"] == [{"ground": "insulting", "words": "No insults."}]


def test_a_time_is_told_from_measured_waits_and_quiet_hours(room: Newsroom, page: TestClient) -> None:
    service, now = room.world.service, room.world.service.clock()
    room.held(20)
    with room.database.writing() as session:
        for case in session.exec(select(CaseRow)).all():
            case.state, case.decided_by, case.opened_at = "decided", "u1", now - timedelta(hours=2)
            case.decided_at = now - timedelta(hours=2) + timedelta(minutes=12)
            session.add(case)
    told = send(page, text="You are an idiot, once more.").json()
    assert told["usually_within_minutes"] == 15
    assert "Comments are usually read within 15 minutes." in told["sentences"]
    start, end = (now - timedelta(hours=1)), (now + timedelta(hours=2))
    quiet = read_quiet(f"{start:%H:%M}-{end:%H:%M}", "UTC")
    set_form(room.database, "gazette", FormRules(frozenset({SITE}), quiet=quiet))
    service.shelf.forget("gazette")
    asleep = page.get("/embed/gazette/status/" + told["status_url"].rpartition("/")[2]).json()
    assert asleep["read_again_at"].startswith(f"{end:%Y-%m-%dT%H:%M}")
    assert any(f"reading begins again at {end:%H:%M}" in one for one in asleep["sentences"])


def test_all_faults_are_told_at_once_in_the_forms_language(page: TestClient) -> None:
    answer = send(page, text=" ", name="", email="no", language="kn")
    assert answer.status_code == 422
    told = {one["pointer"]: one["message"] for one in answer.json()["errors"]}
    assert told["/text"] == "ಪ್ರತಿಕ್ರಿಯೆ ಬರೆಯಿರಿ."
    assert set(told) == {"/text", "/name", "/email"}
    assert answer.headers["access-control-allow-origin"] == SITE


@pytest.mark.parametrize(
    ("text", "status"), [("😀" * 1000, 200), ("😀" * 1001, 422), ("ಕ" * 1999 + "\r\n", 200), ("a" * 60_000, 422)]
)
def test_the_limit_counts_as_everywhere(page: TestClient, text: str, status: int) -> None:
    answer = send(page, text=text)
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["errors"] == [
            {"pointer": "/text", "code": "invalid", "message": "The comment is too long."}
        ]


@pytest.mark.parametrize("dated", [True, False])
def test_sent_twice_at_the_same_moment_is_one_comment(room: Newsroom, page: TestClient, dated: bool) -> None:
    sent, answers = body(page if dated else None), []
    threads = [
        threading.Thread(target=lambda: answers.append(page.post("/embed/gazette/comments", json=sent)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["status_url"] for answer in answers}) == 1
    assert count(room) == 1


class Stopped(WordScorer):
    """Judges nothing until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()
        self.may.set()

    def score(self, texts, contexts=None):
        assert self.may.wait(60)
        return super().score(texts, contexts)


def test_many_forms_that_wait_to_be_judged_keep_no_page_from_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = 50  # more than there are threads
    scorer, submitted = Stopped(), []
    room = open_newsroom(tmp_path, scorer=scorer)
    set_form(room.database, "gazette", FormRules(frozenset({SITE})))
    submit = Intake.submit
    monkeypatch.setattr(Intake, "submit", lambda line, one: submitted.append(one) or submit(line, one))

    async def use() -> tuple[int, list[int]]:
        transport = httpx.ASGITransport(room.app, client=("203.0.113.50", 40_000))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://engine.example", headers={"origin": SITE}
        ) as c:
            typed = {"article": "a-9", "name": "Asha Shenoy", "email": "asha@reader.example", "accepted": "yes"}
            posts = [c.post("/embed/gazette/comments", json=body(text=f"Report {n}."), timeout=60) for n in range(many)]
            posts += [c.post("/form/gazette", data={**typed, "text": f"Page {n}."}, timeout=60) for n in range(5)]
            waiting = [asyncio.create_task(post) for post in posts]
            try:
                async with asyncio.timeout(30):
                    while len(submitted) < len(posts):  # noqa: ASYNC110 - the line has no event for a test
                        await asyncio.sleep(0.01)
                    shown = (await c.get("/embed/gazette")).status_code
            finally:
                scorer.may.set()
            return shown, [answer.status_code for answer in await asyncio.gather(*waiting)]

    scorer.may.clear()
    shown, answers = asyncio.run(use())
    assert shown == 200
    assert set(answers[:many]) == {200}
    assert set(answers[many:]) == {303}
    room.world.close()


def signals_of(room: Newsroom) -> dict:
    from moderation.policy.record import decode_input

    with room.database.reading() as session:
        row = session.exec(select(RevisionRow).order_by(RevisionRow.comment_id.desc())).first()
    return {one.check: one.value for one in decode_input(row.record).signals}


def test_a_token_dates_one_comment_of_one_site_and_ends_after_a_day(room: Newsroom, page: TestClient) -> None:
    service, now = room.world.service, room.world.service.clock()
    token = make_form_token(service, "gazette", now)
    assert read_token(service, "gazette", token, now + timedelta(seconds=3))[0] == 3000 + (
        now.microsecond // 1000 - now.microsecond // 1000
    )
    assert read_token(service, "herald", token, now) == (None, "")
    assert read_token(service, "gazette", token, now + timedelta(hours=25)) == (None, "")
    assert read_token(service, "gazette", token, now - timedelta(seconds=1)) == (None, "")
    stamp, nonce, signature = token.split(".")
    for forged in (
        "",
        "1.2",
        f"{int(stamp) - 60_000}.{nonce}.{signature}",
        f"{stamp}.{nonce}.{'0' * 64}",
        f"²{stamp}.x.y",
    ):
        assert read_token(service, "gazette", forged, now) == (None, "")
    used = body(page)
    page.post("/embed/gazette/comments", json=used)
    assert "token_missing" not in signals_of(room)
    other = page.post("/embed/gazette/comments", json={**used, "text": "Other words with a token that was used."})
    assert other.status_code == 200
    assert signals_of(room).get("token_missing") is True


def test_the_field_that_people_do_not_see_is_a_fact(room: Newsroom, page: TestClient) -> None:
    send(page, homepage="https://spam.example")
    assert signals_of(room)["honeypot"] is True


def test_a_form_can_name_an_article_but_not_change_one(room: Newsroom, page: TestClient) -> None:
    put_article(
        room.database, "gazette", "a-1", room.world.service.clock(), title="The true headline", url=f"{SITE}/a-1"
    )
    forged = {"id": "a-1", "url": "https://evil.example", "title": "A forged headline"}
    assert send(page, article=forged).status_code == 200
    known = find_article(room.database, "gazette", "a-1")
    assert (known.title, known.url) == ("The true headline", f"{SITE}/a-1")
    send(page, text="An unknown article.", article={"id": "a-2", "url": "https://evil.example/x", "title": "New"})
    assert find_article(room.database, "gazette", "a-2").url == ""


def test_closed_articles_and_a_closed_site_say_so(room: Newsroom, page: TestClient) -> None:
    put_article(room.database, "gazette", "a-1", room.world.service.clock(), title="Old", closed=True)
    assert page.get("/embed/gazette?article=a-1").json()["closed"] is True
    assert page.get("/embed/gazette?article=a-2").json()["closed"] is False


SPOOFED = {"x-forwarded-for": "192.0.2.7", "forwarded": "for=192.0.2.7", "x-real-ip": "192.0.2.7"}


def sender_tag(room: Newsroom) -> str:
    with room.database.reading() as session:
        return session.exec(select(TextSeen.sender_tag)).first()


def tag_of(room: Newsroom, ip: str) -> str:
    return room.world.service.custody.address_tags("gazette", ip, room.world.service.clock())[0]


def test_a_form_cannot_name_its_senders_address(room: Newsroom) -> None:
    client = TestClient(room.app, headers={"origin": SITE, **SPOOFED}, client=("203.0.113.50", 40_000))
    assert send(client, sender={"ip": "192.0.2.1"}).status_code == 422
    assert send(client).status_code == 200
    assert sender_tag(room) == tag_of(room, "203.0.113.50")


def test_a_trusted_proxy_may_name_it(tmp_path: Path) -> None:
    opened = open_newsroom(tmp_path, client_address="x_forwarded_for", trusted_proxies="203.0.113.50")
    set_form(opened.database, "gazette", FormRules(frozenset({SITE})))
    client = TestClient(opened.app, headers={"origin": SITE, **SPOOFED}, client=("203.0.113.50", 40_000))
    assert send(client).status_code == 200
    assert sender_tag(opened) == tag_of(opened, "192.0.2.7")
    opened.world.close()


@pytest.mark.parametrize("content", [b"text=hi", b"{", b"[]", b"\xff"])
def test_what_is_no_json_is_a_problem(page: TestClient, content: bytes) -> None:
    answer = page.post("/embed/gazette/comments", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    form = page.post("/embed/gazette/comments", data={"text": "hi"})
    assert form.status_code == 415


def test_too_many_from_one_connection_are_told_to_wait_over_both_forms_together(room: Newsroom) -> None:
    few = replace(room.world.service, sent=SendThrottle(address="2/minute"))
    app = create_app(room.world.settings, workers=False, service=few)
    page, neighbour = (
        TestClient(app, headers={"origin": SITE}, follow_redirects=False, client=(address, 40_000))
        for address in ("203.0.113.50", "203.0.113.77")
    )
    typed = {"article": "a-3", "name": "Asha Shenoy", "email": "asha@reader.example", "accepted": "yes"}
    hosted = [page.post("/form/gazette", data={**typed, "text": f"Report number {n}."}) for n in range(2)]
    assert [answer.status_code for answer in hosted] == [303, 303]
    embedded, third = send(page), page.post("/form/gazette", data={**typed, "text": "One more."})
    assert (embedded.status_code, embedded.json()["code"]) == (429, "too_many_sent")
    assert third.status_code == 429
    assert send(neighbour, text="From another connection.").status_code == 200


def test_plain_html_of_an_allowed_page_may_post_and_others_may_not(room: Newsroom) -> None:
    client = TestClient(room.app, base_url="https://engine.example", follow_redirects=False)
    typed = {"article": "a-3", "headline": "A headline", "name": "Asha Shenoy", "email": "asha@reader.example",
             "text": "Sent by plain HTML.", "accepted": "yes", "lang": "kn"}  # fmt: skip
    cross = {"origin": SITE, "sec-fetch-site": "cross-site"}
    good = client.post("/form/gazette", data=typed, headers=cross)
    assert good.status_code == 303
    assert "?lang=kn" in good.headers["location"]
    assert client.post("/form/gazette", data=typed, headers=cross).headers["location"] == good.headers["location"]
    for origin in ("https://elsewhere.example", "null"):
        assert client.post("/form/gazette", data=typed, headers={**cross, "origin": origin}).status_code == 403
    assert client.post("/s/gazette/switches", data={}, headers=cross).status_code == 403
    faulty = client.post("/form/gazette", data={**typed, "text": ""}, headers=cross)
    assert faulty.status_code == 422
    assert "ಪ್ರತಿಕ್ರಿಯೆ ಬರೆಯಿರಿ." in faulty.text


def test_notice_mode_asks_for_no_tick(room: Newsroom, page: TestClient) -> None:
    change_site(room.database, "gazette", disclaimer_mode="notice")
    room.world.service.shelf.forget("gazette")
    told = page.get("/embed/gazette").json()["disclaimer"]
    assert told["mode"] == "notice"
    assert send(page, accepted=False, version=told["version"]).status_code == 200
    outdated = send(page, text="Another one.", accepted=False, version="1999-01").json()["errors"]
    assert outdated[0]["message"] == "The disclaimer has changed; read it and send again."
