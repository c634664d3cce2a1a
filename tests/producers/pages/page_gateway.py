"""A gateway for tests of the pages: checks signatures as the real one does, and keeps what it was sent."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from producers.codes.own import card_code
from producers.codes.signing import Signer
from producers.envelope import Opener
from producers.gateway.routes import pages
from producers.signed_request import DEVICE, NONCE, SIGNATURE, TIME, message

OURS = Signer(bytes(range(32)))
OPENER = Opener(bytes(range(32)))
NOON = 1638360000


def problem(status: int, sentence: str, **headers: str) -> JSONResponse:
    body = {"title": sentence, "detail": sentence, "status": status, "code": sentence.replace(" ", "_")}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


@dataclass
class StandIn:
    """What was sent, and how it answers.

    down: every answer is 503. backwards: it takes only its own nonces. refuse: venue code or
    plate -> why not.
    """

    devices: dict[str, bytes] = field(default_factory=dict)
    enrolments: list[dict[str, Any]] = field(default_factory=list)
    scans: list[dict[str, Any]] = field(default_factory=list)
    declarations: list[dict[str, Any]] = field(default_factory=list)
    healths: list[dict[str, Any]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    cards: int = 0
    down: bool = False
    backwards: bool = False
    refuse: dict[str, str] = field(default_factory=dict)
    venues: dict[str, dict[str, Any]] = field(default_factory=dict)
    address: str = ""

    async def signed(self, request: Request) -> bytes | Response:
        """The body, or why it is not taken."""
        body = await request.body()
        headers = request.headers
        key = self.devices.get(headers.get(DEVICE, ""))
        if key is None:
            return problem(401, "unknown device")
        if self.backwards and not headers[NONCE].startswith("feed"):
            return JSONResponse({"detail": "clock"}, 401, {NONCE: "feed" + headers[NONCE][4:]})
        if headers[NONCE] in self.nonces:
            return problem(401, "nonce seen")
        told = message(request.method, request.url.path, int(headers[TIME]), headers[NONCE], body)
        signature = base64.urlsafe_b64decode(headers[SIGNATURE] + "==")
        Ed25519PublicKey.from_public_bytes(key).verify(signature, told)
        self.nonces.add(headers[NONCE])
        self.languages.add(headers["accept-language"])
        return body

    def app(self) -> FastAPI:
        app = FastAPI()
        app.include_router(pages.router())

        @app.middleware("http")
        async def closed(request: Request, call_next: Any) -> Response:
            if self.down and request.url.path.startswith("/v1/"):
                return problem(503, "Kafka is down", **{"Retry-After": "1"})
            answered: Response = await call_next(request)
            return answered

        @app.post("/v1/devices", status_code=201)
        async def enrol(request: Request) -> dict[str, Any]:
            asked = await request.json()
            self.enrolments.append(asked)
            device = f"{len(self.devices) + 1:016x}"
            self.devices[device] = base64.urlsafe_b64decode(asked["public_key"] + "=")
            key = base64.urlsafe_b64encode(OPENER.public).decode().rstrip("=")
            venue = "chốt Lăng Cô" if asked["kind"] == "checkpoint" else ""
            return {"device": device, "kind": asked["kind"], "venue": venue, "envelope_key": key}

        @app.post("/v1/cards", status_code=201)
        async def card(request: Request) -> Any:
            body = await self.signed(request)
            if isinstance(body, Response):
                return body
            self.cards += 1
            return {"code": card_code(OURS, self.cards.to_bytes(16, "big"), NOON)}

        for path, name, into in (
            ("/v1/scans", "scans", self.scans),
            ("/v1/declarations", "declarations", self.declarations),
            ("/v1/health", "declarations", self.healths),
        ):
            app.add_api_route(path, self.taking(name, into), methods=["POST"])

        @app.get("/v1/venues/{short}")
        async def venue(short: str) -> Any:
            return self.venues.get(short) or problem(404, "No venue has this short code.")

        return app

    def taking(self, name: str, into: list[dict[str, Any]]) -> Any:
        """A route for signed bodies with a list of this name."""

        async def take(request: Request) -> Any:
            body = await self.signed(request)
            return body if isinstance(body, Response) else self.taken(json.loads(body)[name], into)

        return take

    def taken(self, told: list[dict[str, Any]], into: list[dict[str, Any]]) -> Any:
        """Answers for each; the whole request is refused where one says `poison`."""
        self.batches.append(len(told))
        names = [one.get("venue_code") or one.get("plate") or "" for one in told]
        if "poison" in names:
            return problem(400, "a field is wrong")
        name = "scan_id" if into is self.scans else "id"
        known = {one[name] for one in into}
        answers = []
        for one, named in zip(told, names, strict=True):
            why = self.refuse.get(named)
            status = "refused" if why else "duplicate" if one[name] in known else "taken"
            answers.append({name: one[name], "status": status} | ({"sentence": why} if why else {}))
            if not why:
                into.append(one)
        return {"answers": answers, "clock_skew_seconds": 0}


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Where the application is: on a free port of this machine; no connection that waits is dropped."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_keep_alive=900))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive()
    (socket,) = server.servers[0].sockets
    yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@contextmanager
def served(stand_in: StandIn) -> Iterator[StandIn]:
    """The stand-in, at its `address`."""
    with serving(stand_in.app()) as stand_in.address:
        yield stand_in
