"""A comment's life through real HTTP: sent, held, published by a person, told to the site."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlmodel import select
from standardwebhooks import Webhook
from starlette.testclient import TestClient

from moderation.app import create_app
from moderation.review.verdict import Ruling
from moderation.storage.tables import CaseRow, Endpoint
from moderation.vocabulary import Action
from tests.factories import World, comment_body, make_world
from tests.fakes import WordScorer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    """The site's own server: keeps what it is told and answers as a test says."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                with receiver.arrived:
                    receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                    receiver.arrived.notify_all()
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def wait_for(self, count: int) -> list[dict[str, object]]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.got) >= count, timeout=20), self.got
            return [json.loads(body) for _, body in self.got]

    def close(self) -> None:
        self.server.shutdown()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def world(tmp_path: Path, empty_url: str) -> World:
    return make_world(tmp_path, empty_url, scorer=WordScorer(), undo_seconds=0)


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(create_app(world.settings, service=world.service), raise_server_exceptions=False) as opened:
        opened.headers["authorization"] = f"Bearer {world.live}"
        yield opened


def add_endpoint(world: World, url: str) -> None:
    with world.service.database.writing() as session:
        session.add(
            Endpoint(
                id="hook",
                site_id="gazette",
                url=url,
                secrets_sealed=world.service.custody.seal_secrets("hook", [SECRET]),
                allow_private=True,
                created_at=datetime.now(UTC),
            )
        )


def test_held_comment_is_published_by_a_person_and_the_site_verifies_the_message(
    client: TestClient, world: World, receiver: Receiver
) -> None:
    add_endpoint(world, receiver.url)
    sent = client.post("/api/v1/comments", json=comment_body("You idiot, resign", external_id="wp-17"))
    assert sent.status_code == 201
    told = sent.json()
    assert (told["status"], told["characters"]) == ("held", {"count": 17, "limit": 2000, "left": 1983})
    assert set(told["grounds"]) == {"abusive", "insulting"}
    with world.service.database.reading() as session:
        case = session.exec(select(CaseRow)).one()
    world.service.pipeline.rule(Ruling("gazette", case.id, case.version, Action.PUBLISH, "u1", words="fair hit"))
    held, published = receiver.wait_for(2)
    assert (held["type"], published["type"]) == ("comment.held", "comment.published")
    assert published["data"]["id"] == told["id"]
    assert published["data"]["external_id"] == "wp-17"
    for headers, body in receiver.got:
        assert Webhook(SECRET).verify(body, headers)["type"].startswith("comment.")
    assert client.get(f"/api/v1/comments/{told['id']}").json()["status"] == "published"


def test_message_that_fails_keeps_its_id_and_comes_again(client: TestClient, world: World, receiver: Receiver) -> None:
    add_endpoint(world, receiver.url)
    receiver.answers = [500]
    client.post("/api/v1/comments", json=comment_body("Well said"))
    receiver.wait_for(1)
    with world.service.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE outbox SET due_at = created_at WHERE state = 'waiting'")
    receiver.wait_for(2)
    first, second = (headers for headers, _ in receiver.got[:2])
    assert first["webhook-id"] == second["webhook-id"]


def test_same_key_and_body_is_answered_again_and_another_body_is_refused(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = client.post("/api/v1/comments", json=comment_body("Well said"), headers=headers)
    again = client.post("/api/v1/comments", json=comment_body("Well said"), headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    other = client.post("/api/v1/comments", json=comment_body("Something else"), headers=headers)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"
    assert len(client.get("/api/v1/comments").json()["comments"]) == 1


def test_an_edit_that_is_held_leaves_the_earlier_wording_published(client: TestClient) -> None:
    made = client.post("/api/v1/comments", json=comment_body("Well said")).json()
    edit = client.patch(f"/api/v1/comments/{made['id']}", json={"text": "You idiot"}).json()
    assert (edit["status"], edit["revision"]) == ("held", 2)
    state = client.get(f"/api/v1/comments/{made['id']}").json()
    assert state["status"] == "published"
    assert state["published"] == {"revision": 1, "status": "published", "text": "Well said"}
    assert state["latest"] == {"revision": 2, "status": "held", "text": "You idiot"}


def test_withdrawn_comment_comes_back_as_it_stood(client: TestClient) -> None:
    made = client.post("/api/v1/comments", json=comment_body("Well said")).json()
    assert client.delete(f"/api/v1/comments/{made['id']}").json()["status"] == "withdrawn"
    assert client.delete(f"/api/v1/comments/{made['id']}").status_code == 409
    assert client.post(f"/api/v1/comments/{made['id']}/restore").json()["status"] == "published"


def test_pages_of_comments_continue_after_the_last_id(client: TestClient) -> None:
    ids = [client.post("/api/v1/comments", json=comment_body(f"Comment {n}")).json()["id"] for n in range(5)]
    first = client.get("/api/v1/comments?limit=3").json()
    second = client.get(f"/api/v1/comments?limit=3&after={first['after']}").json()
    assert [c["id"] for c in first["comments"] + second["comments"]] == sorted(ids)
    assert second["after"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/comments/{id}"),
        ("PATCH", "/api/v1/comments/{id}"),
        ("DELETE", "/api/v1/comments/{id}"),
        ("POST", "/api/v1/comments/{id}/restore"),
    ],
)
def test_another_sites_comment_does_not_exist(client: TestClient, world: World, method: str, path: str) -> None:
    made = client.post("/api/v1/comments", json=comment_body("Well said")).json()
    answer = client.request(
        method,
        path.format(id=made["id"]),
        headers={"authorization": f"Bearer {world.other}"},
        json={"text": "mine now"} if method == "PATCH" else None,
    )
    assert answer.status_code == 404
    assert client.get("/api/v1/comments", headers={"authorization": f"Bearer {world.other}"}).json()["comments"] == []


@pytest.mark.parametrize(("email", "status"), [("publish", "published"), ("hold", "held"), ("reject", "rejected")])
def test_test_key_forces_the_outcome_before_anything_is_judged(
    client: TestClient, world: World, email: str, status: str
) -> None:
    body = comment_body("You idiot", author={"name": "", "email": f"{email}@test.invalid"}, disclaimer={})
    answer = client.post("/api/v1/comments", json=body, headers={"authorization": f"Bearer {world.test}"})
    assert (answer.status_code, answer.json()["status"]) == (201, status)
    assert client.get("/api/v1/comments").json()["comments"] == []
    live = client.post("/api/v1/comments", json=body)
    assert live.status_code == 422


def test_revoked_key_opens_nothing(client: TestClient, world: World) -> None:
    from moderation.access.api_keys import hash_key
    from moderation.storage.keys import revoke_key

    revoke_key(world.service.database, hash_key(world.live), datetime.now(UTC))
    client.app.state.keys._found.clear()
    answer = client.get("/api/v1/limits")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_limits_tell_what_a_form_must_show(client: TestClient) -> None:
    told = client.get("/api/v1/limits").json()
    assert told["characters"]["limit"] == 2000
    assert told["disclaimer"]["version"]
    assert "legal order" in told["disclaimer"]["text"] or "order" in told["disclaimer"]["text"]


def test_closed_article_is_known_from_its_own_route(client: TestClient) -> None:
    body = {"title": "Asha Rao leaves", "body": "Asha Rao left the board. Asha Rao had led it.", "closed": False}
    assert client.put("/api/v1/articles/a-9", json=body).status_code == 200
    sent = client.post("/api/v1/comments", json=comment_body("Well said", article={"id": "a-9"}))
    assert sent.status_code == 201


def test_documentation_asks_no_other_host(client: TestClient) -> None:
    page = client.get("/api/docs").text
    assert "https://" not in page
    script = page.split('<script src="')[1].split('"')[0]
    assert client.get(script).status_code == 200
    assert client.get("/openapi.json").json()["openapi"].startswith("3.1")


def test_metrics_count_comments_for_this_machine_only(client: TestClient) -> None:
    client.post("/api/v1/comments", json=comment_body("Well said"))
    told = client.get("/metrics")
    assert told.status_code == 403
    client.app.state.service.settings.metrics_token.get_secret_value()
    from moderation.api.metrics import COMMENTS

    assert COMMENTS.labels("published", "api")._value.get() >= 1
