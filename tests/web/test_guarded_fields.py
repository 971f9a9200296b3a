"""A protected name is guarded in every public field: found there, and after the rejection read by nobody of the desk."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from moderation.storage.comments import read_comment
from moderation.storage.rights import export
from moderation.storage.tables import AuthorRow, CommentRow
from moderation.vocabulary import Role
from tests.factories import comment_body
from tests.web.newsroom import Newsroom, Page
from tests.web.test_kept_lists import keep, logged, reject

NAME = "Kamala Devi Shetty"
TRACES = ("kamala", "shetty", "%e0%b2%95")
RAVI = {"name": "Ravi Pai", "email": "ravi@reader.example"}
WHERE = {
    "text": {"text": f"Everybody knows that it was {NAME}."},
    "title": {"title": f"Ask {NAME}"},
    "name": {"author": RAVI | {"name": NAME}},
    "website": {"author": RAVI | {"website": "https://kamala-devi-shetty.example.org/"}},
    "spelled website": {
        "author": RAVI | {"website": "https://example.org/%E0%B2%95%E0%B2%AE%E0%B2%B2%E0%B2%BE-devi-shetty"}
    },
}


@pytest.fixture
def site(room: Newsroom) -> TestClient:
    editor = room.browser(room.person("Edith Editor", roles=(Role.MODERATOR, Role.EDITOR)))
    assert keep(editor, "protected_names", NAME).status_code == 303
    return TestClient(room.app, headers={"Authorization": f"Bearer {room.world.live}"})


def send(site: TestClient, **more: object) -> dict[str, str]:
    answer = site.post("/api/v1/comments", json={**comment_body("A remark on the tram."), **more})
    assert answer.status_code < 300, answer.text
    return answer.json()


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text.lower()]


@pytest.mark.parametrize("where", WHERE)
def test_a_protected_name_in_any_field_is_found_and_guarded(room: Newsroom, site: TestClient, where: str):
    sent = send(site, **WHERE[where])
    assert sent["status"] != "published"
    if sent["status"] == "held":
        reject(room, sent["id"])
    reply = send(site, parent_id=sent["id"], text="I read otherwise.")
    database = room.database
    assert read_comment(database, "gazette", sent["id"], datetime.now(UTC)).status.value == "rejected"
    with database.reading() as session:
        author = session.exec(select(CommentRow.author_id).where(CommentRow.id == sent["id"])).one()
    pages = [f"comments/{sent['id']}", f"comments/{reply['id']}", "queue", "list?status=all", "list.csv?status=all"]
    pages += [f"authors/{author}", "list?group=author", "opinions"] if author else []
    for roles in ((Role.MODERATOR,), (Role.MODERATOR, Role.EDITOR)):
        browser = room.browser(room.person("Rita Rao" if len(roles) == 1 else "Edith Editor", roles=roles))
        for page in pages:
            answer = browser.get(f"/s/gazette/{page}")
            assert answer.status_code == 200, page
            assert not traces(answer.text), page
    for address in (f"/api/v1/comments/{sent['id']}", "/api/v1/comments", urlsplit(sent["status_url"]).path):
        assert not traces(site.get(address).text), address
    assert not traces(str(export(database, "gazette", [sent["id"]])))
    approver = room.browser(room.person("Anil Approver", roles=(Role.APPROVER,)))
    page = Page(approver.get("/s/gazette/guarded"))
    assert traces(approver.post(f"/s/gazette/guarded/{sent['id']}", {"csrf": page.csrf}).text)
    assert sent["id"] in logged(room, "text.read")


def test_an_authors_record_never_takes_a_protected_name(room: Newsroom, site: TestClient):
    for name in ("Ravi Pai", NAME):
        send(site, author=RAVI | {"name": name}, text=f"{name} wrote on the tram.")
    with room.database.reading() as session:
        rows = session.exec(select(AuthorRow)).all()
    assert [(row.name, row.names) for row in rows] == [("Ravi Pai", ["Ravi Pai"])]


def test_an_edit_keeps_name_website_and_title_also_of_a_guarded_comment(room: Newsroom, site: TestClient):
    signed = RAVI | {"name": NAME, "website": "https://ravi.example.org/"}
    sent = send(site, author=signed, title="On the tram")
    if sent["status"] == "held":
        reject(room, sent["id"])
    again = site.patch(f"/api/v1/comments/{sent['id']}", json={"text": "Another remark on the tram."})
    assert again.json()["status"] != "published"
    if again.json()["status"] == "held":
        reject(room, sent["id"])
    approver = room.browser(room.person("Anil Approver", roles=(Role.APPROVER,)))
    page = Page(approver.get("/s/gazette/guarded"))
    read = approver.post(f"/s/gazette/guarded/{sent['id']}", {"csrf": page.csrf}).text
    for words in (NAME, "https://ravi.example.org/", "On the tram", "Another remark"):
        assert words in read
