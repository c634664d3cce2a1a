"""Questions about the chain of exposures that starts from a person."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from producers.person import parse_person
from tracer import answer, trace
from tracer.question import Direction
from tracer.routes.lines import answers, lines
from tracer.routes.parameters import Generations, Person, Question
from tracer.routes.service import Service


def router(service: Service) -> APIRouter:
    """The routes that search a chain."""
    routes, reader, limits = APIRouter(prefix="/v1", tags=["chains"]), service.reader, service.limits

    def search(
        person: Person,
        question: Question,
        generations: Generations = limits.generations_max,
        direction: Direction = "forward",
    ) -> trace.Found:
        return trace.chain(
            reader,
            parse_person(person),
            *question,
            direction=direction,
            generations_max=generations,
            people_max=limits.people_max,
        )

    @routes.get("/persons/{person}/chain", **answers("chain"))
    def chain(found: Annotated[trace.Found, Depends(search)]) -> Response:
        """Who is reached from this person (or may have exposed this person), when, and through whom?"""
        return lines(answer.chain_rows(reader, found))

    @routes.get("/persons/{person}/chain/{other}/path", **answers("path"))
    def path(other: Person, found: Annotated[trace.Found, Depends(search)]) -> Response:
        """By which exposures? No rows where the other person is not in the chain."""
        return lines(answer.path_rows(reader, trace.path(reader, found, parse_person(other))))

    return routes
