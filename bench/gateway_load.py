"""Devices that send signed requests over real connections, prepared beforehand."""

import asyncio
import json
import secrets
import time
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from producers import signed_request
from producers.codes.encoded import to_base64url
from producers.gateway.device import Device


class Pen(NamedTuple):
    """A device and its key."""

    device: Device
    key: Ed25519PrivateKey


class Request(NamedTuple):
    """The bytes on the wire, and the ids of its scans."""

    raw: bytes
    ids: list[str]


class Answered(NamedTuple):
    """Status, body, seconds it took."""

    status: int
    body: bytes
    seconds: float


def signed(pen: Pen, scans: list[dict[str, object]]) -> Request:
    """One `POST /v1/scans` as a device would send it now."""
    body = json.dumps({"scans": scans}, separators=(",", ":")).encode()
    at, nonce = int(time.time()), secrets.token_hex(16)
    message = signed_request.message("POST", "/v1/scans", at, nonce, body)
    head = (
        "POST /v1/scans HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
        f"{signed_request.DEVICE}: {pen.device.device}\r\n{signed_request.TIME}: {at}\r\n"
        f"{signed_request.NONCE}: {nonce}\r\n"
        f"{signed_request.SIGNATURE}: {to_base64url(pen.key.sign(message))}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return Request(head.encode() + body, [str(scan["scan_id"]) for scan in scans])


async def send_all(port: int, requests: Sequence[Request], connections: int) -> list[Answered]:
    """All of them over so many connections, each sending its next when the last is answered."""
    answers: list[Answered | None] = [None] * len(requests)
    left = iter(range(len(requests)))

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in left:
            began = time.perf_counter()
            writer.write(requests[number].raw)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            answers[number] = Answered(int(head[9:12]), body, time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return [answer for answer in answers if answer is not None]
