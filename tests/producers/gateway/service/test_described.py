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

from producers.gateway.device import Kind

CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 12
ROUTES: dict[str, Kind | None] = {
    "POST /v1/devices": None,
    "POST /v1/devices/rotate": "phone",
    "POST /v1/scans": "phone",
    "POST /v1/cards": "phone",
    "POST /v1/declarations": "phone",
    "POST /v1/health": "phone",
    "POST /v1/venues": "office",
    "GET /v1/venues/{venue}/poster.{kind}": None,
    "GET /v1/venues/{short}": None,
    "GET /healthz": None,
    "GET /readyz": None,
    "GET /metrics": None,
}
"""Route -> who signs it, if anybody does."""


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


@pytest.mark.parametrize("kind", ["pdf", "svg", "png"])
def test_a_poster_is_as_described(world: World, schema: Any, kind: str) -> None:
    """Which only a registered venue has: what is made up has none."""
    operation = schema["/v1/venues/{venue}/poster.{kind}"]["GET"]
    answer = world.ask("GET", f"/v1/venues/market 12/poster.{kind}")
    assert answer.status_code == 200
    case = operation.Case(path_parameters={"venue": "market 12", "kind": kind})
    case.validate_response(answer, checks=CHECKS)


@pytest.mark.parametrize(
    ("route", "by"), [(route, by) for route, may in ROUTES.items() for by in {may, None}]
)
def test_answers_are_as_described(world: World, schema: Any, route: str, by: Kind | None) -> None:
    """Whatever is sent, with a good signature and without: status, type, headers, body."""
    pen = None if by is None else world.phone() if by == "phone" else world.invited(by)
    operation = next(one.ok() for one in schema.get_all_operations() if one.ok().label == route)
    statuses: set[int] = set()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def tried(case: Any) -> None:
        words = case.as_transport_kwargs(base_url="http://gateway")
        body = json.dumps(words["json"]).encode() if "json" in words else words.get("data") or b""
        headers = {name: value for name, value in (words.get("headers") or {}).items() if value is not None}
        path = words["url"].removeprefix("http://gateway")
        if pen:
            headers |= pen.headers(words["method"].upper(), path, body)
        world.now += 1
        answer = world.ask(words["method"], path, content=body, headers=headers, params=words.get("params"))
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    tried()
    # Of what the description allows, some was taken: or only refusals would have been looked at.
    assert not pen or statuses & {200, 201} or route == "POST /v1/devices/rotate", statuses
