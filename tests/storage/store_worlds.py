"""Small facts to store, and how two stores are asked the same questions."""

from collections.abc import Iterable, Sequence

from producers.venue import Venue
from storage.memory import MemoryStore
from storage.ports import Flow, Presence
from storage.store import SqlStore
from streams.ports import Receipt, ScanStore, Writes
from streams.tables import ScanTable, StoredScan, VisitRow, VisitTable
from streams.timeline import Scan
from streams.visit import EndKnownBy, Visit

DAY = 86_400
NOON = 1_638_360_000
"""2021-12-01T12:00:00Z."""
LARGEST = 2**64 - 1
LAST_SECOND = 2**32 - 1
BUS, CAFE, GATE = 11, 22, 33
AN, BINH, CHI = 101, 202, 303


def stay(venue: int, person: int, arrived: int, departed: int, **more: int) -> Visit:
    """A visit of which only the four facts that matter here are given, and `scans` perhaps."""
    return Visit(
        venue, arrived, person, departed, arrived, departed, EndKnownBy.checkout, more.get("scans", 1)
    )


def row(visit: Visit, version: int = 1, *, gone: bool = False) -> VisitRow:
    return VisitRow(visit, version, gone)


def writes(
    visits: Sequence[VisitRow] = (),
    *,
    venues: Sequence[Venue] = (),
    receipts: Sequence[Receipt] = (),
    scans: Sequence[StoredScan] = (),
) -> Writes:
    return Writes(venues, VisitTable.of(visits), receipts, ScanTable.of(scans))


def put(store: ScanStore, *visits: Visit) -> None:
    """Write each visit as its first version."""
    store.write(writes([row(visit) for visit in visits]))


def scan(person: int, at: int, venue: int = BUS, scan_id: int = 1, anchor: int | None = None) -> StoredScan:
    return StoredScan(person, Scan(at if anchor is None else anchor, at, 1, venue, scan_id), at + 5)


def everything(
    store: SqlStore | MemoryStore,
    spans: Iterable[tuple[int, int]],
    persons: Sequence[int],
    venues: Sequence[int],
) -> list[object]:
    """The answers to every question of VisitReader and ScanStore, in a form that can be compared."""
    answers: list[object] = [store.flow(), store.venues(venues), store.venue_ids(venues)]
    answers += [store.knows(person) for person in persons]
    for since, until in spans:
        places = [Presence(venue, since, until) for venue in venues]
        answers.append(sorted(store.visits_of(persons, since, until)))
        answers.append(sorted(store.visits_at(places)))
        answers.append([list(map(tuple, together)) for together in store.visits_by_venue(since, until)])
        answers.append(store.scans_of({person: since for person in persons}))
        answers.append(store.people_between(since, until))
        answers.append([store.scans_told(person, since, until) for person in persons])
    answers.append(
        sorted(store.visits_at([Presence(v, *span) for v, span in zip(venues, spans, strict=False)]))
    )
    return answers


NO_FLOW = Flow(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
