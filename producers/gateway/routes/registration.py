"""Places: registered and changed by the office that owns them."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from producers.codes.short import short_code, shown
from producers.gateway.asked import read_json
from producers.gateway.declined import Declined
from producers.gateway.registrar import Outcome
from producers.gateway.registration import VENUE
from producers.gateway.routes.described import SIGNED, described
from producers.gateway.routes.service import Service
from producers.posters.kinds import WRITE
from producers.venue import venue_key
from producers.venue_record import VenueRecord


class Registered(TypedDict):
    """A venue as the registry has it now.

    outcome: unchanged where it said so before. code: its short code. posters: kind of file -> where it is.
    """

    outcome: Outcome
    venue: VenueRecord
    code: str
    posters: dict[str, str]


REGISTERED = TypeAdapter(Registered)
EXAMPLE = {
    "id": "bv-hue/phong-12",
    "name": "Phòng khám 12",
    "kind": "hospital",
    "inside": "bv-hue",
    "address": "16 Lê Lợi, Huế",
    "unit": "19789",
    "hours": "Mo-Fr 07:00-17:00",
    "capacity": 30,
    "stay_minutes": 90,
    "lat": 16.4637,
    "lon": 107.5909,
}


def router(service: Service) -> APIRouter:
    """The route of offices."""
    routes = APIRouter(prefix="/v1", tags=["places and posters"])

    words = described(200, REGISTERED, (*SIGNED, 403), body=VENUE, signed=True, example=EXAMPLE)

    @routes.post("/venues", **words)
    async def register(request: Request) -> Response:
        """Register one's own place, or change it: answered when Kafka has acknowledged."""
        signed = await service.signed_once(request)
        if signed.device.kind != "office":
            raise Declined("not_for_this_kind")
        asked = read_json(VENUE, signed.body)
        outcome, record = await service.registrar.register(asked, signed.device.device, int(service.clock()))
        code = shown(short_code(venue_key(record.id)))
        told: Registered = {
            "outcome": outcome,
            "venue": record,
            "code": code,
            "posters": {kind: f"/v1/venues/{code}/poster.{kind}" for kind in WRITE},
        }
        return Response(REGISTERED.dump_json(told), 200, media_type="application/json")

    return routes
