"""The stores the suites run on: plain dictionaries, ClickHouse in this process, a ClickHouse server."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from store_databases import AnyStore, Database, by_day, fresh_databases

from storage.chdb_engine import ChdbEngine
from storage.clickhouse import ClickHouseEngine
from storage.engine import Engine
from storage.memory import MemoryStore
from storage.migrate import migrate
from storage.store import SqlStore

NO_STACK = "needs the stack: run `make test`"


@pytest.fixture(scope="package")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChdbEngine]:
    """One for the whole folder: a process can have one embedded store."""
    engine = ChdbEngine(f"chdb://{tmp_path_factory.mktemp('embedded')}")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def server_url() -> str:
    url = os.environ.get("TRUYVET_STORE", "")
    if not url.startswith("clickhouse://"):
        pytest.skip(NO_STACK)
    return url


@pytest.fixture(scope="session")
def server(server_url: str) -> Iterator[ClickHouseEngine]:
    engine = ClickHouseEngine(server_url)
    yield engine
    engine.close()


@pytest.fixture(params=["chdb", pytest.param("clickhouse", marks=pytest.mark.stack)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each SQL engine there is."""
    found: Engine = request.getfixturevalue("embedded" if request.param == "chdb" else "server")
    return found


@pytest.fixture
def databases(engine: Engine) -> Iterator[Database]:
    with fresh_databases(engine) as name:
        yield name


@pytest.fixture
def sql_store(engine: Engine, databases: Database) -> SqlStore:
    """An empty store on each SQL engine."""
    name = databases()
    migrate(engine, name, retention_days=0)
    return SqlStore(engine, name)


@pytest.fixture(params=["memory", "chdb", pytest.param("clickhouse", marks=pytest.mark.stack)])
def store(request: pytest.FixtureRequest) -> Iterator[AnyStore]:
    """An empty store of each kind."""
    with ExitStack() as stack:
        if request.param == "memory":
            yield MemoryStore()
            return
        engine = request.getfixturevalue("embedded" if request.param == "chdb" else "server")
        name = stack.enter_context(fresh_databases(engine))()
        by_day(engine, name)
        yield SqlStore(engine, name)


@pytest.fixture(scope="session")
def state_url() -> str:
    url = os.environ.get("TRUYVET_STATE", "")
    if urlsplit(url).scheme != "redis":
        pytest.skip(NO_STACK)
    return url
