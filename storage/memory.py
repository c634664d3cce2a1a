"""The store in plain dictionaries, with the same rules as the SQL one: for tests and exercises.

It is the oracle of the behaviour suite, so it stays obvious: newest version wins, the later of
equal versions; what is gone is hidden; a receipt keeps the highest `stored`. For one thread.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from producers.venue import Venue
from storage.ports import Flow, Presence
from storage.rows import told
from storage.spans import Span, merged, span
from streams.ports import Receipt, Writes
from streams.tables import StoredScan, VisitRow
from streams.timeline import Direction, Scan
from streams.visit import Visit

VisitKey = tuple[int, int, int]
"""(venue, arrived, person)."""


class MemoryStore:
    """`streams.ports.ScanStore`, `storage.ports.VisitReader` and `storage.as_known.ScanHistory`; all is
    lost with the process.
    """

    def __init__(self) -> None:
        self._scans: dict[int, dict[Scan, int]] = defaultdict(dict)
        self._origins: dict[tuple[int, Scan], int] = {}
        self._rows: dict[VisitKey, VisitRow] = {}
        self._by_person: dict[int, set[VisitKey]] = defaultdict(set)
        self._by_venue: dict[int, set[VisitKey]] = defaultdict(set)
        self._venues: dict[int, Venue] = {}
        self._receipts: dict[tuple[str, int, int], Receipt] = {}
        self._whole: set[tuple[str, int, int]] = set()

    def write(self, writes: Writes) -> None:
        for venue in writes.venues:
            known = self._venues.get(venue.key)
            if known is None or venue.version >= known.version:
                self._venues[venue.key] = venue
        for row in writes.visits.rows():
            self._put_visit(row)
        for receipt in writes.receipts:
            where = (receipt.log, receipt.partition, receipt.offset)
            first = self._receipts.get(where)
            if first is None or receipt.stored >= first.stored:
                self._receipts[where] = receipt
        for scan in writes.scans.rows():
            self._put_scan(scan)
        self._whole |= {(one.log, one.partition, one.offset) for one in writes.receipts}

    def _put_visit(self, row: VisitRow) -> None:
        visit = row.visit
        key = (visit.venue, visit.arrived, visit.person)
        known = self._rows.get(key)
        if known is None or row.version >= known.version:
            self._rows[key] = row
            self._by_person[visit.person].add(key)
            self._by_venue[visit.venue].add(key)

    def _put_scan(self, stored: StoredScan) -> None:
        known = self._scans[stored.person]
        if stored.received < known.get(stored.scan, stored.received + 1):
            known[stored.scan] = stored.received
            self._origins[stored.person, stored.scan] = stored.origin

    def scans_of(self, persons: Mapping[int, int]) -> dict[int, list[Scan]]:
        return {
            person: sorted(scan for scan in self._scans.get(person, ()) if scan.anchor >= since)
            for person, since in persons.items()
        }

    def scans_received(
        self, persons: Collection[int], since: int, until: int, before: int
    ) -> dict[int, list[Scan]]:
        found = {
            person: sorted(
                scan
                for scan, received in self._scans.get(person, {}).items()
                if since <= scan.anchor < until and received < before
            )
            for person in persons
        }
        return {person: scans for person, scans in found.items() if scans}

    def people_checked_in(self, since: int, until: int, before: int) -> int:
        return sum(
            any(
                since <= scan.anchor < until and scan.direction != Direction.out and received < before
                for scan, received in scans.items()
            )
            for scans in self._scans.values()
        )

    def people_near(self, places: Collection[Presence]) -> set[int]:
        return set(self._scans)

    def long_stayers(self, places: Collection[Presence]) -> set[int]:
        return set(self._scans)

    def venues(self, keys: Collection[int]) -> dict[int, Venue]:
        return {key: self._venues[key] for key in keys if key in self._venues}

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        asked = span(since, until)
        keys = (key for person in set(persons) for key in self._by_person.get(person, ()))
        return list(self._present(keys, asked)) if asked else []

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        found: dict[Visit, None] = {}
        for place in merged(places):
            asked = Span(place.since, place.until)
            found.update(dict.fromkeys(self._present(self._by_venue.get(place.venue, ()), asked)))
        return list(found)

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        asked = span(since, until)
        for venue in sorted(self._by_venue) if asked else ():
            if asked and (visits := sorted(self._present(self._by_venue[venue], asked))):
                yield visits

    def people_between(self, since: int, until: int) -> int:
        visits = (row.visit for row in self._rows.values() if not row.gone)
        return len({visit.person for visit in visits if since <= visit.arrived < until})

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        return {key: self._venues[key].id for key in keys if key in self._venues}

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        return told(
            (person, *scan, received, self._origins[person, scan])
            for scan, received in self._scans.get(person, {}).items()
            if since <= scan.at < until
        )

    def knows(self, person: int) -> bool:
        return any(not self._rows[key].gone for key in self._by_person.get(person, ()))

    def flow(self) -> Flow:
        receipts = self._receipts.values()
        visits = [row.visit for row in self._rows.values() if not row.gone]
        return Flow(
            records=len(receipts),
            scans=sum(r.scans for r in receipts),
            stored=sum(r.stored for r in receipts),
            duplicates=sum(r.duplicates for r in receipts),
            dead=sum(r.dead for r in receipts),
            visits=len(visits),
            persons=len({v.person for v in visits}),
            venues=len({v.venue for v in visits}),
            received_until=max((r.received for r in receipts), default=0),
            scanned_until=max((v.arrived for v in visits), default=0),
        )

    def processed(self, log: str, ends: Mapping[int, int]) -> dict[int, int]:
        places = ((partition, offset) for name, partition, offset in self._whole if name == log)
        return dict(Counter(p for p, offset in places if offset < ends.get(p, 0)))

    def first_unprocessed(
        self, log: str, ends: Mapping[int, int], since: Mapping[int, int] = {}
    ) -> dict[int, tuple[int, int]]:
        found = {}
        for partition, end in ends.items():
            asked = range(since.get(partition, 0), end)
            lacking = [n for n in asked if (log, partition, n) not in self._whole]
            if lacking:
                found[partition] = lacking[0], len(lacking)
        return found

    def settle(self, log: str, nexts: Mapping[int, int]) -> None:
        self._whole |= {(log, partition, n) for partition, end in nexts.items() for n in range(end)}

    def _present(self, keys: Iterable[VisitKey], asked: Span) -> Iterator[Visit]:
        for row in map(self._rows.__getitem__, keys):
            visit = row.visit
            ends = max(visit.departed, visit.arrived + 1)
            if not row.gone and asked.earliest <= visit.arrived < asked.until and ends > asked.since:
                yield visit
