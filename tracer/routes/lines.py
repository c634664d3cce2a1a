"""An answer as lines of JSON that stream, and how the description tells of it."""

import json
from collections.abc import Iterable, Mapping
from itertools import chain as chained
from itertools import islice
from typing import Any

from fastapi.responses import Response, StreamingResponse

from tracer import problem
from tracer.answer import Row, ndjson
from tracer.asking import Answer
from tracer.examples import ROWS

NDJSON = "application/x-ndjson"
ABOUT = "Truyvet-About"
"""The header that says what an answer rests on, as JSON."""
ROWS_PER_CHUNK = 500


def lines(answer: Answer) -> Response:
    """The rows as a stream, and what they rest on in a header.

    The first rows are made now, so that an early failure is still a problem. The counts of an answer
    that streams are not known yet: a job tells them (`tracer.jobs`).
    """
    told = answer.told if answer.wanted.streams else answer.about()
    return stream(answer.rows, {ABOUT: header(told)})


def header(told: Mapping[str, Any]) -> str:
    """JSON that fits a header: one line, and characters beyond ASCII escaped."""
    return json.dumps(told, separators=(",", ":"))


def stream(rows: Iterable[Row], headers: Mapping[str, str] | None = None) -> Response:
    """Rows as a stream, or at once where they are few: each step of a stream is one of a thread."""
    texts, told = ndjson(rows), dict(headers or {})
    first = list(islice(texts, ROWS_PER_CHUNK))
    if len(first) < ROWS_PER_CHUNK:
        return Response("".join(first), media_type=NDJSON, headers=told)
    more = iter(lambda: "".join(islice(texts, ROWS_PER_CHUNK)), "")
    return StreamingResponse(chained(("".join(first),), more), media_type=NDJSON, headers=told)


def answers(name: str) -> dict[str, Any]:
    """How a question is described: lines of JSON with an example row, or a problem.

    name: of the question in `COLUMNS` and `examples.ROWS`.
    """
    schema = {"type": "object", "required": list(ROWS[name])}
    failed = {"content": {problem.MEDIA_TYPE: {"schema": {"type": "object"}}}}
    return {
        "response_class": StreamingResponse,
        "responses": {
            200: {
                "description": "One row a line.",
                "headers": {ABOUT: {"schema": {"type": "string"}, "description": "What it rests on (JSON)."}},
                "content": {NDJSON: {"schema": schema, "example": ROWS[name]}},
            },
            400: {"description": "The question cannot be used.", **failed},
            404: {"description": "No visit of this person is stored.", **failed},
            422: {"description": "A parameter has a wrong type.", **failed},
            503: {"description": "The store is down; see Retry-After.", **failed},
        },
    }
