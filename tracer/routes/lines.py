"""An answer as lines of JSON that stream, and how the description tells of it."""

from collections.abc import Iterable
from itertools import chain as chained
from itertools import islice
from typing import Any

from fastapi.responses import StreamingResponse

from tracer import answer, problem
from tracer.examples import ROWS

NDJSON = "application/x-ndjson"
ROWS_PER_CHUNK = 500


def lines(rows: Iterable[answer.Row]) -> StreamingResponse:
    """The rows as a stream. The first are made now, so that an early failure is still a problem."""
    texts = answer.ndjson(rows)
    first = "".join(islice(texts, ROWS_PER_CHUNK))
    more = iter(lambda: "".join(islice(texts, ROWS_PER_CHUNK)), "")
    return StreamingResponse(chained((first,), more), media_type=NDJSON)


def answers(name: str) -> dict[str, Any]:
    """How a question is described: lines of JSON with an example row, or a problem.

    name: of the question in `answer.COLUMNS` and `examples.ROWS`.
    """
    schema = {"type": "object", "required": list(answer.COLUMNS[name])}
    failed = {"content": {problem.MEDIA_TYPE: {"schema": {"type": "object"}}}}
    return {
        "response_class": StreamingResponse,
        "responses": {
            200: {
                "description": "One row a line.",
                "content": {NDJSON: {"schema": schema, "example": ROWS[name]}},
            },
            400: {"description": "The question cannot be used.", **failed},
            404: {"description": "No visit of this person is stored.", **failed},
            422: {"description": "A parameter has a wrong type.", **failed},
            503: {"description": "The store is down; see Retry-After.", **failed},
        },
    }
