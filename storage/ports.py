"""The few questions a tracer may ask of what is stored."""

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from streams.tables import StoredScan
from streams.visit import Visit


class Presence(NamedTuple):
    """A venue and the half-open span of epoch seconds [since, until) we ask about."""

    venue: int
    since: int
    until: int


class Flow(NamedTuple):
    """The ledger of everything received: scans = stored + duplicates + dead."""

    records: int
    scans: int
    stored: int
    duplicates: int
    dead: int
    visits: int
    persons: int
    venues: int
    received_until: int
    """The newest moment at which a stored record was received, epoch seconds; 0 for none."""
    scanned_until: int
    """The newest moment at which a stored visit began, epoch seconds; 0 for none."""


class VisitReader(Protocol):
    """Reads visits as they stand now: the newest version of each, without those taken back.

    A visit is present in [arrived, max(departed, arrived + 1)): a zero-length stay counts as its
    instant. All spans are half-open epoch seconds.
    On failure: producers.errors.Unavailable or Refused.
    """

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        """Where were these people? Visits present in [since, until), any order."""
        ...

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        """Who was there? Visits present at any of these places and spans, each once, any order."""
        ...

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        """Everyone present in [since, until): one list per venue, ordered by arrival. Streams."""
        ...

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        """The ids of these venues as they were given."""
        ...

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        """The scans behind this person's visits, made in [since, until), in order of time: `at`, then id.

        One that was received several times is told once, as it was first received.
        """
        ...

    def knows(self, person: int) -> bool:
        """Is there any visit of this person at all?"""
        ...

    def flow(self) -> Flow: ...
