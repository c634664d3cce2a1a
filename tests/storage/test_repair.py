"""`truyvet reconcile` on a store that lost scans says so, and mends what it can."""

from types import SimpleNamespace
from typing import Any

from store_worlds import AN, BINH, CHI, NOON, put, row, scan, stay, writes

from deploy.repair import repair
from producers.venue import unregistered
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
