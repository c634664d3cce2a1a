"""Any writes, in any order, with any repetition: every engine answers like plain dictionaries."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_databases import Database, by_day
from store_worlds import DAY, LARGEST, LAST_SECOND, NOON, everything

from producers.venue import Venue
from storage.engine import Engine
from storage.memory import MemoryStore
from storage.migrate import migrate
from storage.store import SqlStore
from streams.ports import Receipt, Writes
from streams.tables import ScanTable, StoredScan, VisitRow, VisitTable
from streams.timeline import Scan
from streams.visit import EndKnownBy, Visit

PERSONS = [0, 1, 2**63, LARGEST]
VENUES = [0, 7, 2**63 - 1, LARGEST]
MOMENTS = st.one_of(
    st.sampled_from([0, 1, LAST_SECOND - 1, LAST_SECOND]),
    st.integers(NOON - 2, NOON + 2),
    st.integers(0, 40).map(lambda day: NOON + day * DAY),
)
STAYS = [0, 1, 2, 60, DAY, 30 * DAY, 31 * DAY]
LENGTHS = st.sampled_from(STAYS)


@st.composite
def visit_rows(draw: st.DrawFn) -> VisitRow:
    """What a row says follows from its key and version, as from the scans behind a real one."""
    venue, person = draw(st.sampled_from(VENUES)), draw(st.sampled_from(PERSONS))
    arrived, version = draw(MOMENTS), draw(st.integers(1, 4))
    pick = (venue % 5 + person % 3 + arrived % 11 + version * 3) % len(STAYS)
    departed = min(LAST_SECOND, arrived + STAYS[pick])
    gone = (arrived // 7 + version + person % 2) % 3 == 0
    visit = Visit(venue, arrived, person, departed, arrived, departed, EndKnownBy(1 + pick % 4), version)
    return VisitRow(visit, version, gone)


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    """First and replayed receipts of few records; dead and all are the record's own."""
    offset, partition = draw(st.sampled_from([0, 1, LARGEST])), draw(st.integers(0, 1))
    dead, good = offset % 3, 4
    stored = draw(st.integers(0, good))
    return Receipt("log", partition, offset, NOON + offset % 9, good + dead, stored, good - stored, dead)


VENUE_ENTRIES = st.builds(
    lambda key, version: Venue(key, f"nơi {key}", ("shop", "market")[version % 2], version, 0, "79", version),
    st.sampled_from(VENUES),
    st.integers(0, 3),
)
SCANS = st.builds(
    lambda person, anchor, length, direction, venue, scan_id: StoredScan(
        person,
        Scan(anchor, min(LAST_SECOND, anchor + length), direction, venue, scan_id),
        min(LAST_SECOND, anchor + 9),
        origin=(anchor + person) % 2**32,
    ),
    st.sampled_from(PERSONS),
    MOMENTS,
    LENGTHS,
    st.integers(0, 3),
    st.sampled_from(VENUES),
    st.sampled_from([0, 5, LARGEST]),
)
WRITES = st.builds(
    Writes,
    st.lists(VENUE_ENTRIES, max_size=5),
    st.lists(visit_rows(), max_size=15).map(VisitTable.of),
    st.lists(receipts(), max_size=5),
    st.lists(SCANS, max_size=8).map(ScanTable.of),
)
SPANS = st.lists(
    st.tuples(MOMENTS, LENGTHS).map(lambda at: (at[0], at[0] + at[1] + 1)), min_size=1, max_size=4
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    batches=st.lists(WRITES, min_size=1, max_size=5),
    repeated=st.lists(st.integers(0, 4), max_size=4),
    spans=SPANS,
    cut_by_day=st.booleans(),
)
def test_every_question_has_the_same_answer(
    engine: Engine,
    databases: Database,
    *,
    batches: list[Writes],
    repeated: list[int],
    spans: list[tuple[int, int]],
    cut_by_day: bool,
) -> None:
    """Compared after all writes, some of them repeated after others."""
    database = databases()
    if cut_by_day:
        by_day(engine, database)
    else:
        migrate(engine, database, retention_days=0)
    stores: list[Any] = [MemoryStore(), SqlStore(engine, database)]
    for store in stores:
        for batch in batches:
            store.write(batch)
        for index in repeated:
            store.write(batches[index % len(batches)])
    plain, sql = (everything(store, [*spans, (0, 2**32)], PERSONS, VENUES) for store in stores)
    engine.execute(f"DROP DATABASE {database}")
    assert sql == plain
