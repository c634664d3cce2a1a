"""The cache of venues is whole: a change never cuts a venue off from what it lies inside of."""

from collections.abc import Collection

import pytest

from producers.errors import Unavailable
from producers.venue import Venue, venue_key
from storage.memory import MemoryStore
from streams.ports import Writes
from streams.registry import Registry
from streams.sessions import Rules, assemble
from streams.tables import ScanTable, VisitTable
from streams.timeline import Direction, Scan
from streams.visit import EndKnownBy

ROOM, DEPARTMENT, BUILDING, OTHER = map(venue_key, ("room", "department", "building", "other"))
NOON = 1_638_360_000


class Places(MemoryStore):
    """A store that may be down; it counts what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.asked: list[int] = []

    def has(self, *venues: Venue) -> None:
        self.write(Writes(venues, VisitTable.of([]), [], ScanTable.of([])))

    def venues(self, keys: Collection[int]) -> dict[int, Venue]:
        if self.down and keys:
            raise Unavailable("the store is down.")
        self.asked += keys
        return super().venues(keys)


@pytest.fixture
def store() -> Places:
    store = Places()
    store.has(
        Venue(BUILDING, "building", "office", 480, version=1),
        Venue(DEPARTMENT, "department", "office", 30, BUILDING, version=1),
        Venue(ROOM, "room", "office", 30, DEPARTMENT, version=1),
    )
    return store


def end_in_the_building(registry: Registry) -> tuple[int, EndKnownBy]:
    """Into the building, and half an hour later into a room of a department of it: minutes, and why."""
    scans = [Scan(at, at, Direction.into, key, at) for at, key in ((NOON, BUILDING), (NOON + 1800, ROOM))]
    stay = assemble(1, scans, rules=Rules(), venues=registry.venues)[BUILDING, NOON]
    return (stay.departed - stay.arrived) // 60, stay.ended


def test_a_changed_department_still_lies_in_its_building(store: Places) -> None:
    """Nobody scans in the department itself, so nobody would name it to be read again."""
    registry = Registry(store)
    registry.meet({"building", "room"})
    assert end_in_the_building(registry) == (480, EndKnownBy.venue_default)
    store.has(Venue(DEPARTMENT, "department", "office", 45, BUILDING, version=2))
    registry.forget([DEPARTMENT])
    registry.meet({"building", "room"})
    assert registry.venues[DEPARTMENT].stay_minutes == 45
    assert end_in_the_building(registry) == (480, EndKnownBy.venue_default)


def test_a_changed_venue_brings_what_it_lies_in_now(store: Places) -> None:
    """The department moves into a building that nobody has met."""
    registry = Registry(store)
    registry.meet({"building", "room"})
    store.has(Venue(OTHER, "other", version=2), Venue(DEPARTMENT, "department", inside=OTHER, version=2))
    registry.forget([DEPARTMENT])
    registry.meet({"room"})
    assert registry.venues[OTHER].version == 2
    assert end_in_the_building(registry) == (30, EndKnownBy.next_scan)


def test_an_outage_leaves_the_cache_whole_and_the_change_waiting(store: Places) -> None:
    """What could not be read stays as it was known, and is read when the store answers again."""
    registry = Registry(store)
    registry.meet({"building", "room"})
    store.has(Venue(DEPARTMENT, "department", "office", 45, BUILDING, version=2))
    registry.forget([DEPARTMENT])
    store.down = True
    with pytest.raises(Unavailable):
        registry.meet({"room"})
    assert end_in_the_building(registry) == (480, EndKnownBy.venue_default)
    store.down = False
    registry.meet({"room"})
    assert registry.venues[DEPARTMENT].stay_minutes == 45


def test_an_outage_in_the_middle_of_a_chain_leaves_no_part_of_it(
    store: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room was read, its department was not: the next batch reads both."""
    registry = Registry(store)
    read = store.venues

    def broken(keys: Collection[int]) -> dict[int, Venue]:
        if DEPARTMENT in keys:
            raise Unavailable("the store is down.")
        return read(keys)

    monkeypatch.setattr(store, "venues", broken)
    with pytest.raises(Unavailable):
        registry.meet({"building", "room"})
    monkeypatch.undo()
    registry.meet({"building", "room"})
    assert end_in_the_building(registry) == (480, EndKnownBy.venue_default)


def test_what_is_not_known_here_is_not_read_for_its_change(store: Places) -> None:
    """An import of a whole province costs a worker only the venues of its own people."""
    registry = Registry(store)
    registry.meet({"building"})
    store.asked.clear()
    registry.forget([ROOM, DEPARTMENT, BUILDING])
    registry.meet({"building"})
    assert store.asked == [BUILDING]
