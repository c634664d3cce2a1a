"""How a route that reads its own body is described for programs (OpenAPI)."""

from typing import Any

from pydantic import TypeAdapter

from producers import signed_request
from producers.gateway.routes.problems import TITLES
from producers.gateway.signature import FORMS
from producers.problem import MEDIA_TYPE

MEANS = {
    signed_request.DEVICE: "The device, as its enrolment named it.",
    signed_request.TIME: "The device's own clock, epoch seconds.",
    signed_request.NONCE: "Drawn at random for each request.",
    signed_request.SIGNATURE: "Ed25519 of what docs/gateway.md says, in base64url.",
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "What the status means, in the caller's language."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence in the caller's language."},
        "code": {"type": "string", "description": "One word for programs."},
        "field": {"type": "string", "description": "Of `bad_request`: what is wrong, `body` for all of it."},
    },
}
SIGNED = (400, 401, 413, 429, 503)
"""What any signed request may be answered with."""


def described(
    status: int,
    answer: TypeAdapter[Any],
    problems: tuple[int, ...],
    *,
    body: TypeAdapter[Any] | None = None,
    signed: bool = False,
    example: Any = None,
    headers: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """Words for a route: what it reads, what it answers, with which problems."""
    media: dict[str, Any] = {"schema": schema(answer, "serialization")}
    responses: dict[int, Any] = {status: {"description": "Done.", "content": {"application/json": media}}}
    responses |= problems_described(problems)
    extra: dict[str, Any] = {}
    if body is not None:
        asked: dict[str, Any] = {"schema": schema(body, "validation")}
        if example is not None:
            asked["example"] = example
        extra["requestBody"] = {"required": True, "content": {"application/json": asked}}
    named = [*(_signing() if signed else ()), *headers]
    if named:
        extra["parameters"] = named
    return {"status_code": status, "responses": responses, "openapi_extra": extra, "response_model": None}


def problems_described(statuses: tuple[int, ...]) -> dict[int, Any]:
    """The problems a route may answer with; any may answer 500."""
    content = {MEDIA_TYPE: {"schema": PROBLEM}}
    return {one: {"description": TITLES[one], "content": content} for one in sorted({*statuses, 500})}


def _signing() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": MEANS[name],
            "schema": {"type": "string", "pattern": f"^{form.pattern}$"},
        }
        for name, form in FORMS.items()
    ]


def schema(types: TypeAdapter[Any], mode: Any) -> dict[str, Any]:
    """The JSON Schema of a type with everything it names written out in place."""
    found = types.json_schema(mode=mode)
    inlined: dict[str, Any] = _inlined(found, found.pop("$defs", {}))
    return inlined


def _inlined(node: Any, named: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(one, named) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(named[node["$ref"].rpartition("/")[2]], named)
    return {
        key: _inlined(value, named)
        for key, value in node.items()
        if key != "title" or not isinstance(value, str)
    }
