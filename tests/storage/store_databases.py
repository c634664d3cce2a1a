"""Databases made for one test and dropped after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from producers.errors import Unavailable
from storage.engine import Engine
from storage.memory import MemoryStore
from storage.migrate import migrate
from storage.retention import RETENTION_DAYS_MAX, keep
from storage.store import SqlStore

AnyStore = SqlStore | MemoryStore
Database = Callable[[], str]


@contextmanager
def fresh_databases(engine: Engine) -> Iterator[Database]:
    """Names of databases that are not there yet; all are dropped at the end."""
    names: list[str] = []

    def name() -> str:
        names.append(f"test_{uuid4().hex[:12]}")
        return names[-1]

    yield name
    for made in names:
        engine.execute(f"DROP DATABASE IF EXISTS {made}")


@contextmanager
def without_scans() -> Iterator[None]:
    """Meanwhile every store's write breaks off before its scans."""

    def broken(self: object, *row: object) -> None:
        raise Unavailable("the store is gone.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryStore, "_put_scan", broken)
        patch.setattr("storage.store.scan_columns", broken)
        yield


def by_day(engine: Engine, database: str) -> None:
    """Tables cut by day, the harder case, in which nothing expires, as tests ask about 1970."""
    migrate(engine, database, retention_days=RETENTION_DAYS_MAX)
    keep(engine, database, 0)
