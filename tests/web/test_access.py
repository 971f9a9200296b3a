"""Sessions, links, throttling and the second factor."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from moderation.access.csrf import ForeignRequest, refuse_foreign
from moderation.access.passwords import WeakPassword, hash_password, verify_password
from moderation.access.sessions import CookieKind, LinkPurpose, cookie_kind, is_alive
from moderation.access.throttle import SignInThrottle, TooManyTries
from moderation.access.totp import code_at, make_secret, match_code
from moderation.access.window_counts import WindowCounts
from moderation.storage.people import change_person, end_sessions, make_link
from moderation.storage.tables import Session as SessionRow
from tests.web.newsroom import Newsroom, Page

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_numbers_are_those_of_rfc_6238(at: int, code: str) -> None:
    assert code_at(RFC_SECRET, at // 30) == code


def test_a_number_is_good_once_and_in_the_neighbouring_half_minute() -> None:
    secret = make_secret(os.urandom)
    step = int(T0.timestamp()) // 30
    assert match_code(secret, code_at(secret, step - 1), T0) == step - 1
    assert match_code(secret, code_at(secret, step - 2), T0) is None
    assert match_code(secret, code_at(secret, step), T0, after=step) is None


def test_a_session_ends_when_idle_and_at_last() -> None:
    assert is_alive(T0, T0, T0 + timedelta(days=1), T0 + timedelta(hours=3))
    assert not is_alive(T0, T0, T0 + timedelta(days=1), T0 + timedelta(hours=5))
    late = T0 + timedelta(hours=25)
    assert not is_alive(T0, late, late + timedelta(hours=1), late)


@pytest.mark.parametrize(
    ("seen", "created"), [(timedelta(hours=5), timedelta(hours=5)), (timedelta(0), timedelta(hours=25))]
)
def test_a_browser_is_signed_out_when_idle_and_at_last(room: Newsroom, seen: timedelta, created: timedelta) -> None:
    browser, now = room.browser(room.person()), datetime.now(UTC)
    assert browser.queue().status == 200
    with room.database.writing() as session:
        row = session.exec(select(SessionRow)).one()
        row.seen_at, row.created_at = now - seen, now - created
        session.add(row)
    assert browser.get("/s/gazette/queue").headers["location"] == "/sign-in?next=/s/gazette/queue"


@pytest.mark.parametrize(
    ("scheme", "host", "kind"),
    [
        ("https", "desk.example", CookieKind.HOST),
        ("http", "localhost", CookieKind.PLAIN),
        ("http", "127.0.0.1", CookieKind.PLAIN),
        ("http", "192.168.1.20", CookieKind.NONE),
        ("http", "desk.example", CookieKind.NONE),
    ],
)
def test_the_cookie_follows_the_way_the_request_came(scheme: str, host: str, kind: CookieKind) -> None:
    assert cookie_kind(scheme, host) is kind


def test_a_foreign_form_is_known_by_two_headers() -> None:
    own = {"https://desk.example"}
    refuse_foreign("same-origin", "null", own)
    refuse_foreign(None, "https://desk.example", own)
    refuse_foreign(None, None, own)
    for site, origin in [
        ("cross-site", None),
        ("same-site", "https://desk.example"),
        (None, "https://evil.example"),
        (None, "null"),
    ]:
        with pytest.raises(ForeignRequest):
            refuse_foreign(site, origin, own)


def test_weak_passwords_are_refused_and_no_hash_never_verifies() -> None:
    for weak in ("short", "aaaaaaaaaaaaaaaa", "meera@desk.example", "x" * 300):
        with pytest.raises(WeakPassword):
            hash_password(weak, person=("meera@desk.example",))
    assert verify_password(hash_password("four words of no sense"), "four words of no sense")
    assert not verify_password(None, "four words of no sense")


def test_the_eleventh_try_is_refused_before_the_password_is_looked_at() -> None:
    throttle = SignInThrottle()
    for _ in range(10):
        throttle.hit("meera@desk.example", "203.0.113.5")
    with pytest.raises(TooManyTries):
        throttle.hit("Meera@desk.example", "203.0.113.6")
    throttle.hit("tara@desk.example", "203.0.113.5")


def test_after_ten_wrong_passwords_the_page_says_when_to_try_again(room: Newsroom) -> None:
    change_person(room.database, room.person(), password_hash=hash_password("four words of no sense"))
    browser = room.browser()
    browser.get("/sign-in")
    form = {"email": "meera@desk.example", "password": "nonsense"}
    assert {browser.post("/sign-in", form).status_code for _ in range(10)} == {403}
    late = Page(browser.post("/sign-in", {**form, "password": "four words of no sense"}))
    assert late.status == 429
    assert "Wait five minutes" in late.text


def test_a_window_ends_by_the_clock_and_what_has_ended_is_swept_out_without_a_thread() -> None:
    now, threads = [1000.0], threading.active_count()
    counts = WindowCounts(lambda: now[0])
    assert [counts.incr("a", 60), counts.incr("a", 60), counts.incr("b", 3600)] == [1, 2, 1]
    assert (counts.get("a"), counts.get_expiry("a"), counts.get("none")) == (2, 1060.0, 0)
    now[0] = 1060.0
    assert (counts.get("a"), counts.incr("c", 60)) == (0, 1)
    assert counts.reset() == 2, "`a` has ended and was swept out, `b` and `c` run"
    assert threading.active_count() == threads


def test_opening_a_link_signs_nobody_in_and_a_press_does_so_once(room: Newsroom) -> None:
    token = make_link(room.database, room.person(), LinkPurpose.SIGN_IN, os.urandom, datetime.now(UTC))
    scanner, meera = room.browser(), room.browser()
    for _ in range(3):
        assert scanner.get(f"/sign-in/link/{token}").status_code == 200
    assert scanner.get("/s/gazette/queue").status_code == 303
    meera.get(f"/sign-in/link/{token}")
    assert meera.post(f"/sign-in/link/{token}").status_code == 303
    assert meera.get("/s/gazette/queue").status_code == 200
    assert scanner.post(f"/sign-in/link/{token}").status_code == 409


def test_a_password_signs_in_and_a_wrong_one_says_little(room: Newsroom) -> None:
    change_person(room.database, room.person(), password_hash=hash_password("four words of no sense"))
    browser = room.browser()
    assert browser.post("/sign-in", {"email": "meera@desk.example", "password": "x"}).status_code == 403
    browser.get("/sign-in")
    wrong = Page(browser.post("/sign-in", {"email": "meera@desk.example", "password": "nonsense"}))
    unknown = Page(browser.post("/sign-in", {"email": "nobody@desk.example", "password": "nonsense"}))
    assert wrong.status == unknown.status == 403
    assert wrong.text == unknown.text
    right = browser.post(
        "/sign-in", {"email": "Meera@desk.example", "password": "four words of no sense", "next": "//evil.example"}
    )
    assert right.headers["location"] == "/sites"


def test_a_second_factor_stands_between_password_and_session(room: Newsroom) -> None:
    user = room.person()
    secret = make_secret(os.urandom)
    sealed = room.world.service.custody.seal_own(user, secret)
    change_person(room.database, user, totp_secret=sealed, password_hash=hash_password("four words of no sense"))
    browser = room.browser()
    browser.get("/sign-in")
    page = Page(browser.post("/sign-in", {"email": "meera@desk.example", "password": "four words of no sense"}))
    assert page.status == 200
    assert browser.get("/s/gazette/queue").status_code == 303
    form = {"token": page.hidden("token")}
    good = code_at(secret, int(datetime.now(UTC).timestamp()) // 30)
    wrong = "".join(str((int(digit) + 5) % 10) for digit in good)
    assert browser.post("/sign-in/second", {**form, "code": wrong}).status_code == 403
    assert browser.post("/sign-in/second", {**form, "code": good}).status_code == 303
    assert browser.get("/s/gazette/queue").status_code == 200


def test_ended_sessions_are_out_at_once(room: Newsroom) -> None:
    user = room.person()
    browser = room.browser(user)
    assert browser.queue().status == 200
    assert end_sessions(room.database, user, datetime.now(UTC)) == 1
    assert browser.queue().status == 303


def test_the_cookie_over_https_is_bound_to_the_host(room: Newsroom) -> None:
    browser = room.browser()
    browser.client.base_url = "https://localhost"
    token = make_link(room.database, room.person(), LinkPurpose.SIGN_IN, os.urandom, datetime.now(UTC))
    browser.get(f"/sign-in/link/{token}")
    cookie = browser.post(f"/sign-in/link/{token}").headers["set-cookie"]
    assert cookie.startswith("__Host-moderation=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "Domain" not in cookie


def test_plain_http_from_another_machine_says_that_no_cookie_can_be_kept(room: Newsroom) -> None:
    browser = room.browser()
    browser.client.base_url = "http://192.168.1.20:8000"
    assert "cannot stay signed in here" in Page(browser.get("/sign-in")).text
