"""Tables are made once, in order, and an edited or newer schema is refused with a sentence."""

import pytest
from store_databases import Database
from store_worlds import AN, BUS, NOON, put, stay

from producers.errors import Refused
from storage.engine import Engine
from storage.migrate import COLUMN, Migration, migrate, released, statements
from storage.rows import receipt_columns
from storage.store import SqlStore
from streams.ports import Receipt


def released_with(*more: Migration) -> list[Migration]:
    return [*released(), *more]


ADDED = Migration(
    9000, "9000_more.sql", "CREATE TABLE IF NOT EXISTS ${database}.more (n UInt8) ENGINE = Log;\n"
)


class TestFiles:
    """The released files themselves."""

    def test_numbers_are_unique_and_start_at_one(self) -> None:
        assert [one.number for one in released()] == list(range(1, len(released()) + 1))

    def test_every_statement_can_be_repeated(self) -> None:
        words = {"database": "d", "partition": "toYYYYMM", "key": "", "time": "", "short_text": "String"}
        for migration in released():
            for statement in statements(migration.text, words):
                repeatable = "IF NOT EXISTS d." in statement or COLUMN.match(statement)
                assert repeatable or statement.startswith(("INSERT INTO d.long_stays", "INSERT INTO d.whole"))
                assert "--" not in statement

    def test_line_ends_do_not_change_a_checksum(self) -> None:
        one = Migration(1, "0001_a.sql", "SELECT 1;\nSELECT 2;\n")
        assert one._replace(text=one.text.replace("\n", "\r\n")).checksum == one.checksum
        assert one._replace(text=one.text.replace("2", "3")).checksum != one.checksum


class TestMigrate:
    """On each SQL engine."""

    def test_the_second_time_changes_nothing(self, engine: Engine, databases: Database) -> None:
        name = databases()
        assert migrate(engine, name, retention_days=0) == [one.name for one in released()]
        put(SqlStore(engine, name), stay(BUS, AN, NOON, NOON + 60))
        tables = f"SELECT name, engine FROM system.tables WHERE database = '{name}' ORDER BY name"
        before = engine.rows(tables)
        assert migrate(engine, name, retention_days=0) == []
        assert engine.rows(tables) == before
        assert SqlStore(engine, name).knows(AN)

    def test_only_what_is_missing_is_applied(self, engine: Engine, databases: Database) -> None:
        name = databases()
        first, *others = released()
        assert migrate(engine, name, retention_days=30, migrations=[first]) == [first.name]
        assert migrate(engine, name, retention_days=30, migrations=released_with(ADDED)) == [
            *(one.name for one in others),
            ADDED.name,
        ]

    def test_records_from_before_marks_are_taken_to_be_whole(
        self, engine: Engine, databases: Database
    ) -> None:
        name = databases()
        migrate(engine, name, retention_days=0, migrations=released()[:9])
        receipt = Receipt("kafka:a", 0, 5, NOON, 1, 1, 0, 0)
        engine.insert(f"{name}.receipts", receipt_columns([receipt]))
        assert migrate(engine, name, retention_days=0)[0] == "0010_whole.sql"
        assert SqlStore(engine, name).processed("kafka:a", {0: 9}) == {0: 1}

    def test_a_crash_before_the_record_is_repeated(self, engine: Engine, databases: Database) -> None:
        name = databases()
        migrate(engine, name, retention_days=30)
        engine.execute(f"TRUNCATE TABLE {name}.migrations")
        assert migrate(engine, name, retention_days=30) == [one.name for one in released()]

    def test_an_edited_file_is_refused(self, engine: Engine, databases: Database) -> None:
        name = databases()
        migrate(engine, name, retention_days=0)
        first, *others = released()
        edited = [first._replace(text=first.text + "\n-- a remark\n"), *others]
        with pytest.raises(
            Refused, match=r"0001_scans\.sql applied as it was before somebody edited it: "
        ) as it:
            migrate(engine, name, retention_days=0, migrations=edited)
        assert "\n" not in str(it.value)

    def test_a_newer_store_is_refused(self, engine: Engine, databases: Database) -> None:
        name = databases()
        migrate(engine, name, retention_days=0, migrations=released_with(ADDED))
        with pytest.raises(Refused, match=r"newer truyvet \(9000_more\.sql\): update this one\."):
            migrate(engine, name, retention_days=0)

    def test_a_store_without_tables_says_what_to_do(self, engine: Engine, databases: Database) -> None:
        name = databases()
        with pytest.raises(Refused, match="run `truyvet init`"):
            SqlStore(engine, name).knows(AN)
        engine.execute(f"CREATE DATABASE {name}")
        for call in (
            lambda s: s.knows(AN),
            lambda s: put(s, stay(BUS, AN, 0, 1)),
            lambda s: list(s.visits_by_venue(0, 9)),
        ):
            with pytest.raises(Refused, match=r"lacks a table of the store .*run `truyvet init`\.$"):
                call(SqlStore(engine, name))
