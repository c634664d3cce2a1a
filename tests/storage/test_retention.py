"""What is too old is forgotten, by day or by month, and nothing else is."""

import time

import pytest
from store_databases import Database
from store_worlds import AN, BINH, BUS, CAFE, DAY, LAST_SECOND, NOON, put, row, scan, stay, writes

from producers.errors import BadInput
from producers.venue import unregistered
from storage.declarations import DeclarationTable
from storage.engine import Engine
from storage.migrate import migrate
from storage.retention import ABOUT_PEOPLE, RETENTION_DAYS_MAX, forget_before, keep, kept_days, oldest
from storage.store import SqlStore
from streams.declared import Told
from streams.ports import Receipt

MIDNIGHT = NOON - DAY // 2


def expiries(engine: Engine, database: str) -> list[bool]:
    """Whether each table about people forgets by itself."""
    made = engine.rows(
        f"SELECT create_table_query FROM system.tables WHERE database = '{database}' AND name IN "
        f"({', '.join(repr(table) for table in ABOUT_PEOPLE)})"
    )
    return ["TTL toDateTime(" in text for (text,) in made]


class TestLengthen:
    """Only a person who says so lets a store forget sooner."""

    def test_a_question_never_shortens(self, engine: Engine, databases: Database) -> None:
        """Whoever opens the store with a shorter retention in mind changes nothing."""
        if not engine.capabilities.expires:
            pytest.skip("this engine cannot forget by itself; `forget_before` does it")
        name = databases()
        migrate(engine, name, retention_days=0)
        migrate(engine, name, retention_days=28)
        assert kept_days(engine, name) == 0
        keep(engine, name, 28)
        assert kept_days(engine, name) == 28
        migrate(engine, name, retention_days=7)
        assert kept_days(engine, name) == 28
        migrate(engine, name, retention_days=40)
        assert kept_days(engine, name) == 40
        migrate(engine, name, retention_days=0)
        assert kept_days(engine, name) == 0


class TestForgetBefore:
    """The command that works on every engine."""

    @pytest.fixture(params=[30, 0], ids=["by day", "by month"])
    def three_days(self, request: pytest.FixtureRequest, engine: Engine, databases: Database) -> SqlStore:
        """Visits from noon on the first three days of December 2021, and one in the last second of all."""
        name = databases()
        migrate(engine, name, retention_days=request.param)
        keep(engine, name, 0)
        store = SqlStore(engine, name)
        times = [NOON, NOON + DAY, NOON + 2 * DAY, LAST_SECOND]
        store.write(
            writes(
                [row(stay(BUS, AN, at, at)) for at in times]
                + [row(stay(CAFE, BINH, at, at + 2 * DAY)) for at in times[:3]],
                venues=[unregistered("bus")],
                receipts=[Receipt("log", 0, 0, NOON, 3, 3, 0, 0)],
                scans=[scan(AN, at, scan_id=at) for at in times if at < LAST_SECOND],
            )
        )
        DeclarationTable(engine, name).write(
            [Told(AN, at, at, 3, 0, 0, 0, "{}", at) for at in times if at < LAST_SECOND]
        )
        return store

    def test_days_that_are_over(self, engine: Engine, three_days: SqlStore) -> None:
        name = three_days._database
        by_day = (
            len(
                engine.rows(
                    f"SELECT DISTINCT partition FROM system.parts WHERE active AND database = '{name}' "
                    "AND table = 'visits'"
                )
            )
            == 4
        )
        forgotten = forget_before(engine, name, MIDNIGHT + 2 * DAY)
        left = [visit.arrived for visit in three_days.visits_of([AN], 0, 2**32)]
        found = [one.at for one in three_days.scans_of({AN: 0})[AN]]
        if by_day:
            assert forgotten == [f"{t}/{d}" for t in ABOUT_PEOPLE for d in ("20211201", "20211202")]
            assert sorted(left) == [NOON + 2 * DAY, LAST_SECOND]
            assert found == [NOON + 2 * DAY]
        else:
            assert forgotten == []
            assert len(left) == 4
        assert three_days.flow().records == 1
        assert three_days.venue_ids([unregistered("bus").key])

    def test_all_of_the_past(self, engine: Engine, three_days: SqlStore) -> None:
        forget_before(engine, three_days._database, MIDNIGHT + 3 * DAY)
        assert [v.arrived for v in three_days.visits_of([AN], 0, 2**32)] == [LAST_SECOND]
        assert three_days.scans_of({AN: 0}) == {AN: []}
        assert forget_before(engine, three_days._database, MIDNIGHT + 3 * DAY) == []

    def test_how_far_back_each_table_goes(self, engine: Engine, three_days: SqlStore) -> None:
        """By the oldest row; a table that holds nothing is left out."""
        assert oldest(engine, three_days._database) == dict.fromkeys(ABOUT_PEOPLE, NOON)
        forget_before(engine, three_days._database, LAST_SECOND)
        kept = ("visits", "visits_by_person")
        assert oldest(engine, three_days._database) == dict.fromkeys(kept, LAST_SECOND)

    def test_the_newest_second_itself_is_kept(self, engine: Engine, three_days: SqlStore) -> None:
        assert forget_before(engine, three_days._database, NOON) == []


class TestKeep:
    """What the engine does by itself, where it can."""

    def test_the_number_of_days_can_be_changed(self, engine: Engine, databases: Database) -> None:
        name = databases()
        migrate(engine, name, retention_days=7)
        for days in (30, 30, 0, 0, 90, 28, 0):
            keep(engine, name, days)
            assert expiries(engine, name) == [bool(days) and engine.capabilities.expires] * len(ABOUT_PEOPLE)

    def test_what_has_expired_is_forgotten(self, engine: Engine, databases: Database) -> None:
        if not engine.capabilities.expires:
            pytest.skip("this engine cannot forget by itself; `forget_before` does it")
        name = databases()
        migrate(engine, name, retention_days=30)
        put(SqlStore(engine, name), stay(BUS, AN, DAY, DAY), stay(BUS, BINH, LAST_SECOND, LAST_SECOND))
        for table in ("visits", "visits_by_person"):
            engine.execute(f"OPTIMIZE TABLE {name}.{table} FINAL")
        assert list(SqlStore(engine, name).visits_by_venue(0, 2**32)) == [
            [stay(BUS, BINH, LAST_SECOND, LAST_SECOND)]
        ]

    def test_what_is_taken_is_kept_for_all_of_its_days(self, engine: Engine, databases: Database) -> None:
        """A scan is taken until it is 28 days old to the second; nothing of it may go before, in any zone."""
        if not engine.capabilities.expires:
            pytest.skip("this engine cannot forget by itself; `forget_before` does it")
        name = databases()
        migrate(engine, name, retention_days=28)
        now = int(time.time())
        ages = [28 * DAY - 600, 27 * DAY + 600, 30 * DAY, DAY]
        SqlStore(engine, name).write(writes(scans=[scan(AN, now - age, scan_id=age) for age in ages]))
        engine.execute(f"OPTIMIZE TABLE {name}.scans FINAL")
        found = [now - one.at for one in SqlStore(engine, name).scans_of({AN: 0})[AN]]
        assert found == sorted(set(ages) - {30 * DAY}, reverse=True)

    def test_the_days_of_an_older_version_are_read_and_made_exact(
        self, engine: Engine, databases: Database
    ) -> None:
        """It counted whole days from midnight on."""
        if not engine.capabilities.expires:
            pytest.skip("this engine cannot forget by itself; `forget_before` does it")
        name = databases()
        migrate(engine, name, retention_days=0)
        for table, moment in ABOUT_PEOPLE.items():
            engine.execute(f"ALTER TABLE {name}.{table} MODIFY TTL toDate({moment}) + toIntervalDay(28)")
        assert kept_days(engine, name) == 28
        keep(engine, name, 28)
        assert kept_days(engine, name) == 28
        assert expiries(engine, name) == [True] * len(ABOUT_PEOPLE)

    def test_the_longest_retention_forgets_nothing_too_early(
        self, engine: Engine, databases: Database
    ) -> None:
        name = databases()
        migrate(engine, name, retention_days=RETENTION_DAYS_MAX)
        visits = [stay(BUS, AN, at, at) for at in (NOON, LAST_SECOND)]
        put(SqlStore(engine, name), *visits)
        engine.execute(f"OPTIMIZE TABLE {name}.visits_by_person FINAL")
        assert sorted(SqlStore(engine, name).visits_of([AN], 0, 2**32)) == visits

    @pytest.mark.parametrize("days", [-1, RETENTION_DAYS_MAX + 1])
    def test_days_that_cannot_be_counted(self, engine: Engine, databases: Database, days: int) -> None:
        with pytest.raises(BadInput, match="TRUYVET_RETENTION_DAYS"):
            keep(engine, databases(), days)
