"""Scans and visits of many people as columns, so that a batch is decided in a few sweeps over arrays.

The row types (`timeline.Scan`, `visit.Visit`, `ports.VisitRow`) say what the columns mean; these
say only how they lie in memory. A timeline's bytes are the rows of SCAN as they are.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.timeline import Scan
from streams.visit import EndKnownBy, Visit

U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
U8 = NDArray[np.uint8]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SCAN = np.dtype([("anchor", "<u4"), ("at", "<u4"), ("direction", "u1"), ("venue", "<u8"), ("scan_id", "<u8")])
"""A `timeline.Scan` in 25 bytes: `timeline.SCAN_STRUCT`."""
ScanArray = NDArray[np.void]
"""Rows of SCAN."""


class VisitRow(NamedTuple):
    """A visit as written: `version` grows with what is known, `gone` takes a visit back."""

    visit: Visit
    version: int
    gone: bool


class StoredScan(NamedTuple):
    """A scan as written: whose it is, what it says, when the log received it, where it comes from."""

    person: int
    scan: Scan
    received: int
    origin: int = 0
    """`producers.origin.Origin.code`."""


class ScanTable(NamedTuple):
    """Many `StoredScan`, one array a field."""

    person: U64
    anchor: U32
    at: U32
    direction: U8
    venue: U64
    scan_id: U64
    received: U32
    origin: U32

    @classmethod
    def of(cls, rows: Iterable[StoredScan]) -> "ScanTable":
        """The table of these rows."""
        return cls(*_columns(((row.person, *row.scan, row.received, row.origin) for row in rows), SCAN_TYPES))

    def rows(self) -> Iterator[StoredScan]:
        """The rows of this table."""
        for person, *scan, received, origin in zip(*(column.tolist() for column in self), strict=True):
            yield StoredScan(person, Scan._make(scan), received, origin)


class VisitTable(NamedTuple):
    """Many `VisitRow`, one array a field."""

    venue: U64
    arrived: U32
    person: U64
    departed: U32
    departed_min: U32
    departed_max: U32
    ended: U8
    scans: U32
    version: U32
    gone: U8

    def plus(self, other: "VisitTable") -> "VisitTable":
        """The rows of both."""
        return VisitTable._make([np.concatenate([mine, its]) for mine, its in zip(self, other, strict=True)])

    @classmethod
    def of(cls, rows: Iterable[VisitRow]) -> "VisitTable":
        """The table of these rows."""
        return cls(*_columns(((*row.visit, row.version, row.gone) for row in rows), VISIT_TYPES))

    def rows(self) -> Iterator[VisitRow]:
        """The rows of this table."""
        for row in zip(*(column.tolist() for column in self), strict=True):
            *visit, version, gone = row
            yield VisitRow(Visit._make(visit)._replace(ended=EndKnownBy(visit[6])), version, bool(gone))


SCAN_TYPES = ("u8", "u4", "u4", "u1", "u8", "u8", "u4", "u4")
VISIT_TYPES = ("u8", "u4", "u8", "u4", "u4", "u4", "u1", "u4", "u4", "u1")


def _columns(rows: Iterable[tuple[int, ...]], types: tuple[str, ...]) -> list[NDArray[Any]]:
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    return [np.array(column, dtype=kind) for column, kind in zip(columns, types, strict=True)]
