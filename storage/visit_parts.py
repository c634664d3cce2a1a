"""Reads of the table of visits what was not read before, piece by piece as the engine keeps it.

The engine writes each insert as a part and merges parts later. A part's name, PARTITION_FIRST_LAST_LEVEL,
says which inserts are inside, by number; so a part whose numbers were all read brings nothing new. A merged
part with a new number in it is read whole: rows read twice are one row, for each says its version.
"""

import re
from collections import defaultdict
from typing import NamedTuple

from producers.errors import Unavailable
from storage.engine import Engine
from storage.questions import question
from storage.visit_tables import joined, table_from
from streams.tables import VisitTable

PART = re.compile(r"(\w+?)_(\d+)_(\d+)_(\d+)(?:_(\d+))?")
ROWS_PER_QUESTION = 2_000_000
"""About 90 MB of columns."""
TRIES = 20


class Part(NamedTuple):
    """One part: the inserts first..last of a partition, changed by so many mutations."""

    name: str
    partition: str
    first: int
    last: int
    mutation: int
    rows: int


class Read(NamedTuple):
    """What was read: new rows, and whether rows read before are perhaps no longer there."""

    table: VisitTable
    forgotten: bool


class VisitParts:
    """Remembers which inserts it has read. For one thread."""

    def __init__(self, engine: Engine, database: str) -> None:
        self._engine = engine
        self._database = database
        self._seen: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._mutation: dict[str, int] = {}

    def rows(self) -> int:
        """About how many rows there are, all versions."""
        return sum(part.rows for part in self._parts())

    def read(self) -> Read:
        """All rows stored before this call and not read before. Raises Unavailable, Refused.

        `forgotten`: the retention or an erasure took away what was read; begin again with a new object.
        """
        tables: list[VisitTable] = []
        for _ in range(TRIES):
            parts = self._parts()
            if self._misses(parts):
                return Read(VisitTable.of([]), True)
            new = [part for part in parts if not _inside(part.first, part.last, self._seen[part.partition])]
            if not new:
                return Read(joined(tables), False)
            for some in _together(new):
                table = self._rows_of(some)
                tables.append(table)
                if len(table.venue) != sum(part.rows for part in some):
                    break  # merged away in between: look again, what was read too much is harmless
                for part in some:
                    self._seen[part.partition] = _merged(
                        [*self._seen[part.partition], (part.first, part.last)]
                    )
                    changed = max(part.mutation, self._mutation.get(part.partition, 0))
                    self._mutation[part.partition] = changed
        raise Unavailable(f"{self._engine.place} merges visits faster than they can be read: try again.")

    def _parts(self) -> list[Part]:
        found = []
        for name, rows in self._engine.rows(question("visit_parts", self._database)):
            told = PART.fullmatch(name)
            if told is None:
                raise Unavailable(f"{self._engine.place} names a part {name!r}: the index cannot follow it.")
            partition, first, last, _, mutation = told.groups()
            found.append(Part(name, partition, int(first), int(last), int(mutation or 0), rows))
        return sorted(found, key=lambda part: (part.partition, part.first))

    def _misses(self, parts: list[Part]) -> bool:
        """Is an insert that was read no longer there, or was a part rewritten in place?"""
        there: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for part in parts:
            there[part.partition] = _merged([*there[part.partition], (part.first, part.last)])
            if part.partition in self._mutation and part.mutation > self._mutation[part.partition]:
                return True
        return any(
            not _inside(first, last, there[partition])
            for partition, spans in self._seen.items()
            for first, last in spans
        )

    def _rows_of(self, parts: list[Part]) -> VisitTable:
        names = ",".join(f"'{part.name}'" for part in parts)
        return table_from(self._engine.arrays(question("visits_in_parts", self._database, parts=names)))


def _together(parts: list[Part]) -> list[list[Part]]:
    """The parts in lists of at most about ROWS_PER_QUESTION rows."""
    found: list[list[Part]] = []
    rows = ROWS_PER_QUESTION
    for part in parts:
        if rows + part.rows > ROWS_PER_QUESTION or len(found[-1]) >= 1000:
            found.append([])
            rows = 0
        found[-1].append(part)
        rows += part.rows
    return found


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same whole numbers as few closed spans.

    >>> _merged([(5, 6), (1, 2), (3, 3)])
    [(1, 3), (5, 6)]
    """
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _inside(first: int, last: int, spans: list[tuple[int, int]]) -> bool:
    return any(begin <= first and last <= end for begin, end in spans)
