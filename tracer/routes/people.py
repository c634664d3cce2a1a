"""Questions about one person: where they were, who was there too, who an identity is."""

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import Response

from producers.errors import BadInput
from producers.person import person_text
from tracer.questions import Contacts, Scans, Visits
from tracer.questions_of_cases import Ranked
from tracer.routes.lines import answers, lines
from tracer.routes.parameters import InWindow, OfACase, Person
from tracer.routes.service import Service


def router(service: Service) -> APIRouter:
    """The routes that need one person."""
    routes = APIRouter(prefix="/v1", tags=["people"])

    @routes.get("/persons/{person}/visits", **answers("visits"))
    def visits(person: Person, window: InWindow) -> Response:
        """Where was this person?"""
        return lines(service.ask(Visits(person=person, **window)))

    @routes.get("/persons/{person}/scans", **answers("scans"))
    def scans(person: Person, window: InWindow) -> Response:
        """What did this person's scans say, and where did they come from?"""
        return lines(service.ask(Scans(person=person, **window)))

    @routes.get("/persons/{person}/contacts", **answers("contacts"))
    def contacts(case: OfACase) -> Response:
        """Who was there together with this person?"""
        return lines(service.ask(Contacts(**case)))

    @routes.get("/persons/{person}/ranked", **answers("ranked"))
    def ranked(case: OfACase) -> Response:
        """Who was exposed to this person, the most exposed first?"""
        return lines(service.ask(Ranked(**case)))

    @routes.post("/pseudonym")
    def pseudonym(identity: Annotated[str, Body(embed=True, min_length=1)]) -> dict[str, str]:
        """Which person is this identity? It travels in the body: addresses end up in logs."""
        if service.identify is None:
            raise BadInput("this service holds no key for identities: ask with a person (16 hex digits).")
        return {"person": person_text(service.identify(identity))}

    return routes
