"""The visits that are stored are those that a plain reading of the rules makes of the same scans."""

import json
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from test_revise import VENUES, scans
from visit_oracle import visits_of

from producers.errors import Unavailable
from producers.venue import Venue, venue_key
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.decode import Limits
from streams.ports import Record, Writes
from streams.reconcile import reconcile
from streams.sessions import Rules, assemble
from streams.tables import ScanTable, VisitTable
from streams.timeline import Direction, Scan
from streams.visit import Visit

T = 1_638_316_800
NAMED = {
    name: Venue(venue_key(name), name, kind, minutes, venue_key(inside) if inside else 0, version=1)
    for name, kind, minutes, inside in [
        ("cafe", "restaurant", 75, ""),
        ("office", "office", 480, ""),
        ("room", "office", 30, "office"),
        ("gate", "checkpoint", 0, ""),
        ("somewhere", "unknown", 1440, ""),
    ]
}
PEOPLE = (7, 2**64 - 1)
Sent = tuple[int, Scan]
"""Whose scan, and the scan."""


@settings(max_examples=400)
@given(scans(), st.sampled_from([0, 300, 3600]), st.sampled_from([60, 4 * 3600, 24 * 3600]))
def test_one_person(known: list[Scan], debounce: int, stay_max: int) -> None:
    """All scans at once: nested venues, stays given as stays, ids claimed twice, whatever is set."""
    rules = Rules(debounce, stay_max)
    expected = visits_of(7, known, rules, VENUES)
    assert assemble(7, sorted(set(known)), rules=rules, venues=VENUES) == expected


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    """A scan within three days; few moments, venues and ids, so that they beep, cross, nest and clash."""
    at = T + draw(st.sampled_from([20, 300, 3600, 30_000])) * draw(st.integers(0, 9))
    way = draw(st.sampled_from(Direction))
    anchor = at - draw(st.sampled_from([0, 300, 3600, 90_000])) if way is Direction.closing else at
    venue = NAMED[draw(st.sampled_from(sorted(NAMED)))]
    return draw(st.sampled_from(PEOPLE)), Scan(anchor, at, way, venue.key, draw(st.integers(1, 9)))


def record(offset: int, some: Collection[Sent]) -> Record:
    """As a sender writes them."""
    words = {Direction.into: "in", Direction.unknown: "unknown"}
    names = {venue.key: name for name, venue in NAMED.items()}
    events: list[dict[str, Any]] = [
        {
            "scan_id": f"{scan.scan_id:016x}",
            "person": f"{person:016x}",
            "venue": names[scan.venue],
            "at": scan.at,
            "direction": words.get(scan.direction, "out"),
            "since": scan.anchor if scan.direction is Direction.closing else None,
        }
        for person, scan in some
    ]
    return Record("log", 0, offset, T, json.dumps(events).encode())


class Store(MemoryStore):
    """Where its worker may die between the visits of a batch and its scans."""

    dies = False

    def write(self, writes: Writes) -> None:
        super().write(writes._replace(receipts=[], scans=ScanTable.of([])) if self.dies else writes)
        if self.dies:
            raise Unavailable("the worker died: start it.")


class Nobody:
    """The port `streams.ports.DeadLetters`."""

    def put(self, letters: Any) -> None:
        pass


class Worker(RuleBasedStateMachine):
    """Two people's scans come in any order and batching; after each batch all is as if that were all."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.store.write(Writes(list(NAMED.values()), VisitTable.of([]), [], ScanTable.of([])))
        self.known: list[Sent] = []
        self.offset = 0
        self.forget()

    @rule()
    def forget(self) -> None:
        """The cache is lost, or the worker is another one: it reads the store."""
        self.worker = BatchProcessor(
            timelines=MemoryTimelines(), store=self.store, dead_letters=Nobody(), rules=Rules()
        )

    @rule(new=st.lists(sent(), min_size=1, max_size=6), again=st.randoms(use_true_random=False))
    def take(self, new: list[Sent], again: Any) -> None:
        """New scans, earlier and later ones, with some that came before, in records of any size."""
        batch = new + again.sample(self.known, min(len(self.known), 2))
        again.shuffle(batch)
        size = again.randint(1, len(batch))
        records = [record(self.offset + n, batch[n : n + size]) for n in range(0, len(batch), size)]
        self.offset += len(batch)
        self.worker.process(records, Limits(0, 2**32 - 1))
        self.known += new

    @rule(new=st.lists(sent(), min_size=1, max_size=4), first=st.integers(1, 4))
    def die(self, new: list[Sent], first: int) -> None:
        """Visits of the first scans are written and nothing else; then all come, to another worker."""
        self.store.dies = True
        with pytest.raises(Unavailable):
            self.worker.process([record(self.offset, new[:first])], Limits(0, 2**32 - 1))
        self.store.dies = False
        self.forget()
        self.worker.process([record(self.offset, new)], Limits(0, 2**32 - 1))
        self.offset += 1
        self.known += new

    @rule(lost=st.randoms(use_true_random=False))
    def repair(self, lost: Any) -> None:
        """`truyvet reconcile` finds nothing; rows that were lost it writes again."""
        rows = list(self.store._rows.values())
        assert not self.differences()
        for row in lost.sample(rows, len(rows) // 4):
            visit = row.visit
            del self.store._rows[visit.venue, visit.arrived, visit.person]
            self.store._by_person[visit.person].discard((visit.venue, visit.arrived, visit.person))
            self.store._by_venue[visit.venue].discard((visit.venue, visit.arrived, visit.person))
        self.store.write(Writes([], VisitTable.of(self.differences()), [], ScanTable.of([])))

    def differences(self) -> list[Any]:
        """The rows that a repair would write."""
        known = self.store.scans_of(dict.fromkeys(PEOPLE, 0))
        venues = {venue.key: venue for venue in NAMED.values()}
        return reconcile(known, self.store._rows.values(), 0, 2**32, rules=Rules(), venues=venues).rows

    @invariant()
    def as_a_plain_reading_has_it(self) -> None:
        """Whatever happened."""
        venues = {venue.key: venue for venue in NAMED.values()}
        expected: set[Visit] = set()
        for person in PEOPLE:
            mine = [scan for owner, scan in self.known if owner == person]
            expected |= set(visits_of(person, mine, Rules(), venues).values())
        assert {visit for block in self.store.visits_by_venue(0, 2**32 - 1) for visit in block} == expected


def test_any_history() -> None:
    """Scans in any order and batching, late and repeated; caches forgotten, workers killed, rows lost."""
    run_state_machine_as_test(Worker, settings=settings(max_examples=50, stateful_step_count=12))
