"""The store of scans, visits, venues and receipts on any SQL engine: the writing side.

Of one write, venues are stored first and scans after all else, so that a scan that can be read back
has its visit, its venue and its receipt. Then each record is marked as whole. A write that fails half
way is repeated from its beginning; every table keeps one row per key, so repeating changes no answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby, islice

from producers.scan import SECONDS_MAX
from producers.venue import Venue
from storage.engine import BLOCK_ROWS, Engine
from storage.ports import Presence
from storage.questions import numbers, question
from storage.reader import KEYS_PER_QUESTION, SqlVisitReader
from storage.rows import (
    columns,
    receipt_columns,
    scan_columns,
    venue_columns,
    visit_columns,
    visits_from,
    whole_columns,
)
from storage.spans import LOOK_BACK_SECONDS, NEAR_SECONDS, PLACES_PER_QUESTION, chunks, merged
from streams.ports import Writes
from streams.tables import VisitRow
from streams.timeline import Scan


class SqlStore(SqlVisitReader):
    """`streams.ports.ScanStore`, `storage.ports.VisitReader` and `storage.as_known.ScanHistory` on one
    engine and database.

    The schema must be there (`storage.migrate`). Safe to use from several threads.
    """

    def __init__(self, engine: Engine, database: str) -> None:
        super().__init__(engine, database)

    def scans_of(self, persons: Mapping[int, int]) -> dict[int, list[Scan]]:
        """Each person's scans with anchor >= the given second, in order; an empty list for none."""
        found: dict[int, list[Scan]] = {person: [] for person in persons}
        # Those asked about the same time side by side: a question reads from its earliest second on.
        for chunk in chunks(sorted(persons, key=persons.__getitem__), KEYS_PER_QUESTION):
            earliest = max(0, persons[chunk[0]])
            sql = question("scans_of", self._database, persons=numbers(chunk), earliest=earliest)
            for person, *scan in self._engine.rows(sql):
                if scan[0] >= persons[person]:
                    found[person].append(Scan._make(scan))
        for scans in found.values():
            scans.sort()
        return found

    def scans_received(
        self, persons: Collection[int], since: int, until: int, before: int
    ) -> dict[int, list[Scan]]:
        """Each person's scans with an anchor in [since, until), received before that second; in order."""
        found: dict[int, list[Scan]] = defaultdict(list)
        for chunk in chunks(persons, KEYS_PER_QUESTION):
            bounds = {"since": since, "last": until - 1, "before": before}
            sql = question("scans_received", self._database, persons=numbers(chunk), **bounds)
            for person, *scan in self._engine.rows(sql):
                found[person].append(Scan._make(scan))
        return {person: sorted(scans) for person, scans in found.items()}

    def people_checked_in(self, since: int, until: int, before: int) -> int:
        """Of how many people was a check-in in [since, until) received before that second? In one read."""
        bounds = {"since": since, "last": until - 1, "before": before}
        return int(self._engine.rows(question("people_checked_in", self._database, **bounds))[0][0])

    def people_near(self, places: Collection[Presence]) -> set[int]:
        """Everyone who was ever said to have arrived at one of these places then."""
        found: set[int] = set()
        for chunk in chunks(merged(places), PLACES_PER_QUESTION):
            venues, sinces, untils = zip(*chunk, strict=True)
            sql = question(
                "people_near",
                self._database,
                venues=numbers(dict.fromkeys(venues)),
                keys=numbers(venues),
                sinces=numbers(sinces),
                untils=numbers(untils),
                first=min(sinces),
                last=max(untils) - 1,
            )
            found.update(person for (person,) in self._engine.rows(sql))
        return found

    def long_stayers(self, places: Collection[Presence]) -> set[int]:
        """Everyone who was ever said to have stayed at one of these places for more than a day, from an
        arrival up to 32 days before the spans."""
        found: set[int] = set()
        for chunk in chunks(merged(places), PLACES_PER_QUESTION):
            since = min(one.since for one in chunk)
            sql = question(
                "long_stays_at",
                self._database,
                venues=numbers({one.venue for one in chunk}),
                earliest=max(0, since - LOOK_BACK_SECONDS - NEAR_SECONDS),
                near=min(SECONDS_MAX, max(one.until for one in chunk)),
                since=max(0, since - NEAR_SECONDS),
            )
            found.update(person for _, _, person in self._engine.rows(sql))
        return found

    def venues(self, keys: Collection[int]) -> dict[int, Venue]:
        """What is registered of these venues; a venue that is not is left out."""
        found = {}
        for chunk in chunks(keys, KEYS_PER_QUESTION):
            for row in self._engine.rows(question("venues", self._database, keys=numbers(chunk))):
                found[row[0]] = Venue._make(row)
        return found

    def people_seen(self, since: int, until: int) -> Iterator[list[int]]:
        """Everyone with a scan whose anchor, or a visit whose arrival, lies in [since, until): each once, in
        order, in blocks. Streams."""
        both = merge(*(self._people(name, since, until) for name in ("people_scanned", "people_visited")))
        people = (person for person, _ in groupby(both))
        while block := list(islice(people, BLOCK_ROWS)):
            yield block

    def _people(self, name: str, since: int, until: int) -> Iterator[int]:
        for block in self._engine.stream(question(name, self._database, since=since, last=until - 1)):
            yield from (person for (person,) in block)

    def visit_rows(self, persons: Collection[int], since: int, until: int) -> list[VisitRow]:
        """The newest row of each visit of these people that began in [since, until), also if gone."""
        found = []
        for chunk in chunks(persons, KEYS_PER_QUESTION):
            words: dict[str, int | str] = {"persons": numbers(chunk), "since": since, "last": until - 1}
            for row in self._engine.rows(question("visit_rows", self._database, **words)):
                (visit,) = visits_from([row[:-2]])
                found.append(VisitRow(visit, row[-2], bool(row[-1])))
        return found

    def register(self, venues: Sequence[Venue]) -> None:
        """Put venues into the registry; of one key the highest version counts."""
        if venues:
            self._engine.insert(f"{self._database}.venues", venue_columns(venues))

    def settle(self, log: str, nexts: Mapping[int, int]) -> None:
        """Every record before these offsets is whole, and need not be counted again."""
        rows = [(log, partition, following) for partition, following in nexts.items()]
        self._engine.insert(f"{self._database}.settled", columns(("log", "partition", "next"), rows))

    def write(self, writes: Writes) -> None:
        """Store all of it. The order is the contract of `ScanStore`."""
        self.register(writes.venues)
        if len(writes.visits.venue):
            self._engine.insert(f"{self._database}.visits", visit_columns(writes.visits))
        if writes.receipts:
            self._engine.insert(f"{self._database}.receipts", receipt_columns(writes.receipts))
        if len(writes.scans.person):
            self._engine.insert(f"{self._database}.scans", scan_columns(writes.scans))
        if writes.receipts:
            self._engine.insert(f"{self._database}.whole", whole_columns(writes.receipts))
