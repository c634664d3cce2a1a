"""Puts what offices say of their places into the registry, one at a time, and answers when Kafka has it."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from producers.gateway.declined import Declined
from producers.gateway.post import Packet
from producers.gateway.registration import VenueAsked, entry_of
from producers.gateway.turns import Turns
from producers.gateway.units import KnownUnits
from producers.gateway.venues import Venues
from producers.register import VENUES_TOPIC
from producers.venue_record import VenueRecord

WAITING_MAX = 100
Outcome = Literal["new", "changed", "unchanged"]
Publish = Callable[[Sequence[Packet]], Awaitable[None]]


class Registrar:
    """Changes `venues.v1` on behalf of offices. publish: returns when Kafka has acknowledged.

    It reads the topic before it decides and after it wrote, so that what others changed is not undone. Two
    gateways that write one venue in the same moment both succeed; the later word counts in all of them.
    """

    def __init__(self, venues: Venues, units: KnownUnits, publish: Publish) -> None:
        self._venues = venues
        self._units = units
        self._publish = publish
        self._turns = Turns(WAITING_MAX)

    async def register(self, asked: VenueAsked, office: str, now: int) -> tuple[Outcome, VenueRecord]:
        """The entry as the registry has it when this returns.

        Raises Declined (403, 429, 503), BadInput for what cannot be taken, Unavailable, Refused.
        """
        async with self._turns.turn():
            was, record = await to_thread(self._next, asked, office, now)
            if record == was:
                return "unchanged", record
            await self._publish([(VENUES_TOPIC, 0, record.encode(), record.id.encode())])
            await to_thread(self._venues.refresh)
            taken = self._venues.entry(record.id)
        if taken is None or taken.owner != office:
            raise Declined("venue_of_another")  # somebody else's word came after ours
        return ("changed" if was else "new"), taken

    def _next(self, asked: VenueAsked, office: str, now: int) -> tuple[VenueRecord | None, VenueRecord]:
        self._venues.refresh()
        return entry_of(asked, office, self._venues.entry, lambda text: self._units.name(text, now))
