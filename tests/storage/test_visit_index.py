"""An index of columns answers like plain dictionaries, whatever was written, in one piece or in two."""

from hypothesis import given, settings
from hypothesis import strategies as st
from test_same_answers import LENGTHS, MOMENTS, PERSONS, VENUES, visit_rows

from storage.memory import MemoryStore
from storage.ports import Presence
from storage.visit_index import VisitIndex
from streams.ports import Writes
from streams.tables import ScanTable, VisitRow, VisitTable
from streams.visit import EndKnownBy, Visit

PLACES = st.builds(
    lambda venue, since, length: Presence(venue, since, since + length),
    st.sampled_from([*VENUES, 5]),
    MOMENTS,
    LENGTHS,
)


def oracle(rows: list[VisitRow]) -> MemoryStore:
    """A store with these rows."""
    store = MemoryStore()
    store.write(Writes(venues=[], visits=VisitTable.of(rows), receipts=[], scans=ScanTable.of([])))
    return store


@settings(max_examples=400, deadline=None)
@given(
    st.lists(visit_rows(), max_size=20),
    st.integers(0, 20),
    MOMENTS,
    LENGTHS,
    st.lists(PLACES, max_size=4),
)
def test_an_index_answers_like_the_store(rows, split, since, length, places):
    """Newest versions, nothing taken back, stays of a month, in the first layer or in the second."""
    index = VisitIndex.of(VisitTable.of(rows[:split]))
    if split < len(rows):
        index = index.with_newer(VisitTable.of(rows[split:]))
    store, until = oracle(rows), since + length
    everyone = [*PERSONS, 77]
    assert sorted(index.visits_of(everyone, since, until)) == sorted(store.visits_of(everyone, since, until))
    for person in everyone:
        assert sorted(index.visits_of([person], 0, 2**32)) == sorted(store.visits_of([person], 0, 2**32))
        assert index.knows(person) == store.knows(person)
    assert sorted(index.visits_at(places)) == sorted(store.visits_at(places))
    by_venue = sorted(index.visits_by_venue(since, until), key=lambda visits: visits[0].venue)
    assert by_venue == list(store.visits_by_venue(since, until))
    assert len(index) == store.flow().visits


def test_an_index_never_changes():
    """Newer rows make another index; the one before still answers as it did."""
    visit = Visit(7, 100, 1, 200, 100, 200, EndKnownBy.checkout, 1)
    index = VisitIndex.of(VisitTable.of([VisitRow(visit, 1, False)]))
    newer = index.with_newer(VisitTable.of([VisitRow(visit, 2, True)]))
    assert index.visits_of([1], 0, 2**32) == [visit]
    assert newer.visits_of([1], 0, 2**32) == []
    older = index.with_newer(VisitTable.of([VisitRow(visit._replace(departed=999), 0, False)]))
    assert older.visits_of([1], 0, 2**32) == [visit]
