"""Declarations are read back as they were told, on each engine, and forgotten when their time is over."""

import json

import pytest
from store_databases import Database

from producers.venue import venue_key
from storage.declarations import DeclarationTable
from storage.engine import Engine
from storage.migrate import migrate, released
from storage.retention import forget_before, keep, kept_days
from streams.declared import KINDS, Told

NOON = 1638327600
DAY = 86_400
AN, BINH = 0xA1, 2**64 - 1
POST, CAR = venue_key("chốt Lăng Cô"), venue_key("vehicle:e328b5c28597c965")
BODY = json.dumps({"origin": "Đà Nẵng", "note": "'\\; $x \n"}, ensure_ascii=False)
TRIP = Told(AN, NOON, 2**63, KINDS["movement"], 0, POST, CAR, BODY, NOON + 9)
ALONG = TRIP._replace(person=BINH, companion=1)
DECIDED = TRIP._replace(kind=KINDS["decision"], vehicle=0, body="first")
FEVER = Told(BINH, NOON + DAY, 7, KINDS["health"], 0, 0, 0, "{}", NOON + DAY)


@pytest.fixture
def table(engine: Engine, databases: Database) -> DeclarationTable:
    """With a journey of two, referred and then approved, and a health declaration a day later."""
    name = databases()
    migrate(engine, name, retention_days=30)
    keep(engine, name, 0)  # what happened in 2021 would go at once
    made = DeclarationTable(engine, name)
    made.write([TRIP, ALONG, DECIDED, FEVER])
    made.write([DECIDED._replace(at=NOON + 60, body="second"), TRIP, ALONG])
    made.write([])
    return made


def listed(table: DeclarationTable, since: int = 0, until: int = 2**32, **of: int) -> list[Told]:
    return [row for block in table.listed(since, until, **of) for row in block]


def test_a_declaration_is_listed_once(table: DeclarationTable) -> None:
    """By time, person (who travels along too), checkpoint and vehicle; a span is half-open."""
    assert listed(table) == [TRIP, FEVER]
    assert listed(table, person=BINH) == [ALONG, FEVER]
    assert listed(table, venue=POST) == listed(table, vehicle=CAR) == [TRIP]
    assert listed(table, NOON, NOON + DAY) == [TRIP]
    assert listed(table, NOON + 1, NOON + DAY + 1) == [FEVER]
    assert listed(table, person=5) == []


def test_everything_said_under_an_id_is_read_back(table: DeclarationTable) -> None:
    """Any text, and the newest decision last."""
    found = table.named([TRIP.id, FEVER.id, 99])
    assert [row.body for row in found[TRIP.id]] in ([BODY, "first", "second"], ["first", BODY, "second"])
    assert found[FEVER.id] == [FEVER]
    assert 99 not in found


def test_it_is_remembered_how_far_was_read(table: DeclarationTable) -> None:
    """The farthest counts, for each partition of each incarnation."""
    table.reach("kafka:a", {0: 5, 1: 7})
    table.reach("kafka:a", {0: 3})
    table.reach("kafka:b", {0: 1})
    assert table.reached() == {("kafka:a", 0): 5, ("kafka:a", 1): 7, ("kafka:b", 0): 1}


def test_declarations_are_forgotten_with_their_day(engine: Engine, table: DeclarationTable) -> None:
    """As scans and visits are; those of later days stay."""
    midnight = NOON - NOON % DAY
    assert "declarations/20211201" in forget_before(engine, table._database, midnight + DAY)
    assert listed(table) == [FEVER]
    assert table.named([TRIP.id]) == {}


def test_a_table_that_is_added_later_forgets_as_the_others(engine: Engine, databases: Database) -> None:
    """A store of before declarations keeps its own retention, and so do they."""
    if not engine.capabilities.expires:
        pytest.skip("this engine forgets by command only")
    name = databases()
    migrate(engine, name, retention_days=28, migrations=released()[:5])
    migrate(engine, name, retention_days=14)
    made = "SELECT create_table_query FROM system.tables WHERE name = 'declarations' AND database = "
    assert f"+ {28 * 86_400}, " in engine.rows(f"{made}'{name}'")[0][0]
    assert kept_days(engine, name) == 28
