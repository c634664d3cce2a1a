"""An index that follows a store answers like it, after any writes, merges, erasures and forgotten days."""

import time

import pytest
from conftest import Database, by_day
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_worlds import DAY, NOON
from test_same_answers import PERSONS, VENUES, visit_rows

from producers.errors import BadInput, Refused
from storage import indexed_reader
from storage.engine import Engine
from storage.indexed_reader import IndexedReader
from storage.linked_reader import LinkedReader
from storage.links import LinkTable
from storage.memory import MemoryStore
from storage.ports import Presence
from storage.store import SqlStore
from streams.ports import Writes
from streams.tables import ScanTable, VisitRow, VisitTable
from streams.visit import EndKnownBy, Visit

PLENTY = 10**9


def writes(rows: list[VisitRow]) -> Writes:
    """These visits and nothing else."""
    return Writes(venues=[], visits=VisitTable.of(rows), receipts=[], scans=ScanTable.of([]))


def visit(person: int, arrived: int, version: int = 1, *, gone: bool = False) -> VisitRow:
    """An hour at venue 7."""
    end = arrived + 3600
    return VisitRow(Visit(7, arrived, person, end, arrived, end, EndKnownBy.checkout, 1), version, gone)


def followed(engine: Engine, databases: Database, bytes_max: int = PLENTY) -> tuple[SqlStore, IndexedReader]:
    """A new store and its reader."""
    name = databases()
    by_day(engine, name)
    store = SqlStore(engine, name)
    return store, IndexedReader(store, engine, name, bytes_max, LinkTable(engine, name, lambda: 1))


def everything(reader: IndexedReader | LinkedReader | MemoryStore | SqlStore) -> list[object]:
    """What a reader answers about all visits."""
    places = [Presence(venue, NOON - DAY, NOON + 20 * DAY) for venue in VENUES]
    by_venue = sorted(reader.visits_by_venue(0, 2**32), key=lambda visits: visits[0].venue)
    return [
        sorted(reader.visits_of(PERSONS, 0, 2**32)),
        sorted(reader.visits_at(places)),
        by_venue,
        [reader.knows(person) for person in PERSONS],
    ]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(st.lists(visit_rows(), min_size=1, max_size=8), st.booleans(), st.booleans()),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([0, 3]),
)
def test_an_index_that_follows_answers_like_the_store(engine, databases, steps, recent_min):
    """Inserts in several pieces, merged or not, refreshed after some: the same answers at every refresh."""
    store, reader = followed(engine, databases)
    memory = MemoryStore()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexed_reader, "RECENT_ROWS_MIN", recent_min)
        for rows, merges, refreshes in steps:
            store.write(writes(rows))
            memory.write(writes(rows))
            if merges:
                engine.execute(f"OPTIMIZE TABLE {reader._database}.visits")
            if refreshes:
                reader.refresh()
                assert reader.index is not None
                assert everything(reader) == everything(memory)
        reader.refresh()
        assert everything(reader) == everything(memory) == everything(store)


LINKS = st.lists(st.tuples(st.sampled_from(PERSONS), st.sampled_from(PERSONS)), max_size=3)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(st.tuples(st.lists(visit_rows(), min_size=1, max_size=8), LINKS), min_size=1, max_size=3),
    st.sampled_from([0, 3]),
)
def test_linked_documents_are_one_person_to_the_index_too(engine, databases, steps, recent_min):
    """Links told and taken back between refreshes: it answers as the store does with these links."""
    store, reader = followed(engine, databases)
    table = reader._table
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexed_reader, "RECENT_ROWS_MIN", recent_min)
        for rows, links in steps:
            store.write(writes(rows))
            for link in links:
                try:
                    table.link([link])
                except BadInput:  # one person already
                    if link[0] in table.links().pairs():
                        table.unlink(link[0])
            reader.refresh()
            assert everything(reader) == everything(LinkedReader(store, table.links()))
            assert [reader.who(one) for one in PERSONS] == [table.links().who(one) for one in PERSONS]


def test_only_what_is_new_is_read(engine, databases):
    """A refresh without new visits reads none and keeps the index; a new visit is read alone."""
    store, reader = followed(engine, databases)
    store.write(writes([visit(person, NOON) for person in range(1, 9)]))
    reader.refresh()
    before = reader.index
    reader.refresh()
    assert reader.index is before
    store.write(writes([visit(9, NOON)]))
    assert len(reader._parts.read().table.venue) == 1


def test_without_an_index_the_store_answers(engine, databases):
    """Before the first refresh, and where the index may not have the memory it needs."""
    store, reader = followed(engine, databases, bytes_max=100)
    store.write(writes([visit(1, NOON), visit(2, NOON)]))
    assert reader.knows(1)
    with pytest.raises(Refused, match="would need about 0 MB of memory and may have 0"):
        reader.refresh()
    assert reader.index is None
    assert everything(reader) == everything(store)


def test_a_forgotten_day_leaves_the_index(engine, databases):
    """What the retention takes away is gone at the next refresh."""
    store, reader = followed(engine, databases)
    store.write(writes([visit(1, NOON), visit(1, NOON + 3 * DAY)]))
    reader.refresh()
    engine.execute(f"ALTER TABLE {reader._database}.visits DROP PARTITION 20211201")
    reader.refresh()
    assert [one.arrived for one in reader.visits_of([1], 0, 2**32)] == [NOON + 3 * DAY]


def test_an_erased_person_leaves_the_index(engine, databases):
    """A part that was rewritten without a person is noticed though its inserts are the same."""
    store, reader = followed(engine, databases)
    store.write(writes([visit(1, NOON), visit(2, NOON)]))
    reader.refresh()
    engine.execute(f"ALTER TABLE {reader._database}.visits DELETE WHERE person = 1")
    for _ in range(10_000):  # it is done meanwhile
        if engine.rows(f"SELECT count() FROM {reader._database}.visits")[0][0] == 1:
            break
        time.sleep(0.01)
    reader.refresh()
    assert not reader.knows(1)
    store.write(writes([visit(3, NOON)]))
    reader.refresh()
    assert reader.knows(2)
    assert reader.knows(3)
    assert not reader._parts._misses(reader._parts._parts())
