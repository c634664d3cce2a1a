"""Questions about many cases read the visits of their days once, into an index of their own."""

from typing import Protocol, runtime_checkable

from storage.ports import VisitReader
from storage.visit_index import VisitIndex
from streams.tables import VisitTable
from tracer.profile import Profile
from tracer.question import Limits, Window
from tracer.reach import visits_span

CASES_FEW = 20
"""Of fewer cases the company is read case by case, which is less than everybody's visits."""


@runtime_checkable
class GivesTables(Protocol):
    """A reader that can hand out visits by columns."""

    def visits_between(self, since: int, until: int, *, rows_max: int) -> VisitTable | None:
        """Everyone present in [since, until); None where that may be more than rows_max rows."""
        ...


@runtime_checkable
class Holds(Protocol):
    """A reader that can answer from an index of its own."""

    def hold(self, span: Window, visits_max: int) -> None:
        """From now on meetings in this span come from memory, unless it has more visits than that."""
        ...


def hold(reader: VisitReader, cases: int, window: Window, profile: Profile, limits: Limits) -> None:
    """Have a question of so many cases answered from an index, where that is allowed and pays."""
    if cases >= CASES_FEW and limits.index_visits_max and isinstance(reader, Holds):
        reader.hold(visits_span(window, profile), limits.index_visits_max)


def own_index(reader: VisitReader, span: Window, visits_max: int) -> VisitIndex | None:
    """An index of the visits in this span; None where there are too many, or the reader has no columns."""
    if not isinstance(reader, GivesTables):
        return None
    table = reader.visits_between(*span, rows_max=visits_max)
    return None if table is None else VisitIndex.of(table)
