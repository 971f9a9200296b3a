"""The lists an editor keeps: protected names stay closed, are found however they are spelled, and guard rejected words."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from moderation.review.verdict import Ruling
from moderation.storage.comments import read_comment
from moderation.storage.rights import export
from moderation.storage.settle import settle_due
from moderation.storage.sites import change_site, site_settings
from moderation.storage.tables import CaseRow, LogEntry
from moderation.vocabulary import Action, Ground, Role
from tests.factories import comment_body
from tests.web.newsroom import Browser, Newsroom, Page

NAME = "Kamala Devi Shetty"
SPELLED = "Everybody in the village knows it was ಕಮಲಾ ದೇವಿ ಶೆಟ್ಟಿ, daughter of the miller."


@pytest.fixture
def editor(room: Newsroom) -> Browser:
    return room.browser(room.person("Edith Editor", roles=(Role.MODERATOR, Role.EDITOR)))


@pytest.fixture
def moderator(room: Newsroom) -> Browser:
    return room.browser(room.person("Meera Nair"))


def keep(browser: Browser, which: str, entries: str):
    csrf = Page(browser.get("/s/gazette/kept")).csrf
    return browser.post(f"/s/gazette/kept/{which}", {"csrf": csrf, "entries": entries})


def signals(room: Newsroom, text: str, **more: str) -> tuple[str, str]:
    """Where a comment stands, and its id."""
    comment = room.comment(text, **more)
    return read_comment(room.database, "gazette", comment, datetime.now(UTC)).status.value, comment


def reject(room: Newsroom, comment: str) -> None:
    with room.database.reading() as session:
        case = session.exec(select(CaseRow).where(CaseRow.comment_id == comment, CaseRow.state == "open")).one()
    ruling = Ruling("gazette", case.id, case.version, Action.REJECT, room.person("Rita Rao"), Ground.PERSONAL)
    room.world.service.pipeline.rule(ruling)
    settle_due(room.database, datetime.now(UTC) + timedelta(hours=1))


def logged(room: Newsroom, kind: str) -> str:
    with room.database.reading() as session:
        rows = session.exec(select(LogEntry).where(LogEntry.type == kind)).all()
    return b"\n".join(row.body or b"" for row in rows).decode()


def test_a_protected_name_is_kept_closed_and_found_in_another_script(room: Newsroom, editor: Browser):
    before, _ = signals(room, SPELLED)
    assert before == "published"
    assert keep(editor, "protected_names", f"{NAME}\r\n\r\n{NAME}\r\nAsha Rao").status_code == 303
    stored = site_settings(room.database, "gazette")["protected_names"]
    assert "Kamala" not in stored
    assert b"Kamala" not in base64.b64decode(stored)
    assert '"entries":2' in logged(room, "config.changed")
    assert "Kamala" not in logged(room, "config.changed")
    assert NAME in Page(editor.get("/s/gazette/kept")).text
    for text in (SPELLED, "Kamla devi shetty lives there", "k a m a l a  d e v i  s h e t t y"):
        assert signals(room, text)[0] != "published", text
    assert signals(room, "Kamala Harris spoke of the Devi temple and its shelter.")[0] == "published"


def test_names_that_do_not_open_let_every_comment_wait(room: Newsroom, editor: Browser):
    keep(editor, "protected_names", NAME)
    stored = base64.b64decode(site_settings(room.database, "gazette")["protected_names"])
    broken = base64.b64encode(stored[:-1] + bytes([stored[-1] ^ 1])).decode()
    change_site(room.database, "gazette", settings={"protected_names": broken})
    assert signals(room, "A harmless remark on the tram.")[0] == "held"
    assert "cannot be opened" in Page(editor.get("/s/gazette/kept")).text


def test_rejected_words_with_a_protected_name_are_read_by_legal_intake_and_approvers_alone(
    room: Newsroom, editor: Browser, moderator: Browser
):
    keep(editor, "protected_names", NAME)
    status, comment = signals(room, SPELLED)
    if status == "held":
        assert "miller" in Page(moderator.get(f"/s/gazette/comments/{comment}")).text
        reject(room, comment)
    assert read_comment(room.database, "gazette", comment, datetime.now(UTC)).status.value == "rejected"
    pages = (
        f"comments/{comment}",
        "list?status=rejected",
        "list?status=all",
        "list?words=miller",
        "list.csv?status=all",
    )
    for browser in (moderator, editor):
        for path in pages:
            answer = browser.get(f"/s/gazette/{path}")
            assert answer.status_code == 200, path
            assert "miller" not in answer.text.replace("words=miller", "").replace('value="miller"', ""), path
        assert browser.get("/s/gazette/guarded").status_code == 403
    for role in (Role.LEGAL_INTAKE, Role.APPROVER):
        reader = room.browser(room.person(f"{role.value.title()} Person", roles=(role,)))
        page = Page(reader.get("/s/gazette/guarded"))
        assert comment in page.text
        assert "miller" not in page.text
        before = logged(room, "text.read").count(comment)
        told = reader.post(f"/s/gazette/guarded/{comment}", {"csrf": page.csrf})
        assert "daughter of the miller" in told.text
        assert logged(room, "text.read").count(comment) == before + 1


def test_the_site_the_author_and_a_copy_get_no_guarded_words(room: Newsroom, editor: Browser):
    keep(editor, "protected_names", NAME)
    site = TestClient(room.app, headers={"Authorization": f"Bearer {room.world.live}"})
    sent = site.post("/api/v1/comments", json=comment_body(SPELLED)).json()
    status = urlsplit(sent["status_url"]).path
    if sent["status"] == "held":
        assert "miller" in site.get(f"/api/v1/comments/{sent['id']}").text
        assert "miller" in site.get(status).text
        reject(room, sent["id"])
    pages = [f"/api/v1/comments/{sent['id']}", "/api/v1/comments?status=rejected", status]
    for path in pages:
        answer = site.get(path)
        assert answer.status_code == 200, path
        assert "miller" not in answer.text, path
    assert "miller" not in str(export(room.database, "gazette", [sent["id"]]))
    assert site.delete(pages[0]).status_code == 200
    assert "miller" not in site.get(pages[0]).text
    assert "miller" not in str(export(room.database, "gazette", [sent["id"]]))


def test_a_rejected_edit_is_guarded_while_the_earlier_wording_stays(room: Newsroom, editor: Browser):
    site = TestClient(room.app, headers={"Authorization": f"Bearer {room.world.live}"})
    sent = site.post("/api/v1/comments", json=comment_body("A harmless remark on the tram.")).json()
    assert sent["status"] == "published"
    keep(editor, "protected_names", NAME)
    answer = site.patch(f"/api/v1/comments/{sent['id']}", json={"text": SPELLED})
    assert answer.status_code == 200, answer.text
    if site.get(f"/api/v1/comments/{sent['id']}").json()["latest"]["status"] == "held":
        reject(room, sent["id"])
    told = site.get(f"/api/v1/comments/{sent['id']}").json()
    assert (told["status"], told["latest"]["status"], told["latest"]["text"]) == ("published", "rejected", None)
    assert told["published"]["text"] == "A harmless remark on the tram."
    assert "miller" not in Page(editor.get(f"/s/gazette/comments/{sent['id']}")).text
    approver = room.browser(room.person("Anil Approver", roles=(Role.APPROVER,)))
    page = Page(approver.get("/s/gazette/guarded"))
    assert "miller" in approver.post(f"/s/gazette/guarded/{sent['id']}", {"csrf": page.csrf}).text


def test_claims_and_texts_of_others_are_kept_and_looked_for(room: Newsroom, editor: Browser):
    text = " ".join(f"sentence{number} of an essay that somebody else wrote" for number in range(12))
    assert keep(editor, "rumours", "The chief minister owns the tram factory").status_code == 303
    assert keep(editor, "registered_texts", f"{text}\n\nAnother text").status_code == 303
    assert site_settings(room.database, "gazette")["registered_texts"] == [text, "Another text"]
    assert signals(room, "They say the chief minister owns the tram factory, is it so?")[0] == "held"
    assert signals(room, text)[0] == "held"


def test_who_may_not_write_the_policy_sees_no_list(room: Newsroom, moderator: Browser):
    assert moderator.get("/s/gazette/kept").status_code == 403


def test_a_name_too_short_to_be_one_is_refused(editor: Browser):
    answer = keep(editor, "protected_names", "Asha Rao\nJo")
    assert answer.status_code == 422
    assert "Asha" not in answer.text
