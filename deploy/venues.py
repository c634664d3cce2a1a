"""The registry of venues as those who run it work with it: looked up, changed, its table made anew."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from deploy.following import following
from deploy.wiring import Wiring
from producers.errors import BadInput
from producers.register import UNITS_TOPIC, VENUES_TOPIC, Register
from producers.unit import Unit, Units, parse_unit
from producers.venue import venue_key
from producers.venue_record import VenueRecord, parse_record
from storage.spans import chunks
from storage.venue_table import VenueTable
from streams.following import Step

AT_ONCE = 10_000
STEPS_MAX = 10
"""How many buildings a room may be shown to lie in, and how many venues may follow one another."""


class Put(NamedTuple):
    """What putting entries did. new + changed + unchanged are all of them."""

    new: int
    changed: int
    unchanged: int
    stays: int
    """Of those changed: how long people stay there, or what it lies in, is another now."""


class VenueRegister:
    """`venues.v1` as of when this was made, with what was put since."""

    def __init__(self, wiring: Wiring) -> None:
        self._register = Register(wiring.log, VENUES_TOPIC)
        self._register.refresh()
        self._following = following(wiring, wiring.log)

    def __len__(self) -> int:
        return len(self._register.values)

    def __iter__(self) -> Iterator[VenueRecord]:
        """All entries, by id."""
        return (parse_record(value) for _, value in sorted(self._register.values.items()))

    def find(self, venue_id: str) -> VenueRecord | None:
        """The entry of a venue; None where nobody registered it."""
        value = self._register.values.get(venue_id)
        return None if value is None else parse_record(value)

    def get(self, venue_id: str) -> VenueRecord:
        """The same. Raises BadInput where there is none."""
        found = self.find(venue_id)
        if found is None:
            raise BadInput(f"venue {venue_id!r} is not registered: `truyvet venues ls` lists those that are.")
        return found

    def put(self, records: Iterable[VenueRecord], progress: Callable[[int], None] = lambda done: None) -> Put:
        """Publish those that differ from what is there, and write them into the store.

        When it returns, the log has all of them, and so has the store; workers see them within seconds.
        """
        entries = list(records)
        stays = 0
        for record in entries:
            was = self.find(record.id)
            stays += was is not None and was.venue(0)[2:5] != record.venue(0)[2:5]
        done = _put(self._register, {one.id: one for one in entries}, parse_record, progress)
        self._following.step()
        return done._replace(stays=stays)

    def around(self, record: VenueRecord) -> list[str]:
        """The ids of what it lies in, from the smallest to the largest."""
        return self._chain(record, "inside")

    def unit(self, record: VenueRecord) -> str:
        """The unit it was registered in; a room's is that of its building, where it tells none itself."""
        around = (self.find(one) for one in self.around(record))
        return next((one.unit for one in (record, *around) if one and one.unit), "")

    def successors(self, record: VenueRecord) -> list[str]:
        """The ids of what replaced it, and what replaced that; the last is the venue of today."""
        return self._chain(record, "replaced_by")

    def _chain(self, record: VenueRecord | None, field: str) -> list[str]:
        found: list[str] = []
        while record and (following := str(getattr(record, field))) and following not in found:
            found.append(following)
            if len(found) == STEPS_MAX:
                break
            record = self.find(following)
        return found


def rebuild(wiring: Wiring) -> Step:
    """Make the store's table of venues anew from the topic; questions and workers go on meanwhile."""
    follow = following(wiring, wiring.log)
    table = VenueTable(wiring.engine, wiring.engine.database)
    with table.made_anew() as into:
        done = follow.all(into)
    follow.step()  # what came while it was made
    return done


def unit_register(wiring: Wiring) -> Units:
    """All units of `units.v1`."""
    register = Register(wiring.log, UNITS_TOPIC)
    register.refresh()
    return Units(map(parse_unit, register.values.values()))


def put_units(wiring: Wiring, units: Iterable[Unit], progress: Callable[[int], None]) -> Put:
    """Publish those that differ from what is there; none is ever taken out: old scans lie in old units."""
    register = Register(wiring.log, UNITS_TOPIC)
    register.refresh()
    return _put(register, {one.name: one for one in units}, parse_unit, progress)


class Entry(Protocol):
    """What a register holds."""

    def encode(self) -> bytes: ...


def _put(
    register: Register,
    entries: Mapping[str, Entry],
    read: Callable[[bytes], Entry],
    progress: Callable[[int], None],
) -> Put:
    """Publish those that differ from what the register has, some thousands at a time."""
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    done = 0
    for some in chunks(entries.items(), AT_ONCE):
        values: dict[str, bytes | None] = {}
        for key, entry in some:
            was = register.values.get(key)
            how = "new" if was is None else "unchanged" if read(was) == entry else "changed"
            counts[how] += 1
            if how != "unchanged":
                values[key] = entry.encode()
        if values:
            register.put(values)
        done += len(some)
        progress(done)
    return Put(**counts, stays=0)


def known_here(wiring: Wiring, venue_id: str) -> bool:
    """Has any scan named this venue, or the registry?"""
    table = VenueTable(wiring.engine, wiring.engine.database)
    return bool(table.ids([venue_key(venue_id)]))
