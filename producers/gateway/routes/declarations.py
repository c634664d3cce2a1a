"""Declarations: of a journey, with an officer's decision where there is one, and of one's health."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from producers.gateway.asked import read_json
from producers.gateway.declarations import (
    ANSWERS,
    HEALTHS,
    MOVEMENTS,
    Answers,
    Desk,
    Events,
    answer,
    decides,
    moved,
    told_of_health,
)
from producers.gateway.declined import Declined, language_of
from producers.gateway.door import Wrong
from producers.gateway.post import Packet
from producers.gateway.reasons import sentence
from producers.gateway.routes.described import SIGNED, described
from producers.gateway.routes.service import Service
from producers.gateway.signature import Signed
from producers.packing import Packer
from producers.scan import SCANS_PER_RECORD_MAX, TOPIC, ScanEvent

EXAMPLE = {
    "declarations": [
        {
            "id": "b121c55b72052dad",
            "at": 1638327600,
            "persons": [{"person_sealed": "1...."}, {"person_code": "TV1:..."}],
            "origin": "Đà Nẵng",
            "destination": "Huế",
            "plate": "43A-123.45",
            "symptoms": ["cough"],
            "decision": {"decision": "refer", "note": "ho nhiều"},
        }
    ]
}
Make = Callable[[Any, Any, Desk], Events | Wrong]


def router(service: Service) -> APIRouter:
    """The routes of declarations."""
    routes = APIRouter(prefix="/v1", tags=["declarations"])
    problems = (*SIGNED, 403)

    movements = described(200, ANSWERS, problems, body=MOVEMENTS, signed=True, example=EXAMPLE)

    @routes.post("/declarations", **movements)
    async def declarations(request: Request) -> Response:
        """Take 1 to 50 declarations of journeys: from a checkpoint with a decision, or from a phone ahead."""
        signed = await _known(service, request)
        asked = read_json(MOVEMENTS, signed.body)
        if signed.device.kind == "phone" and decides(asked):
            raise Declined("not_for_this_kind")
        return await _taken(service, request, signed, asked["declarations"], moved)

    healths = described(200, ANSWERS, problems, body=HEALTHS, signed=True)

    @routes.post("/health", **healths)
    async def health(request: Request) -> Response:
        """Take 1 to 50 health declarations."""
        signed = await _known(service, request)
        asked = read_json(HEALTHS, signed.body)
        return await _taken(service, request, signed, asked["declarations"], told_of_health)

    return routes


async def _known(service: Service, request: Request) -> Signed:
    signed = await service.signed_once(request)
    if signed.device.kind in ("kiosk", "office"):
        raise Declined("not_for_this_kind")
    return signed


async def _taken(
    service: Service, request: Request, signed: Signed, asked: list[dict[str, Any]], make: Make
) -> Response:
    """Answered when Kafka has acknowledged: of one request, events and scans together."""
    now = int(service.clock())
    desk = Desk(
        service.door(),
        service.pseudonyms,
        service.span(now),
        service.partitions,
        service.places,
        signed.at,
        now,
    )
    found = [make(one, signed.device, desk) for one in asked]
    taken = [one for one in found if isinstance(one, Events)]
    packets = [packet for one in taken for packet in one.packets]
    packets += _packed([scan for one in taken for scan in one.scans], service.partitions(TOPIC))
    if packets:
        await service.publish(packets)
    language = language_of(request.headers.get("accept-language", ""))
    answers: Answers = {
        "answers": [
            answer(one["id"], event, lambda reason: sentence(reason, language))
            for one, event in zip(asked, found, strict=True)
        ],
        "clock_skew_seconds": signed.at - now,
    }
    return Response(ANSWERS.dump_json(answers), 200, {"Content-Language": language}, "application/json")


def _packed(scans: list[ScanEvent], partitions: int) -> list[Packet]:
    packer = Packer(partitions, SCANS_PER_RECORD_MAX)
    full = [record for scan in scans if (record := packer.add(scan))]
    return [(TOPIC, partition, value, None) for partition, value in [*full, *packer.flush()]]
