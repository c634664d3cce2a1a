"""Scans: handed in by the hundred, each answered."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from producers import signed_request
from producers.gateway.asked import ANSWERS, SCANS, parse
from producers.gateway.declined import Declined, Language, language_of
from producers.gateway.device import VIA
from producers.gateway.post import Post, Taken
from producers.gateway.reasons import sentence
from producers.gateway.routes.described import SIGNED, described
from producers.gateway.routes.service import Service, address_of

KEY_LENGTH_MAX = 200
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, the same request has the same answers for an hour.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": "^[!-~]+$"},
}
EXAMPLE = {
    "scans": [
        {
            "scan_id": "b121c55b72052dad",
            "at": 1638327600,
            "venue_code": "TV1:...",
            "person_code": "TV1:...",
            "direction": "in",
        }
    ]
}


def router(service: Service) -> APIRouter:
    """The route that takes scans."""
    routes = APIRouter(prefix="/v1", tags=["scans"])

    words = described(
        200, ANSWERS, (*SIGNED, 403, 422), body=SCANS, signed=True, example=EXAMPLE, headers=(KEY,)
    )

    @routes.post("/scans", **words)
    async def scans(request: Request) -> Response:
        """Take 1 to 500 scans: answered when Kafka has acknowledged, each on its own."""
        key = request.headers.get("idempotency-key", "")
        if len(key) > KEY_LENGTH_MAX:
            raise Declined("bad_request", where="Idempotency-Key", what=f"over {KEY_LENGTH_MAX} letters")
        signed = await service.signed(request)
        if signed.device.kind not in VIA:
            raise Declined("not_for_this_kind")
        post = Post(signed, parse(signed.body), int(service.clock()), address_of(request), key)
        taken = await service.collector.post(post)
        language = language_of(request.headers.get("accept-language", ""))
        headers: dict[str, str] = {"Content-Language": language}
        if taken.nonce:
            headers[signed_request.NONCE] = taken.nonce
        return Response(told(taken, language), 200, headers, "application/json")

    return routes


def told(taken: Taken, language: Language) -> bytes:
    """The body of the answer, with a sentence for each scan that was refused."""
    for answer in taken.answers:
        if answer["status"] == "refused":
            exact = answer.get("sentence")  # which field of a scan is wrong, for who writes programs
            words = sentence(answer["reason"], language)
            answer["sentence"] = f"{words} ({exact})" if exact else words
    return ANSWERS.dump_json({"answers": taken.answers, "clock_skew_seconds": taken.skew})
