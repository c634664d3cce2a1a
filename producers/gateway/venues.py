"""The registry of venues as the gateway reads it: whole entries by id, and ids by short code."""

from collections import defaultdict
from functools import lru_cache
from threading import Lock

from producers.codes.short import short_code
from producers.errors import BadInput
from producers.register import Register
from producers.venue import venue_key
from producers.venue_record import VenueRecord, parse_record

READ_MAX = 50_000


class Venues:
    """`producers.gateway.flags.Places` and `producers.codes.short.ShortCodes`, as of the last `refresh`.

    Safe to use from several threads.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._lock = Lock()
        self._shorts: defaultdict[str, set[str]] = defaultdict(set)

    def refresh(self) -> None:
        """Take in what changed. Raises Unavailable, Refused."""
        with self._lock:
            for venue, value in self._register.refresh().items():
                short = short_code(venue_key(venue))
                if value is None:
                    self._shorts[short].discard(venue)
                else:
                    self._shorts[short].add(venue)

    def of(self, venue: str) -> VenueRecord | None:
        """The whole entry of a venue; None for one that nobody registered."""
        value = self._register.values.get(venue)
        return None if value is None else _read(value)

    def entry(self, venue: str) -> VenueRecord | None:
        """The same for whoever changes it: raises BadInput for an entry that this program cannot read."""
        value = self._register.values.get(venue)
        return None if value is None else parse_record(value)

    def named(self, venue: str) -> tuple[str, str]:
        """What people call a venue and the building it lies in; empty where nobody told."""
        record = self.of(venue)
        around = self.of(record.inside) if record and record.inside else None
        return record.name if record else "", around.name if around else ""

    def venues_of(self, short: str) -> list[str]:
        """The ids of all venues with this short code."""
        return sorted(self._shorts.get(short, ()))


@lru_cache(READ_MAX)
def _read(value: bytes) -> VenueRecord | None:
    try:
        return parse_record(value)
    except BadInput:
        return None  # of a later version, or no venue: the same to us as one nobody registered
