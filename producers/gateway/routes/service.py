"""What the gateway's routes answer with: the parts they share, and how a signed request is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from producers import signed_request
from producers.codes.short import ShortCodes
from producers.gateway.admit import Admission
from producers.gateway.asked import BODY_BYTES_MAX
from producers.gateway.collector import Collector
from producers.gateway.declined import Declined
from producers.gateway.devices import Devices
from producers.gateway.door import Door
from producers.gateway.draft import Span
from producers.gateway.flags import Places
from producers.gateway.metrics import Metrics
from producers.gateway.post import Packet
from producers.gateway.printer import Printer
from producers.gateway.rates import Rates, over
from producers.gateway.registrar import Registrar
from producers.gateway.signature import Signed, checked
from producers.pseudonym import Pseudonyms


@dataclass(frozen=True)
class Service:
    """One gateway's parts.

    clock: epoch seconds. partitions: of a topic. card: the text of a new personal card, None where there is
    no key to sign one. ready: one sentence for each part that is down. door: the one that holds now, for the
    thread of the event loop; another one than the collector's. span: which moments are taken, as of one.
    """

    clock: Callable[[], float]
    devices: Devices
    admission: Admission
    rates: Rates
    collector: Collector
    places: Places
    shorts: ShortCodes
    pseudonyms: Pseudonyms
    door: Callable[[], Door]
    span: Callable[[int], Span]
    envelope_key: str
    card: Callable[[], str | None]
    partitions: Callable[[str], int]
    registrar: Registrar
    printer: Printer
    ready: Callable[[], list[str]]
    metrics: Metrics

    async def signed(self, request: Request) -> Signed:
        """Who sent this? Not yet whether it is new. Raises Declined (401, 413, 429)."""
        self.collector.check()
        body = await read_body(request)
        device = request.headers.get(signed_request.DEVICE, "")
        known = self.devices.known(device) or await run_in_threadpool(self.devices.sought, device)
        return checked(request.method, path_of(request), request.headers, body, known)

    async def signed_once(self, request: Request) -> Signed:
        """The same, and it is new: for all routes but that of scans, which are told by their ids as well."""
        signed = await self.signed(request)
        (told,) = await run_in_threadpool(self.admission.first_time, [(signed, int(self.clock()))])
        if isinstance(told, Declined):
            raise told
        device = "device", signed.device.device
        sums = await run_in_threadpool(self.rates.take, {device: 1})
        if sums[device] > (most := self.rates.of(signed.device)):
            raise over("device_rate", most)
        return signed

    async def unsigned(self, request: Request, requests: int = 1) -> None:
        """Counts a request of nobody in particular; some cost as much as several. Raises Declined (429)."""
        await run_in_threadpool(self.rates.unsigned, address_of(request), requests)

    async def publish(self, packets: Sequence[Packet]) -> None:
        """Returns when Kafka has acknowledged these records. Raises Declined (429, 503)."""
        await self.collector.publish(packets)


async def read_body(request: Request) -> bytes:
    """The body, as far as it is allowed to go. Raises Declined (413)."""
    told = request.headers.get("content-length", "")
    body = b""
    if not told.isdigit() or int(told) <= BODY_BYTES_MAX:
        async for part in request.stream():
            body += part
            if len(body) > BODY_BYTES_MAX:
                break
        else:
            return body
    raise Declined("too_large", most=BODY_BYTES_MAX)


def path_of(request: Request) -> str:
    """Path and query as they were sent: what a device signs."""
    path, query = request.scope["raw_path"].decode("ascii", "replace"), request.scope["query_string"]
    return f"{path}?{query.decode('ascii', 'replace')}" if query else str(path)


def address_of(request: Request) -> str:
    """The network address of the caller; behind a proxy, what uvicorn takes for it."""
    return request.client.host if request.client else ""
