"""A store's reader with an index before it: visits come from memory, all else from the store.

Without an index every question goes to the store, which answers all of them. With one, visits are those of
the last refresh; whoever refreshes knows until when that is complete.
"""

from collections.abc import Collection, Iterator, Mapping

from producers.errors import Refused
from storage.engine import Engine
from storage.ports import Flow, Presence
from storage.store import SqlStore
from storage.visit_index import VisitIndex
from storage.visit_parts import VisitParts
from streams.tables import StoredScan, VisitTable
from streams.visit import Visit

BYTES_PER_ROW = 90
"""Of a table while it becomes an index; the index itself holds less than half of it."""
RECENT_ROWS_MIN = 200_000
RECENT_SHARE = 8
"""Newer rows become part of the base when they are more than this minimum and more than an eighth of it."""


class IndexedReader:
    """`storage.ports.VisitReader`. Questions may be asked from any thread; one thread refreshes."""

    def __init__(self, store: SqlStore, engine: Engine, database: str, bytes_max: int) -> None:
        self.index: VisitIndex | None = None
        """Replaced as a whole: who took it can go on asking it."""
        self._store = store
        self._engine = engine
        self._database = database
        self._bytes_max = bytes_max
        self._parts = VisitParts(engine, database)
        self._base: VisitIndex | None = None
        self._recent = VisitTable.of([])

    def refresh(self) -> None:
        """Bring the index up to what was stored before this call. Raises Unavailable, Refused.

        On an error the index stays as it was. Refused: it would need more than bytes_max; it is dropped.
        """
        needed = self._parts.rows() * BYTES_PER_ROW
        if needed > self._bytes_max:
            self.drop()
            raise Refused(
                f"the index of visits would need about {needed // 10**6} MB of memory and may have "
                f"{self._bytes_max // 10**6}: allow more, or answer from the store alone."
            )
        read = self._parts.read()
        if read.forgotten:
            self._begin_again()
            read = self._parts.read()
        if self.index is not None and not len(read.table.venue):
            return
        recent = self._recent.plus(read.table)
        base = self._base
        if base is None or len(recent.venue) > max(RECENT_ROWS_MIN, len(base.layers[0]) // RECENT_SHARE):
            self._base = VisitIndex.of(recent if base is None else base.table().plus(recent))
            self._recent = VisitTable.of([])
            made = self._base
        else:
            self._recent = recent
            made = base.with_newer(recent)
        made.prepare()
        self.index = made

    def drop(self) -> None:
        """Give the memory back; the store answers again."""
        self.index = None
        self._begin_again()

    def _begin_again(self) -> None:
        self._parts = VisitParts(self._engine, self._database)
        self._base = None
        self._recent = VisitTable.of([])

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        return (self.index or self._store).visits_of(persons, since, until)

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        return (self.index or self._store).visits_at(places)

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        return (self.index or self._store).visits_by_venue(since, until)

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        return self._store.scans_told(person, since, until)

    def knows(self, person: int) -> bool:
        return (self.index or self._store).knows(person)

    def people_between(self, since: int, until: int) -> int:
        return self._store.people_between(since, until)

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        return self._store.venue_ids(keys)

    def flow(self) -> Flow:
        return self._store.flow()

    def first_unprocessed(self, log: str, ends: Mapping[int, int]) -> dict[int, tuple[int, int]]:
        return self._store.first_unprocessed(log, ends)
