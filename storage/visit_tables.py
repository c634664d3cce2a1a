"""Visits as columns, made from what an engine answers by columns."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.tables import VISIT_TYPES, VisitRow, VisitTable
from streams.visit import Visit


def table_from(arrays: Sequence[NDArray[Any]]) -> VisitTable:
    """The table of an answer by columns in the order of VisitTable's fields; none: no rows."""
    if not arrays:
        return VisitTable.of([])
    typed = zip(arrays, VISIT_TYPES, strict=True)
    return VisitTable._make([np.asarray(column).astype(kind, copy=False) for column, kind in typed])


def joined(tables: Sequence[VisitTable]) -> VisitTable:
    """The rows of all these tables."""
    if not tables:
        return VisitTable.of([])
    return VisitTable._make([np.concatenate(columns) for columns in zip(*tables, strict=True)])


def apart(table: VisitTable, persons: Collection[int]) -> tuple[VisitTable, VisitTable]:
    """The rows of these persons, and those of all others."""
    theirs = np.isin(table.person, np.fromiter(persons, np.uint64, len(persons)))
    others = ~theirs
    return VisitTable._make([c[theirs] for c in table]), VisitTable._make([c[others] for c in table])


def table_of(visits: Iterable[Visit]) -> VisitTable:
    """Standing visits as columns."""
    return VisitTable.of(VisitRow(visit, 1, gone=False) for visit in visits)
