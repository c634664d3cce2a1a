"""Whatever dies, comes back or forgets while check-ins flow, the tables end as if nothing had happened."""

import gzip
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from redis import Redis
from scenario_world import COLUMNS, SECONDS_MAX, Tables, World, same, wait_for

from deploy.stack.local import LocalStack
from producers.errors import Unavailable
from producers.kafka_log import KafkaLog
from producers.scan import TOPIC
from storage.clickhouse import ClickHouseEngine

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("new_york")]
NEW_WORLD = Callable[..., World]
ROWS, DISTINCT = 147_938, 147_480
SOME = 24_000
"""Rows of the shorter runs."""
SMALL_BATCHES = {"TRUYVET_BATCH_RECORDS_MAX": "4", "TRUYVET_BATCH_SECONDS_MAX": "0.1"}
"""So that there are many batches to die in."""
FEW_PARTITIONS = {"TRUYVET_PARTITIONS": "8"}
"""So that a short file's records are full, and on their way before it is read to its end."""


@contextmanager
def progress(world: World) -> Iterator[Callable[[], int]]:
    """Tells how many scans have a receipt by now."""
    engine = ClickHouseEngine(world.env["TRUYVET_STORE"])
    sql = f"SELECT sum(scans) FROM {engine.database}.receipts FINAL"
    try:
        yield lambda: int(engine.rows(sql)[0][0] or 0)
    finally:
        engine.close()


@pytest.fixture(scope="module")
def some(new_york: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 24,000 rows."""
    file = tmp_path_factory.mktemp("some") / "first.csv"
    with gzip.open(new_york, "rt", encoding="utf-8") as text:
        file.write_text("".join(islice(text, SOME + 1)), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def some_expected(embedded: NEW_WORLD, some: Path) -> tuple[Tables, dict[str, Any]]:
    """What they become when nothing happens."""
    world = embedded()
    world.take_in(some)
    return world.tables(), world.flow()


@pytest.fixture(scope="module")
def halves(some: Path) -> list[Path]:
    """The same rows in two files."""
    header, *rows = some.read_text(encoding="utf-8").splitlines(keepends=True)
    files = [some.with_name(f"half_{number}.csv") for number in range(2)]
    for number, file in enumerate(files):
        file.write_text(header + "".join(rows[number::2]), encoding="utf-8")
    return files


def check_ledger(flow: dict[str, Any], expected: dict[str, Any]) -> None:
    """The same scans, each stored once; only how they lie in records may differ."""
    names = ("scans", "stored", "duplicates", "dead", "visits", "persons", "venues", "scanned_until")
    assert {name: flow[name] for name in names} == {name: expected[name] for name in names}


@pytest.mark.slow
def test_a_worker_killed_five_times_and_kafka_once(
    private: NEW_WORLD, private_stack: LocalStack, new_york: Path, quiet: World, quiet_tables: Tables
) -> None:
    """kill -9 at moments drawn at random, while the file is being published and after."""
    draw = random.Random(20211)
    # With a name of its own a worker that comes back gets its partitions at once.
    world = private(**SMALL_BATCHES, TRUYVET_WORKER_ID="one")
    world.ask("init")
    log = KafkaLog(urlsplit(world.env["TRUYVET_BROKER"]).netloc)
    deaths = sorted(draw.randrange(ROWS // 20, ROWS * 3 // 4) for _ in range(5))
    with progress(world) as stored, world.worker() as worker:
        worker.wait_assigned()
        publishing = world.start("import", str(new_york), *COLUMNS, "--format", "json")
        records = draw.randrange(60, 120)
        wait_for(lambda: sum(log.ends(TOPIC).values()) > records)
        log.close()
        assert publishing.poll() is None
        private_stack.kill9("kafka")
        private_stack.start("kafka")
        for death in deaths:
            wait_for(lambda moment=death: stored() >= moment or worker.ended())
            wait_for(lambda: draw.random() < 0.1)  # a little later: anywhere in a batch
            assert stored() < ROWS, "nothing was left to lose"
            worker.kill9()
        assert publishing.wait(SECONDS_MAX) == 0
        world.drain()
    check_ledger(world.flow(), quiet.flow())
    same(world.tables(), quiet_tables)


def test_redis_emptied_and_killed(
    private: NEW_WORLD,
    private_stack: LocalStack,
    some: Path,
    some_expected: tuple[Tables, dict[str, Any]],
) -> None:
    """Redis is a cache: forgetting, dying and coming back without its last second cost time, never truth."""
    world = private(**SMALL_BATCHES, **FEW_PARTITIONS)
    world.ask("init")
    redis = Redis.from_url(world.env["TRUYVET_STATE"], socket_timeout=60)
    with progress(world) as stored, world.worker():
        world.take_in(some)
        wait_for(lambda: stored() >= SOME // 6)
        assert redis.dbsize() > 0
        redis.flushall()
        wait_for(lambda: stored() >= SOME // 3)
        private_stack.kill9("redis")
        private_stack.start("redis")
        # The same once more, into an empty Redis: every scan is in the store, and none is new.
        world.drain()
        redis.flushall()
        world.take_in(some)
        world.drain()
    redis.close()
    tables, flow = some_expected
    found = world.flow()
    assert found["stored"] == flow["stored"]
    assert found["duplicates"] == flow["duplicates"] + SOME
    same(world.tables(), tables)


def test_clickhouse_down_for_a_while(
    private: NEW_WORLD,
    private_stack: LocalStack,
    halves: list[Path],
    some_expected: tuple[Tables, dict[str, Any]],
) -> None:
    """The worker keeps its batch, waits, says so, and goes on; it is not started again."""
    world = private(**SMALL_BATCHES, **FEW_PARTITIONS)
    world.ask("init")
    with progress(world) as stored, world.worker() as worker:
        world.take_in(halves[0])
        wait_for(lambda: stored() > 0)
        private_stack.kill9("clickhouse")
        with pytest.raises(Unavailable):
            stored()
        world.take_in(halves[1])
        wait_for(lambda: "waits and keeps its batch" in worker.said())
        private_stack.start("clickhouse")
        world.drain()
        wait_for(lambda: "goes on" in worker.said())
    tables, flow = some_expected
    check_ledger(world.flow(), flow)
    same(world.tables(), tables)


def test_a_publisher_killed_and_started_again(
    private: NEW_WORLD, some: Path, some_expected: tuple[Tables, dict[str, Any]]
) -> None:
    """What it had sent already is counted once."""
    world = private(**FEW_PARTITIONS)
    world.ask("init")
    log = KafkaLog(urlsplit(world.env["TRUYVET_BROKER"]).netloc)
    long = world.home / "ten_times.csv"  # so that it is at work for a while
    header, *rows = some.read_text(encoding="utf-8").splitlines(keepends=True)
    long.write_text(header + 10 * "".join(rows), encoding="utf-8")
    publishing = world.start("import", str(long), *COLUMNS)
    wait_for(lambda: any(log.ends(TOPIC).values()) or publishing.poll() is not None)
    publishing.kill()
    assert publishing.wait() == -signal.SIGKILL, "it was done before it could be killed"
    log.close()
    with world.worker():
        world.take_in(some)
        world.drain()
    tables, flow = some_expected
    found = world.flow()
    assert found["scans"] > SOME
    assert found["stored"] == flow["stored"]
    same(world.tables(), tables)
