"""The API against its own description: no undocumented answer, never a 5xx."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from moderation.app import create_app
from moderation.intake.reader_form import FormRules
from moderation.storage.site_form import set_form
from tests.factories import World, make_world
from tests.fakes import WordScorer


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("openapi"), scorer=WordScorer())


LOOK = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_no_request_is_answered_with_an_undocumented_error(world: World) -> None:
    app = create_app(world.settings, service=world.service, workers=False)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app).include(path_regex="^/(api/v1|healthz|readyz)")
    for found in schema.get_all_operations():
        _look_at(found.ok(), world.live)


def test_no_question_of_the_form_is_answered_with_an_undocumented_error(world: World) -> None:
    set_form(world.service.database, "gazette", FormRules(frozenset({"https://gazette.example"})))
    app = create_app(world.settings, service=world.service, workers=False)
    schema = schemathesis.openapi.from_asgi("/embed/openapi.json", app)
    found = [one.ok() for one in schema.get_all_operations()]
    assert {one.path for one in found} >= {"/{site}", "/{site}/comments", "/{site}/status/{token}"}
    for operation in found:
        _look_at(operation, world.live, site="gazette")


def _look_at(operation: Any, key: str, **path: str) -> None:
    documented = set(operation.definition.raw["responses"]) | {"405"}

    @LOOK
    @given(case=operation.as_strategy())
    def look(case: schemathesis.Case) -> None:
        case.path_parameters.update(path)
        case.headers["authorization"] = f"Bearer {key}"
        answer = case.call()
        told = (case.method, case.path, answer.status_code, answer.text)
        assert answer.status_code < 500, told
        assert str(answer.status_code) in documented, told

    look()


def test_every_route_tells_its_problems(world: World) -> None:
    document = create_app(world.settings, service=world.service, workers=False).openapi()
    for path, operations in document["paths"].items():
        if path.startswith("/api/v1"):
            for operation in operations.values():
                assert {"401", "429"} <= set(operation["responses"]), path


def test_no_two_operations_share_a_name(world: World) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        create_app(world.settings, service=world.service, workers=False).openapi()
