"""A store's reader with an index before it: visits come from memory, all else from the store.

Without an index every question goes to the store, which answers all of them. With one, visits are those of
the last refresh; whoever refreshes knows until when that is complete.
"""

from collections.abc import Collection, Iterator, Mapping

from producers.errors import Refused
from storage.engine import Engine
from storage.linked_reader import LinkedReader, whole
from storage.links import NONE, LinkTable
from storage.ports import Flow, Presence
from storage.spans import UNTIL_MAX
from storage.store import SqlStore
from storage.visit_index import VisitIndex
from storage.visit_parts import VisitParts
from storage.visit_tables import apart, table_of
from streams.tables import StoredScan, VisitTable
from streams.visit import Visit

BYTES_PER_ROW = 90
"""Of a table while it becomes an index; the index itself holds less than half of it."""
RECENT_ROWS_MIN = 200_000
RECENT_SHARE = 8
"""Newer rows become part of the base when they are more than this minimum and more than an eighth of it."""


class IndexedReader:
    """`storage.ports.VisitReader`. Questions may be asked from any thread; one thread refreshes."""

    def __init__(
        self, store: SqlStore, engine: Engine, database: str, bytes_max: int, links: LinkTable
    ) -> None:
        self.index: VisitIndex | None = None
        """Replaced as a whole: who took it can go on asking it."""
        self._store = store
        self._engine = engine
        self._database = database
        self._bytes_max = bytes_max
        self._parts = VisitParts(engine, database)
        self._base: VisitIndex | None = None
        self._recent = VisitTable.of([])
        self._table = links
        self._links = self._told = NONE
        """Those of the index, and those with which rows are read for the next one."""
        self._linked = VisitTable.of([])
        """The rows of those who have links, as they were made."""

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
        if (told := self._table.links()) != self._told:
            self._begin_again()
        self._told = told
        read = self._parts.read()
        if read.forgotten:
            self._begin_again()
            read = self._parts.read()
        if self.index is not None and not len(read.table.venue) and told == self._links:
            return
        recent = self._recent.plus(self._without_linked(read.table))
        base = self._base
        if base is None or len(recent.venue) > max(RECENT_ROWS_MIN, len(base.layers[0]) // RECENT_SHARE):
            base = VisitIndex.of(recent if base is None else base.table().plus(recent))
            recent = VisitTable.of([])
        self._base, self._recent = base, recent
        newer = recent.plus(self._persons())
        made = base.with_newer(newer) if len(newer.venue) else base
        made.prepare()
        self.index, self._links = made, told

    def drop(self) -> None:
        """Give the memory back; the store answers again."""
        self.index = None
        self._begin_again()

    def _begin_again(self) -> None:
        self._parts = VisitParts(self._engine, self._database)
        self._base = None
        self._recent = self._linked = VisitTable.of([])

    def _without_linked(self, table: VisitTable) -> VisitTable:
        """These rows without those of people who have links, which are kept aside."""
        if not self._told:
            return table
        theirs, others = apart(table, self._told.everyone())
        self._linked = self._linked.plus(theirs)
        return others

    def _persons(self) -> VisitTable:
        """The stays of those who have links, each under the name of the person."""
        if not len(self._linked.venue):
            return self._linked
        theirs = VisitIndex.of(self._linked)
        stays = theirs.visits_of(self._told.everyone(), 0, UNTIL_MAX)
        return table_of(whole(stays, self._told))

    @property
    def _stored(self) -> LinkedReader:
        """The store, with the links that the index has, or else with those that hold now."""
        return LinkedReader(self._store, self._table.links() if self.index is None else self._links)

    @property
    def _visits(self) -> VisitIndex | LinkedReader:
        """Where visits are read now."""
        return self.index or self._stored

    def who(self, person: int) -> int:
        """The person whose pseudonym this is."""
        return self._links.who(person) if self.index else self._stored.who(person)

    def documents(self, person: int) -> list[int]:
        """All pseudonyms of that person; none where there is only this one."""
        return self._stored.documents(person)

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        return self._visits.visits_of({self.who(person) for person in persons}, since, until)

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        return self._visits.visits_at(places)

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        return self._visits.visits_by_venue(since, until)

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        return self._stored.scans_told(person, since, until)

    def knows(self, person: int) -> bool:
        return self._visits.knows(self.who(person))

    def people_between(self, since: int, until: int) -> int:
        return self._stored.people_between(since, until)

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        return self._store.venue_ids(keys)

    def flow(self) -> Flow:
        return self._store.flow()

    def first_unprocessed(self, log: str, ends: Mapping[int, int]) -> dict[int, tuple[int, int]]:
        return self._store.first_unprocessed(log, ends)
