"""Questions about the chain of exposures that starts from a person."""

from fastapi import APIRouter
from fastapi.responses import Response

from tracer.questions import Chain, Path
from tracer.routes.lines import answers, lines
from tracer.routes.parameters import OfAChain, Person
from tracer.routes.service import Service


def router(service: Service) -> APIRouter:
    """The routes that search a chain."""
    routes = APIRouter(prefix="/v1", tags=["chains"])

    @routes.get("/persons/{person}/chain", **answers("chain"))
    def chain(asked: OfAChain) -> Response:
        """Who is reached from this person (or may have exposed this person), when, and through whom?"""
        return lines(service.ask(Chain(**asked)))

    @routes.get("/persons/{person}/chain/{other}/path", **answers("path"))
    def path(other: Person, asked: OfAChain) -> Response:
        """By which exposures? No rows where the other person is not in the chain."""
        return lines(service.ask(Path(other=other, **asked)))

    return routes
