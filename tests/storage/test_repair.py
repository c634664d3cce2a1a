"""`truyvet reconcile` on a store that lost scans says so, and mends what it can."""

from types import SimpleNamespace
from typing import Any

import pytest
from store_databases import Database
from store_worlds import AN, BINH, CHI, DAY, NOON, put, row, scan, stay, writes

from deploy.repair import repair, still_kept
from producers.venue import unregistered
from storage.engine import Engine
from storage.migrate import migrate
from storage.store import SqlStore
from streams.sessions import Rules
from tracer.question import Window

MARKET = unregistered("market")


def reconciled(store: SqlStore) -> dict[str, int]:
    """What differs in the hour from noon on, afterwards mended."""
    wiring: Any = SimpleNamespace(store=store, rules=Rules())
    return {name: n for name, n in repair(wiring, Window(NOON, NOON + 3600), write=True).items() if n}


def test_everyone_with_a_scan_or_a_visit_is_seen_once(sql_store: SqlStore) -> None:
    """In order, whichever of the two they have; a visit taken back is none, nor is one of another hour."""
    sql_store.write(writes(scans=[scan(BINH, NOON), scan(AN, NOON), scan(CHI, NOON + 3600)]))
    put(sql_store, *(stay(1, person, NOON, NOON + 60) for person in (AN, CHI + 1, CHI + 2)))
    sql_store.write(writes([row(stay(1, CHI + 2, NOON, NOON + 60), 2, gone=True)]))
    blocks = list(sql_store.people_seen(NOON, NOON + 3600))
    assert [person for block in blocks for person in block] == [AN, BINH, CHI + 1]


def test_lost_scans_are_told(sql_store: SqlStore) -> None:
    """Binh's scan is lost, and all that is left of it is the visit; An's visit is lost, and made anew."""
    sql_store.write(
        writes(
            [row(stay(MARKET.key, BINH, NOON, NOON + 600), 256)],
            venues=[MARKET],
            scans=[scan(AN, NOON, MARKET.key)],
        )
    )
    assert reconciled(sql_store) == {"people": 2, "visits": 1, "missing": 1, "extra": 1, "ahead": 1}
    assert reconciled(sql_store) == {"people": 2, "visits": 1, "extra": 1, "ahead": 1}
    assert sorted(visit.person for visit in sql_store.visits_of([AN, BINH], NOON, NOON + 3600)) == [AN, BINH]


@pytest.mark.parametrize("days", [28, 0])
def test_what_is_being_forgotten_is_left_alone(engine: Engine, databases: Database, days: int) -> None:
    """Its scans went before its visits did: that is no loss, and nothing to mend."""
    name = databases()
    migrate(engine, name, retention_days=days)
    place: Any = SimpleNamespace(rows=engine.rows, capabilities=engine.capabilities, database=name)
    wiring: Any = SimpleNamespace(engine=place, settings=SimpleNamespace(retention_days=days))
    kept = still_kept(wiring, Window(0, NOON + 60 * DAY), NOON + 60 * DAY)
    assert kept == Window(NOON + 32 * DAY + 25 * 3600 if days else 0, NOON + 60 * DAY)
    assert (
        still_kept(wiring, Window(NOON + 59 * DAY, NOON + 60 * DAY), NOON + 60 * DAY).since == NOON + 59 * DAY
    )
    if days:
        gone = still_kept(wiring, Window(NOON, NOON + DAY), NOON + 60 * DAY)
        assert gone.since == gone.until
