"""A feature is used only when the engine lists it; old and new engines both have a schema."""

import pytest
from store_databases import Database

from storage.capabilities import WANTED, Capabilities, parse_version
from storage.engine import Engine
from storage.migrate import migrate

OLD = Capabilities((18, 16), frozenset({"max_query_size"}), frozenset())
NEW = Capabilities((26, 9), frozenset(WANTED), frozenset({"ttl_only_drop_parts"}))


def test_an_old_engine_is_asked_for_nothing_it_lacks() -> None:
    assert OLD.connection_settings == {}
    assert not OLD.expires
    assert OLD.schema_words("day") == {
        "partition": "toYYYYMMDD",
        "key": "",
        "time": "",
        "short_text": "String",
    }


def test_a_new_engine_uses_what_it_has() -> None:
    assert NEW.connection_settings == WANTED
    assert NEW.expires
    assert all(NEW.schema_words("month").values())


@pytest.mark.parametrize(
    ("text", "version"), [("18.16.1", (18, 16)), ("26.9.2.1", (26, 9)), ("25.3", (25, 3))]
)
def test_versions(text: str, version: tuple[int, int]) -> None:
    assert parse_version(text) == version


def test_the_engine_at_hand_has_the_settings_we_send(engine: Engine) -> None:
    wanted = engine.capabilities.connection_settings
    values = dict(engine.rows("SELECT name, value FROM system.settings"))
    assert {name: int(values[name]) for name in wanted} == wanted


def test_the_tables_are_cut_as_asked(engine: Engine, databases: Database) -> None:
    for days, function in ((30, "toYYYYMMDD("), (0, "toYYYYMM(")):
        name = databases()
        migrate(engine, name, retention_days=days)
        for table in ("scans", "visits", "visits_by_person"):
            ((made,),) = engine.rows(
                f"SELECT create_table_query FROM system.tables WHERE database = '{name}' AND name = '{table}'"
            )
            assert f"PARTITION BY {function}" in made
