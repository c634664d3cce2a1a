"""What the stream asks of the outside: the log it reads, the state it keeps, the store it writes.

Every port takes a whole batch, is synchronous, and raises `Unavailable` when the outside is
down: the caller keeps the batch, waits and tries again.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from producers.venue import Venue
from streams.dead_letters import DeadLetter
from streams.tables import ScanTable, VisitTable
from streams.timeline import Scan


class Record(NamedTuple):
    """One record of the log, as read: where it stood, when the log took it, its bytes."""

    log: str
    """Names the incarnation of the topic, so that offsets of a re-created one are not mixed up."""
    partition: int
    offset: int
    received: int
    """Epoch second at which the log appended it."""
    value: bytes


class Receipt(NamedTuple):
    """What became of the scans of one record. scans = stored + duplicates + dead."""

    log: str
    partition: int
    offset: int
    received: int
    scans: int
    stored: int
    duplicates: int
    dead: int


class Writes(NamedTuple):
    """All that one batch changes in the store."""

    venues: Sequence[Venue]
    visits: VisitTable
    receipts: Sequence[Receipt]
    scans: ScanTable


class Timelines(Protocol):
    """A cache of packed timelines (`streams.timeline.pack`), one per person.

    Guarantees: what load returns was once saved for that person.
    Does not guarantee: that anything saved is still there. A missing person is read from the store.
    On failure: Unavailable; a save may have been done in part.
    """

    def load(self, persons: Collection[int]) -> dict[int, bytes]: ...

    def save(self, timelines: Mapping[int, bytes]) -> None: ...


class ScanStore(Protocol):
    """The truth: scans, visits, venues, receipts.

    Guarantees: when write returns, everything is readable by any process and survives kill -9.
    Writing the same twice changes no answer. Within one write, venues come first, then visits,
    then receipts, then scans, then marks that these records are whole: a scan that can be read back
    has its visit stored, and a record that is whole has its scans stored.
    Does not guarantee: that a failed write wrote nothing.
    On failure: Unavailable (try again) or Refused (a bug or a wrong schema; do not).
    """

    def scans_of(self, persons: Mapping[int, int]) -> dict[int, list[Scan]]:
        """Each person's scans with anchor >= the given second, in order."""
        ...

    def venues(self, keys: Collection[int]) -> dict[int, Venue]: ...

    def write(self, writes: Writes) -> None: ...


class DeadLetters(Protocol):
    """Where scans go that cannot be understood. Returns when they are acknowledged."""

    def put(self, letters: Sequence[DeadLetter]) -> None: ...
