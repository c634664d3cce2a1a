"""Any question, asked in a body: nobody it is about stands in an address, and so in no access log."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import Response, StreamingResponse

from tracer.every_question import EveryQuestion
from tracer.routes.lines import ABOUT, NDJSON, lines
from tracer.routes.service import Service

QUESTION = Annotated[EveryQuestion, Body(description="`question` says which it is; the rest are its fields.")]


def router(service: Service) -> APIRouter:
    """The route that takes every question."""
    routes = APIRouter(prefix="/v1", tags=["any question"])

    described: dict[str, Any] = {
        "response_class": StreamingResponse,
        "responses": {
            200: {
                "description": "The rows of the question, one a line.",
                "headers": {ABOUT: {"schema": {"type": "string"}, "description": "What it rests on (JSON)."}},
                "content": {NDJSON: {"schema": {"type": "object"}}},
            }
        },
    }

    @routes.post("/answers", **described)
    def answers(wanted: QUESTION) -> Response:
        """The same questions and answers as by GET; `profile` may be the fields of a rule of one's own."""
        return lines(service.ask(wanted))

    return routes
