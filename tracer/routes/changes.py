"""What changed between two answers about a case, and how many of those expected at a place scanned."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from tracer.coverage import Coverage
from tracer.questions_of_change import Difference
from tracer.routes.lines import answers, lines
from tracer.routes.parameters import InWindow, OfAChain
from tracer.routes.service import Service

Of = Annotated[Literal["contacts", "chain"], Query(description="Which answers are compared.")]
WasKnownAt = Annotated[
    str | None,
    Query(description="The earlier answer as it was known at this moment.", examples=["2021-12-03"]),
]
WasText = Annotated[
    str | None, Query(description="How the earlier answer was asked; otherwise as it is now.")
]
WasMinutes = Annotated[
    float | None, Query(ge=0, description="Its shortest exposure that counts, in minutes.")
]


def router(service: Service) -> APIRouter:
    """The routes that say how far an answer may be trusted to stay as it is."""
    routes = APIRouter(prefix="/v1", tags=["changes"])

    @routes.get("/persons/{person}/difference", **answers("difference"))
    def difference(
        *,
        asked: OfAChain,
        of: Of = "contacts",
        was_known_at: WasKnownAt = None,
        was_onset: WasText = None,
        was_sample: WasText = None,
        was_profile: WasText = None,
        was_min_minutes: WasMinutes = None,
        was_from: WasText = None,
        was_to: WasText = None,
    ) -> Response:
        """Who is new, who is gone, whose exposure changed since an earlier answer, and why?"""
        wanted = Difference(
            **asked,
            of=of,
            was_known_at=was_known_at,
            was_onset=was_onset,
            was_sample=was_sample,
            was_profile=was_profile,
            was_min_minutes=was_min_minutes,
            was_from=was_from,
            was_to=was_to,
        )
        return lines(service.ask(wanted))

    @routes.get("/coverage", **answers("coverage"))
    def coverage(
        window: InWindow,
        venue: Annotated[str, Query(min_length=1, description="The venue's id.", examples=["market 12"])],
        expected: Annotated[int, Query(ge=0, description="How many entered in the window.", examples=[900])],
    ) -> Response:
        """How many of those expected at a place scanned?"""
        return lines(service.ask(Coverage(**window, expected={venue: expected})))

    return routes
