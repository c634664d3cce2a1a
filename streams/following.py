"""The registry of venues as it changes: its stream is written into the store, and caches are told.

The stream is `venues.v1`. An entry's version says where it stands there: the second at which the log took
it, then its offset; it grows along the topic, also when the topic is made again. So the store itself says how
far it has come, several workers may write the same, and one that starts goes on from there.
"""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, Protocol

from producers.errors import BadInput
from producers.ports import Entry, Log
from producers.register import VENUES_TOPIC
from producers.venue import Venue, unregistered, venue_key
from producers.venue_record import VenueRecord, parse_record

OFFSET_BITS = 20
ENTRIES_MAX = 10_000
AGAIN_SECONDS = 60
"""What was taken shortly before is written once more: a new leader's clock may be behind."""


class Entered(NamedTuple):
    """One entry for the store: what a worker needs, and what people are told."""

    venue: Venue
    name: str = ""
    retired_at: int = 0
    replaced_by: int = 0


class VenueBook(Protocol):
    """The store's table of venues. On failure: Unavailable or Refused."""

    def newest(self) -> int:
        """The highest version in it."""
        ...

    def ids(self, keys: Collection[int]) -> dict[int, str]:
        """The ids of those that are in it."""
        ...

    def enter(self, entries: Sequence[Entered]) -> None:
        """Write entries; of one venue the highest version counts."""
        ...


class Enter(Protocol):
    """Where entries go."""

    def enter(self, entries: Sequence[Entered]) -> None: ...


class Step(NamedTuple):
    """What one step did: entries written, and those that are no venue or whose key is another's."""

    written: int
    unusable: int
    """Seen, and left out: no honest sender writes them, and no worker may stop for them."""


def version_of(entry: Entry) -> int:
    """Grows along the topic: within one second no more than a million entries are taken."""
    return entry.received << OFFSET_BITS | entry.offset & (1 << OFFSET_BITS) - 1


def entered(record: VenueRecord, version: int) -> Entered:
    """The entry of a record."""
    replaced_by = venue_key(record.replaced_by) if record.replaced_by else 0
    return Entered(record.venue(version), record.name, record.retired_at or 0, replaced_by)


def around(record: VenueRecord) -> list[Entered]:
    """What a venue lies in is in the store too, as if a scan had named it: workers look it up."""
    return [Entered(unregistered(record.inside))] if record.inside else []


class Following:
    """Goes along `venues.v1` and writes what is new into the store. For one thread."""

    def __init__(
        self, log: Log, book: VenueBook, changed: Callable[[Collection[int]], None] = lambda keys: None
    ) -> None:
        """changed: told the keys of venues once the store has their new entries."""
        self._log = log
        self._book = book
        self._changed = changed
        self._incarnation = ""
        self._next = 0

    def step(self) -> Step:
        """Write what the topic has by now. Raises Unavailable or Refused: the next step goes on from there.

        The first step, and that after the topic was made again, begins a little before what the store has.
        """
        if (incarnation := self._log.incarnation(VENUES_TOPIC)) != self._incarnation:
            newest = self._book.newest() >> OFFSET_BITS
            self._next = _first_since(self._log, newest - AGAIN_SECONDS)
            self._incarnation = incarnation
        return self._on(self._book, self._changed)

    def all(self, into: Enter) -> Step:
        """Write everything the topic holds, whatever the store has; the next step goes on from its end."""
        self._incarnation, self._next = self._log.incarnation(VENUES_TOPIC), 0
        return self._on(into, lambda keys: None)

    def _on(self, into: Enter, changed: Callable[[Collection[int]], None]) -> Step:
        done = Step(0, 0)
        end = self._log.ends(VENUES_TOPIC)[0]
        while self._next < end:
            entries = self._log.read(VENUES_TOPIC, 0, self._next, ENTRIES_MAX)
            if not entries:
                break  # Compaction took the last ones.
            new, unusable = self._usable(entries, self._book)
            if new:
                into.enter(new)
                changed([one.venue.key for one in new])
            self._next = entries[-1].offset + 1
            done = Step(done.written + len(new), done.unusable + unusable)
        return done

    @staticmethod
    def _usable(entries: Sequence[Entry], book: VenueBook) -> tuple[list[Entered], int]:
        """The newest entry of each venue, without those whose key belongs to another venue id."""
        newest: dict[int, Entered] = {}
        outer: list[Entered] = []
        unusable = 0
        for one in entries:
            try:
                name, told = _read(one)
            except BadInput:
                unusable += 1
                continue
            version = version_of(one)
            # An entry that was taken out: the venue is as if a scan had just named it first.
            bare = Entered(unregistered(name)._replace(version=version))
            newest[bare.venue.key] = entered(told, version) if told else bare
            outer += around(told) if told else []
        found = [*outer, *newest.values()]
        ids = book.ids([one.venue.key for one in found])
        good = [one for one in found if ids.get(one.venue.key, one.venue.id) == one.venue.id]
        return good, unusable + len(found) - len(good)


def _read(entry: Entry) -> tuple[str, VenueRecord | None]:
    """The venue an entry is about, and what it says; None where it was taken out. Raises BadInput."""
    try:
        name = entry.key.decode()
    except UnicodeDecodeError:
        raise BadInput("a record of venues.v1 has a key that is no text: publish it again.") from None
    told = parse_record(entry.value) if entry.value else None
    if not name or (told is not None and told.id != name):
        raise BadInput("a record of venues.v1 has the key of another venue: publish it again.")
    return name, told


def _first_since(log: Log, second: int) -> int:
    """The first offset that the log took at this second or later. Asks some twenty times, not for all."""
    if second <= 0:
        return 0
    low, high = 0, log.ends(VENUES_TOPIC)[0]
    while low < high:
        middle = (low + high) // 2
        found = log.read(VENUES_TOPIC, 0, middle, 1)
        if found and found[0].received < second:
            low = found[0].offset + 1
        else:
            high = middle
    return low
