"""Visits as columns, made from what an engine answers by columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.tables import VISIT_TYPES, VisitTable


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
