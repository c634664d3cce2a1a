"""Questions about one person: where they were, who was there too, who an identity is."""

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import Response

from producers.errors import BadInput
from producers.person import parse_person, person_text
from tracer import answer, trace
from tracer.question import window
from tracer.routes.lines import answers, lines
from tracer.routes.parameters import From, Person, Question, To
from tracer.routes.service import Service


def router(service: Service) -> APIRouter:
    """The routes that need one person."""
    routes, reader = APIRouter(prefix="/v1", tags=["people"]), service.reader

    @routes.get("/persons/{person}/visits", **answers("visits"))
    def visits(person: Person, from_: From = None, to: To = None) -> Response:
        """Where was this person?"""
        found = trace.visits(reader, parse_person(person), window(from_, to))
        return lines(answer.visit_rows(reader, found))

    @routes.get("/persons/{person}/contacts", **answers("contacts"))
    def contacts(person: Person, question: Question) -> Response:
        """Who was there together with this person?"""
        found = trace.contacts(reader, parse_person(person), *question)
        return lines(answer.contact_rows(reader, found))

    @routes.post("/pseudonym")
    def pseudonym(identity: Annotated[str, Body(embed=True, min_length=1)]) -> dict[str, str]:
        """Which person is this identity? It travels in the body: addresses end up in logs."""
        if service.identify is None:
            raise BadInput("this service holds no key for identities: ask with a person (16 hex digits).")
        return {"person": person_text(service.identify(identity))}

    return routes
