"""What a phone asks beside handing in scans: which venue a short code means, and a personal card."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from producers.codes.short import only_venue, parse_short, short_code, shown
from producers.errors import BadInput
from producers.gateway.declined import Declined
from producers.gateway.routes.described import SIGNED, described
from producers.gateway.routes.service import Service
from producers.scan import VENUE_LENGTH_MAX
from producers.venue import venue_key
from producers.venue_record import VenueRecord


class Found(TypedDict):
    """A venue, as anyone may see it. code: its short code, which `POST /v1/scans` takes as `venue_code`."""

    venue: str
    name: str | None
    unit: str | None
    state: Literal["active", "retired"]
    code: str


class Card(TypedDict):
    """The text of a personal code, to be kept by who asked for it: it is nowhere else."""

    code: str


FOUND, CARD = TypeAdapter(Found), TypeAdapter(Card)


def router(service: Service) -> APIRouter:
    """The routes of venues and cards."""
    routes = APIRouter(prefix="/v1", tags=["venues and cards"])
    Short = Annotated[
        str, Path(max_length=VENUE_LENGTH_MAX, description="The short code of a poster, or an id.")
    ]

    @routes.get("/venues/{short:path}", **described(200, FOUND, (400, 404, 429)))
    async def venue(request: Request, short: Short) -> Response:
        """Which venue is this?"""
        await service.unsigned(request)
        record = venue_named(service, short)
        if record is None:
            raise Declined("no_such_venue")
        told: Found = {
            "venue": record.id,
            "name": record.name or None,
            "unit": record.unit or None,
            "state": record.state(int(service.clock())),
            "code": shown(short_code(venue_key(record.id))),
        }
        return JSONResponse(told)

    @routes.post("/cards", **described(201, CARD, (*SIGNED, 403), signed=True))
    async def card(request: Request) -> Response:
        """A new personal card, for the phone's owner or one of the family. Nothing of it is kept here."""
        signed = await service.signed_once(request)
        if signed.device.kind != "phone":
            raise Declined("not_for_this_kind")
        code = service.card()
        if code is None:
            raise Declined("cannot_sign")
        return JSONResponse(Card(code=code), 201)

    return routes


def venue_named(service: Service, text: str) -> VenueRecord | None:
    """The registered venue of a short code or an id."""
    return service.places.of(_by_short(service, text) or text)


def _by_short(service: Service, text: str) -> str | None:
    try:
        short = parse_short(text)
    except BadInput:
        return None
    try:
        return only_venue(short, service.shorts)
    except BadInput:
        return None  # an id may look like a short code
