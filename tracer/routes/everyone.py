"""Questions about everyone: who met whom, and what was received at all."""

from fastapi import APIRouter
from fastapi.responses import Response

from tracer import answer, trace
from tracer.routes.lines import answers, lines
from tracer.routes.parameters import Question
from tracer.routes.service import Service


def router(service: Service) -> APIRouter:
    """The routes that need nobody in particular."""
    routes, reader = APIRouter(prefix="/v1", tags=["everyone"]), service.reader

    @routes.get("/pairs", **answers("pairs"))
    def pairs(question: Question) -> Response:
        """Who met whom, everyone, in no promised order?"""
        return lines(answer.pair_rows(reader, trace.pairs(reader, *question)))

    @routes.get("/flow", **answers("flow"))
    def flow() -> Response:
        """What was received, and what became of it?"""
        return lines([answer.flow_row(reader.flow())])

    return routes
