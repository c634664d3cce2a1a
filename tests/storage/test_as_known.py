"""What was known at an earlier moment is what a question answered then, however much came later."""

import json
from operator import ge
from typing import Any

import pytest
from conftest import AnyStore, Database, by_day
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.person import person_text
from producers.venue import Venue, venue_key
from storage.as_known import AsKnownReader
from storage.engine import Engine
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from storage.ports import Presence
from storage.store import SqlStore
from streams.batch import BatchProcessor
from streams.decode import Limits
from streams.ports import Record, Writes
from streams.sessions import DAY, Rules
from streams.tables import ScanTable, StoredScan, VisitTable
from streams.visit import Visit

NOON = 1_638_360_000
FIRST, LATER = NOON + 100 * DAY, NOON + 101 * DAY
"""When the log received the two parts."""
PEOPLE = (1, 2**63, 2**64 - 1)
VENUES = ("market", "room", "building", "hotel", "gate")
REGISTERED = [
    Venue(venue_key("room"), "room", "office", 90, venue_key("building"), "", 1),
    Venue(venue_key("building"), "building", "office", 480, 0, "", 1),
    Venue(venue_key("hotel"), "hotel", "event", 1440, 0, "", 1),
    Venue(venue_key("gate"), "gate", "checkpoint", 0, 0, "", 1),
]
TIMES = st.one_of(
    st.integers(0, 40).map(lambda tenth: NOON + tenth * 120),
    st.integers(0, 30).map(lambda hour: NOON + hour * 3600),
    st.integers(0, 4).map(lambda day: NOON + day * DAY),
)


class NoLetters:
    """Nothing here is refused but scans that claim the id of another, which are kept as well."""

    def put(self, letters: Any) -> None:
        pass


@st.composite
def scans(draw: st.DrawFn) -> dict[str, Any]:
    """One scan as it travels; now and then it closes an in-scan, or claims another's id."""
    at = draw(TIMES)
    direction = draw(st.sampled_from(["in", "in", "in", "out", "unknown"]))
    scan = {
        "scan_id": f"{draw(st.integers(0, 2**20)):016x}",
        "person": person_text(draw(st.sampled_from(PEOPLE))),
        "venue": draw(st.sampled_from(VENUES)),
        "at": at,
        "direction": direction,
    }
    if direction == "out" and draw(st.booleans()):
        scan["since"] = at - draw(st.sampled_from([0, 60, 7200, 2 * DAY]))
    return scan


PARTS = st.lists(st.lists(scans(), min_size=1, max_size=7), min_size=1, max_size=3)
"""A part of the scans, as the records they came in."""


def take(store: Any, part: list[list[dict[str, Any]]], offset: int, received: int) -> None:
    """Process these records as a worker that knows nothing but the store."""
    processor = BatchProcessor(
        timelines=MemoryTimelines(), store=store, dead_letters=NoLetters(), rules=Rules()
    )
    for number, record in enumerate(part, offset):
        value = json.dumps(record).encode()
        processor.process([Record("log", 0, number, received, value)], Limits(0, 2**32 - 1))


def answers(reader: Any) -> list[Any]:
    """Every question that one can ask of the past, in a form that can be compared."""
    keys = [venue_key(venue) for venue in VENUES]
    spans = [
        (NOON + start, NOON + start + length)
        for start, length in (
            (0, 1),
            (0, 3600),
            (4000, 9000),
            (DAY, 2 * DAY),
            (2 * DAY, 2 * DAY + 60),
            (-DAY, 9 * DAY),
        )
    ]
    told: list[Any] = [[reader.knows(person) for person in PEOPLE]]
    for number, (since, until) in enumerate(spans):
        told.append(sorted(reader.visits_of(PEOPLE, since, until)))
        told.append(sorted(reader.visits_at([Presence(key, since, until) for key in keys])))
        told.append(sorted(reader.visits_at([Presence(keys[number % len(keys)], since, until)])))
    apart = [Presence(key, *span) for key, span in zip(keys, spans, strict=False)]
    told.append(sorted(reader.visits_at(apart)))
    told.append(sorted(reader.visits_of(PEOPLE[:1], 0, 2**32)))
    return told


def people(reader: Any) -> list[int]:
    """How many people each of some spans has."""
    spans = ((0, 3600), (4000, 9000), (DAY, 2 * DAY), (-DAY, 9 * DAY))
    return [reader.people_between(NOON + since, NOON + until) for since, until in spans]


def same_as_then(store: Any, first: list[Any], later: list[Any]) -> None:
    store.write(Writes(REGISTERED, VisitTable.of([]), [], ScanTable.of([])))
    take(store, first, 0, FIRST)
    then, counted = answers(store), people(store)
    take(store, later, len(first), LATER)
    # A second beep just after a span began goes on with a stay from before it.
    assert all(map(ge, people(AsKnownReader(store, Rules(), FIRST + 1)), counted))
    assert answers(AsKnownReader(store, Rules(), FIRST + 1)) == then
    assert answers(AsKnownReader(store, Rules(), LATER)) == then
    assert answers(AsKnownReader(store, Rules(), LATER + 1)) == answers(store)
    assert not any(answers(AsKnownReader(store, Rules(), FIRST))[1])


@settings(max_examples=80, deadline=None)
@given(first=PARTS, later=PARTS)
def test_an_answer_can_be_had_again(first: list[Any], later: list[Any]) -> None:
    """Import a part, ask, import the rest: as known between the two, the answer is the first one.

    The store of dictionaries names everybody as a candidate, so this holds the rebuilding alone.
    """
    same_as_then(MemoryStore(), first, later)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=PARTS, later=PARTS)
def test_every_engine_knows_who_may_have_been_there(
    engine: Engine, databases: Database, first: list[Any], later: list[Any]
) -> None:
    """The same on SQL, where people are found by the visits they were ever said to have made."""
    name = databases()
    by_day(engine, name)
    same_as_then(SqlStore(engine, name), first, later)
    engine.execute(f"DROP DATABASE {name}")


def scan(person: int, venue: str, at: int, direction: str = "in", number: int = 0) -> dict[str, Any]:
    return {
        "scan_id": f"{number or at:016x}",
        "person": person_text(person),
        "venue": venue,
        "at": at,
        "direction": direction,
    }


@pytest.fixture
def told_late(store: AnyStore) -> AnyStore:
    """Somebody's check-out, and an earlier check-in, come a day late; somebody else comes late as a whole."""
    take(store, [[scan(1, "market", NOON + 240), scan(2, "market", NOON)]], 0, FIRST)
    late = [scan(1, "market", NOON), scan(1, "market", NOON + 600, "out"), scan(3, "market", NOON)]
    take(store, [late], 1, LATER)
    return store


def test_late_scans_change_the_answer_and_not_the_past(told_late: AnyStore) -> None:
    """An arrival that is now told earlier, an end that is now known, a person who was not known at all."""
    at_noon = [Presence(venue_key("market"), NOON, NOON + 3600)]
    past = AsKnownReader(told_late, Rules(), LATER)

    def spans(visits: list[Visit]) -> dict[int, tuple[int, int]]:
        return {one.person: (one.arrived - NOON, one.departed - NOON) for one in visits}

    assert spans(past.visits_at(at_noon)) == {1: (240, 3840), 2: (0, 3600)}
    assert spans(told_late.visits_at(at_noon)) == {1: (0, 600), 2: (0, 3600), 3: (0, 3600)}
    # The first of 1 at 240 seconds; 3 is not known, and a check-out is nobody who comes.
    counted = [
        past.people_between(NOON + since, NOON + until) for since, until in ((0, 60), (0, 241), (241, DAY))
    ]
    assert counted == [1, 2, 0]
    assert told_late.people_between(NOON, NOON + 60) == 3
    assert past.people_between(5, 5) == 0
    assert past.knows(1)
    assert not past.knows(3)
    assert past.venue_ids([venue_key("market")]) == {venue_key("market"): "market"}


def test_a_scan_written_twice_was_known_from_the_first_time_on(store: AnyStore) -> None:
    """A worker that lost its place may store a scan again under a later record."""
    take(store, [[scan(1, "market", NOON)]], 0, FIRST)
    (known,) = store.scans_of({1: 0})[1]
    again = ScanTable.of([StoredScan(1, known, LATER)])
    store.write(Writes([], VisitTable.of([]), [], again))
    assert AsKnownReader(store, Rules(), FIRST + 1).knows(1)


def test_what_cannot_be_asked_of_the_past_is_refused(store: AnyStore) -> None:
    """Everyone's visits, and the ledger: by name, with what to ask instead."""
    past = AsKnownReader(store, Rules(), FIRST)
    with pytest.raises(BadInput, match="2022-03-11T12:00:00Z"):
        past.visits_by_venue(0, 1)
    with pytest.raises(BadInput, match="ledger"):
        past.flow()
    assert past.visits_of([1], 5, 5) == past.visits_at([]) == []
