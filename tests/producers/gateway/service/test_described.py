"""The description for programs (OpenAPI) says what the gateway does: schemathesis tries to prove it wrong."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from gateway_world import World
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 12
ROUTES = {
    "POST /v1/devices": False,
    "POST /v1/devices/rotate": True,
    "POST /v1/scans": True,
    "POST /v1/cards": True,
    "POST /v1/declarations": True,
    "POST /v1/health": True,
    "GET /v1/venues/{short}": False,
    "GET /healthz": False,
    "GET /readyz": False,
    "GET /metrics": False,
}
"""Route -> is it signed?"""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    made.register(id="market 12", name="Chợ 12")
    yield made
    made.close()


@pytest.fixture(scope="module")
def schema(world: World) -> Any:
    return schemathesis.openapi.from_dict(world.api.openapi())


def test_every_route_is_tried(schema: Any) -> None:
    """A new one is added to the table above."""
    assert {one.ok().label for one in schema.get_all_operations()} == set(ROUTES)


@pytest.mark.parametrize(
    ("route", "sign"), [(route, sign) for route, may in ROUTES.items() for sign in {may, False}]
)
def test_answers_are_as_described(world: World, schema: Any, route: str, sign: bool) -> None:
    """Whatever is sent, with a good signature and without: status, type, headers, body."""
    phone = world.phone()
    operation = next(one.ok() for one in schema.get_all_operations() if one.ok().label == route)
    statuses: set[int] = set()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def tried(case: Any) -> None:
        words = case.as_transport_kwargs(base_url="http://gateway")
        body = json.dumps(words["json"]).encode() if "json" in words else words.get("data") or b""
        headers = {name: value for name, value in (words.get("headers") or {}).items() if value is not None}
        path = words["url"].removeprefix("http://gateway")
        if sign:
            headers |= phone.headers(words["method"].upper(), path, body)
        world.now += 1
        answer = world.ask(words["method"], path, content=body, headers=headers, params=words.get("params"))
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    tried()
    # Of what the description allows, some was taken: or only refusals would have been looked at.
    assert not sign or statuses & {200, 201} or route == "POST /v1/devices/rotate", statuses
