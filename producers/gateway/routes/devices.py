"""Devices: enrolled with a key of their own, and given a new one."""

from typing import Annotated, NotRequired

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

from producers.gateway import device as devices
from producers.gateway.asked import read_json
from producers.gateway.declined import Declined
from producers.gateway.device import NAME_LENGTH_MAX, Device, Kind, PublicKey
from producers.gateway.routes.described import SIGNED, described
from producers.gateway.routes.service import Service, address_of, read_body


class EnrolAsked(TypedDict):
    """A phone needs no invitation; the others have one from an operator."""

    kind: Kind
    public_key: PublicKey
    name: NotRequired[Annotated[str, Field(max_length=NAME_LENGTH_MAX)] | None]
    invitation: NotRequired[Annotated[str, Field(max_length=100)] | None]


class RotateAsked(TypedDict):
    """The key that counts from now on; the request is signed with the one before."""

    public_key: PublicKey


class Enrolled(TypedDict):
    """device: to be named in each request. venue: where it stands. envelope_key: identities are sealed to it.

    server_time: epoch seconds.
    """

    device: str
    kind: Kind
    venue: str | None
    envelope_key: str
    server_time: int


ENROL, ROTATE, ENROLLED = TypeAdapter(EnrolAsked), TypeAdapter(RotateAsked), TypeAdapter(Enrolled)


def router(service: Service) -> APIRouter:
    """The routes of devices."""
    routes = APIRouter(prefix="/v1", tags=["devices"])

    def enrolled(device: Device, status: int) -> Response:
        told: Enrolled = {
            "device": device.device,
            "kind": device.kind,
            "venue": device.venue or None,
            "envelope_key": service.envelope_key,
            "server_time": int(service.clock()),
        }
        return JSONResponse(told, status)

    @routes.post("/devices", **described(201, ENROLLED, (400, 401, 403, 409, 413, 429, 503), body=ENROL))
    async def enrol(request: Request) -> Response:
        """Enrol a device by its public key. Asked again with the same key it answers the same."""
        asked: EnrolAsked = read_json(ENROL, await read_body(request))
        await run_in_threadpool(service.rates.enrolment, address_of(request))
        return enrolled(await run_in_threadpool(_enrol, service, asked), 201)

    @routes.post("/devices/rotate", **described(200, ENROLLED, SIGNED, body=ROTATE, signed=True))
    async def rotate(request: Request) -> Response:
        """Give a device a new key. Whoever hears no answer tries the new key, then the old."""
        signed = await service.signed_once(request)
        asked: RotateAsked = read_json(ROTATE, signed.body)
        now = int(service.clock())

        def to(found: Device | None) -> Device:
            # Whoever else has the old key may have rotated meanwhile: its word counts no more.
            if found is None or found.revoked is not None or found.public_key != signed.device.public_key:
                raise Declined("wrong_signature")
            return devices.rotate(found, asked["public_key"], now)

        return enrolled(await run_in_threadpool(service.devices.change, signed.device.device, to), 200)

    return routes


def _enrol(service: Service, asked: EnrolAsked) -> Device:
    now, key, name = int(service.clock()), asked["public_key"], asked.get("name") or ""
    invitation = asked.get("invitation")
    if asked["kind"] == "phone":
        device = devices.phone_device(key)
        return service.devices.change(device, lambda found: devices.enrol_phone(found, key, name, now))
    if not invitation:
        raise Declined("no_invitation")
    device = devices.invited_device(invitation)
    return service.devices.change(
        device, lambda found: devices.enrol_invited(found, asked["kind"], key, name, now)
    )
