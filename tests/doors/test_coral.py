"""The door for Coral's external moderation phase, over the bytes that Coral sends."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from concurrent.futures import Future
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from moderation.api.coral_hook import PHASE_MS, BadSignature, check_signature, plain_text, say_outcome
from moderation.ports import Outcome
from moderation.settings import Settings
from moderation.storage.comments import list_comments
from moderation.storage.coral_secrets import add_secret, drop_old_secrets
from moderation.storage.tables import CaseRow
from moderation.vocabulary import Lane, Status
from moderation.web.snippets import make_snippets
from tests.doors.serving import Served, serve

SECRET = "empsec_" + "0" * 64


@pytest.fixture
def coral(served: Served) -> Served:
    service = served.world.service
    custody = service.custody
    add_secret(service.database, "gazette", SECRET, custody.seal_secrets, custody.open_secrets, service.clock())
    return served


def body_of(text: str, **more) -> bytes:
    hook = {
        "action": "NEW",
        "comment": {"body": text, "parentID": None},
        "author": {"id": "author-1", "role": "COMMENTER"},
        "story": {"id": "story-1", "url": "https://news.example/story-1"},
        "site": {"id": "site-1"},
        "tenantID": "tenant-1",
        "tenantDomain": "coral.example",
    }
    return json.dumps({**hook, **more}, indent=2, ensure_ascii=False).encode()


def sign(raw: bytes, *secrets: str) -> str:
    return ",".join("sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest() for secret in secrets)


def send(served: Served, raw: bytes, signature: str | None = None, site: str = "gazette") -> httpx.Response:
    headers = {
        "content-type": "application/json",
        "x-coral-signature": sign(raw, SECRET) if signature is None else signature,
    }
    return httpx.post(f"{served.root}/hooks/coral/{site}", content=raw, headers=headers, timeout=10)


def count(served: Served) -> int:
    service = served.world.service
    return len(list_comments(service.database, "gazette", Lane.LIVE, service.clock(), limit=500))


def test_a_good_comment_gets_no_opinion_and_is_recorded(coral: Served) -> None:
    before = count(coral)
    assert send(coral, body_of("A fair point about the trams")).status_code == 204
    assert count(coral) == before + 1


def test_a_held_comment_is_withheld_with_a_flag_and_opens_no_case(coral: Served) -> None:
    answer = send(coral, body_of("You idiot, said to Coral"))
    assert answer.json() == {
        "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}],
        "status": "SYSTEM_WITHHELD",
    }
    service = coral.world.service
    newest = list_comments(service.database, "gazette", Lane.LIVE, service.clock(), limit=500)[-1]
    with service.database.reading() as session:
        assert session.exec(select(CaseRow).where(CaseRow.comment_id == newest.id)).first() is None


def test_an_edit_is_judged_too(coral: Served) -> None:
    assert send(coral, body_of("You idiot, edited", action="EDIT")).json()["status"] == "SYSTEM_WITHHELD"


def test_the_same_bytes_are_one_comment(coral: Served) -> None:
    raw = body_of("You idiot, replayed")
    first, before = send(coral, raw), count(coral)
    again = send(coral, raw)
    assert (again.json(), count(coral)) == (first.json(), before)


def test_a_rejection_sets_both_fields() -> None:
    said = say_outcome(Outcome("c", Status.REJECTED, 1, ("discriminatory",), ("It demeans people.",)))
    reason = {"code": "HATE_SPEECH", "detailedExplanation": "It demeans people."}
    assert said == {"status": "REJECTED", "moderationAction": {"status": "REJECTED", "rejectionReason": reason}}


def test_a_model_that_is_away_holds(coral: Served) -> None:
    coral.scorer.away = True
    try:
        answer = send(coral, body_of("unjudged by Coral", author={"id": "author-9", "role": "MEMBER"}))
    finally:
        coral.scorer.away = False
    assert (answer.status_code, answer.json()) == (200, {"status": "PREMOD"})


def test_an_answer_that_is_late_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(tmp_path, coral_answer_ms=10) as late:
        service = late.world.service
        custody = service.custody
        add_secret(service.database, "gazette", SECRET, custody.seal_secrets, custody.open_secrets, service.clock())
        monkeypatch.setattr(service.intake, "submit", lambda _arrival: Future())  # is never judged
        answer = send(late, body_of("judged too late"))
    assert (answer.status_code, answer.json()) == (200, {"status": "PREMOD"})


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "nonsense", "sha1=" + "0" * 40])
def test_a_forged_signature_is_refused(coral: Served, signature: str) -> None:
    assert send(coral, body_of("forged"), signature).status_code == 403


def test_a_changed_byte_or_another_site_breaks_the_signature(coral: Served) -> None:
    raw = body_of("signed")
    assert send(coral, raw + b" ", sign(raw, SECRET)).status_code == 403
    assert send(coral, raw, site="herald").status_code == 403
    assert send(coral, raw, site="nowhere").status_code == 403


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff", b"comment=hi", b'{"action": "NEW"}', b'{"action": "DELETE"}'])
def test_a_signed_body_that_is_none_of_corals_is_a_problem(coral: Served, raw: bytes) -> None:
    answer = send(coral, raw)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_hook")


def test_any_of_several_secrets_is_good_until_the_rotation_ends(coral: Served) -> None:
    service, fresh = coral.world.service, "empsec_" + "1" * 64
    custody = service.custody
    add_secret(service.database, "gazette", fresh, custody.seal_secrets, custody.open_secrets, service.clock())
    raw = body_of("rotated")
    assert send(coral, raw, sign(raw, SECRET)).status_code == 204
    assert send(coral, raw, sign(raw, "empsec_other", fresh)).status_code == 204
    drop_old_secrets(service.database, "gazette", custody.seal_secrets, custody.open_secrets)
    assert send(coral, raw, sign(raw, SECRET)).status_code == 403


def test_the_secret_keeps_its_prefix_and_the_digest_is_lower_case_hex() -> None:
    check_signature("sha256=" + hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest(), b"{}", [SECRET])
    with pytest.raises(BadSignature):
        check_signature("sha256=" + hmac.new(SECRET[7:].encode(), b"{}", hashlib.sha256).hexdigest(), b"{}", [SECRET])


def test_html_is_read_as_words_and_links() -> None:
    assert (
        plain_text('<div>You &amp; me<br><a href="https://x.example">here</a></div>')
        == "You & me\n(https://x.example) here"
    )
    assert plain_text("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"


def test_the_guide_and_the_snippet_give_coral_the_same_time_which_leaves_some_for_the_network() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "coral.md").read_text("utf-8")
    (snippet,) = (one.code for one in make_snippets("https://m.example", "gazette", "") if one.name == "coral")
    assert (
        re.search(r"(\d+) ms as\s+time-out", guide)[1] == re.search(r"Timeout: +(\d+) ms", snippet)[1] == str(PHASE_MS)
    )
    answered = Settings(_env_file=None).coral_answer_ms  # type: ignore[call-arg]
    assert set(re.findall(r"in (\d+) ms", guide)) == {str(answered)}
    assert answered < 200 < PHASE_MS
