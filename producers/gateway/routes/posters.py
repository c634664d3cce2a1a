"""Posters of registered places, for anyone: they hang in public."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from producers.gateway.declined import Declined
from producers.gateway.printer import COSTS
from producers.gateway.routes.described import problems_described
from producers.gateway.routes.service import Service
from producers.gateway.routes.venues import venue_named
from producers.posters.kinds import MEDIA_TYPES, Kind
from producers.posters.paper import Paper
from producers.posters.signed import Making
from producers.scan import VENUE_LENGTH_MAX, Direction

KEPT_SECONDS = 300
"""How long a browser or a proxy may show a poster without asking again: a venue may retire."""

Venue = Annotated[
    str,
    Path(
        max_length=VENUE_LENGTH_MAX,
        description="The short code of a venue, or its id.",
        examples=["H505N-J5WPV"],
    ),
]
OnPaper = Annotated[Paper, Query(description="a4 has the code at 15 by 15 cm, a5 at 10.6.")]
Way = Annotated[Direction, Query(description="For a door that is only an entrance (in) or an exit (out).")]
FILES: dict[str, Any] = {media: {"schema": {"type": "string"}} for media in MEDIA_TYPES.values()}
WORDS: dict[str, Any] = {
    "response_class": Response,
    "response_model": None,
    "responses": {
        200: {"description": "The poster.", "content": FILES},
        304: {"description": "The poster that `If-None-Match` names is still the same."},
        **problems_described((400, 404, 422, 429, 503)),
    },
}


def router(service: Service) -> APIRouter:
    """The route of posters; to be asked before the one that takes any venue's id."""
    routes = APIRouter(prefix="/v1", tags=["places and posters"])

    @routes.get("/venues/{venue:path}/poster.{kind}", **WORDS)
    async def poster(
        request: Request, venue: Venue, kind: Kind, paper: OnPaper = Paper.a4, direction: Way = "unknown"
    ) -> Response:
        """A venue's poster, signed and ready to print, with name and building as registered."""
        await service.unsigned(request)
        now = int(service.clock())
        record = venue_named(service, venue)
        if record is None:
            raise Declined("no_such_venue")
        if record.state(now) == "retired":
            raise Declined("retired_venue")
        around = service.places.of(record.inside)
        named = record.name, around.name if around else ""
        making = Making(now, direction, paper)
        sheet = await run_in_threadpool(service.printer.sheet, kind, making, record.id, named)
        headers = {"ETag": sheet.tag, "Cache-Control": f"public, max-age={KEPT_SECONDS}"}
        if request.headers.get("If-None-Match") == sheet.tag:
            return Response(status_code=304, headers=headers)
        await service.unsigned(request, COSTS[kind])
        body = await service.printer.drawn(sheet)
        headers["Content-Disposition"] = f'inline; filename="poster.{kind}"'
        headers["X-Content-Type-Options"] = "nosniff"
        return Response(body, 200, headers, MEDIA_TYPES[kind])

    return routes
