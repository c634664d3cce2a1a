"""Questions about everyone: who met whom, and what was received at all."""

from fastapi import APIRouter
from fastapi.responses import Response

from tracer import answer
from tracer.questions import Pairs
from tracer.routes.lines import answers, lines, stream
from tracer.routes.parameters import OfMeetings
from tracer.routes.service import Service


def router(service: Service) -> APIRouter:
    """The routes that need nobody in particular."""
    routes = APIRouter(prefix="/v1", tags=["everyone"])

    @routes.get("/pairs", **answers("pairs"))
    def pairs(meetings: OfMeetings) -> Response:
        """Who met whom, everyone, in no promised order?"""
        return lines(service.ask(Pairs(**meetings)))

    @routes.get("/flow", **answers("flow"))
    def flow() -> Response:
        """What was received, and what became of it?"""
        return stream([answer.flow_row(service.sources.now().flow())])

    return routes
