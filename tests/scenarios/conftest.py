"""Installations to try: a stack of our own that may be broken, the stack of `make test`, none at all."""

import os
import secrets
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.errors import UnknownTopicOrPartitionError
from redis import Redis
from scenario_world import ROOT, Tables, World, wait_for

from deploy.stack import install
from deploy.stack.local import ALL, LocalStack
from producers.errors import Refused, TruyvetError
from producers.kafka_log import KafkaLog
from producers.register import COMPACTED
from producers.scan import CLOSED_TOPIC, DEAD_TOPIC, TOPIC
from streams.declared import TOPICS as DECLARED

SHARED = ROOT.parent / "shared" / "data"
NEW_WORLD = Callable[..., World]
SETTINGS = {
    # Years old, so that nothing may be too old; and no two check-ins merged into one visit, so that
    # the expected visits are the distinct rows.
    "TRUYVET_RETENTION_DAYS": "0",
    "TRUYVET_DEBOUNCE_SECONDS": "0",
    "TRUYVET_PSEUDONYM_KEY": secrets.token_hex(32),
}
ADDRESSES = ("TRUYVET_BROKER", "TRUYVET_STATE", "TRUYVET_STORE")
EMBEDDED = {"TRUYVET_BROKER": "memory://", "TRUYVET_STATE": "memory://"}


def data(name: str) -> Path:
    """A file of ../shared/data; the test is skipped where it is absent."""
    file = SHARED / name
    if not file.is_file():
        pytest.skip(f"needs ../shared/data/{name}, which is not in the repository")
    return file


@pytest.fixture(scope="session")
def new_york() -> Path:
    """147,938 check-ins."""
    return data("foursquare_nyc/events.csv.gz")


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    return data


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    return lambda: tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def embedded(new_home: Callable[[], Path]) -> NEW_WORLD:
    """Makes an installation in one process and one folder, without data."""

    def make(**settings: str) -> World:
        home = new_home()
        return World(home, SETTINGS | EMBEDDED | {"TRUYVET_STORE": f"chdb://{home}/store"} | settings)

    return make


@pytest.fixture(scope="session")
def private_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Kafka, Redis and ClickHouse of our own: a test may kill them and empty them."""
    lacks = install.missing(ALL)
    if lacks:
        pytest.skip(f"needs a stack of its own: {install.sentence(lacks)}")
    if not (install.LIBS / install.COMPLETE).exists():
        pytest.skip("needs a stack of its own: `make up STACK=local` fetches Kafka once")
    with LocalStack(tmp_path_factory.mktemp("stack"), lambda line: None) as stack:
        yield stack


@pytest.fixture(scope="session")
def private(private_stack: LocalStack, new_home: Callable[[], Path]) -> NEW_WORLD:
    """Makes an installation on our own stack: no topics, an empty Redis, a database without tables."""
    numbers = count(1)

    def make(**settings: str) -> World:
        env = private_stack.env
        _without_topics(env["TRUYVET_BROKER"].removeprefix("kafka://"))
        Redis.from_url(env["TRUYVET_STATE"], socket_timeout=60).flushall()
        env["TRUYVET_STORE"] = env["TRUYVET_STORE"].replace("/truyvet", f"/world_{next(numbers)}")
        return World(new_home(), SETTINGS | env | settings)

    return make


def _without_topics(servers: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=servers)
    ours = {TOPIC, DEAD_TOPIC, CLOSED_TOPIC, *COMPACTED, *DECLARED}
    try:
        for topic in ours:
            try:
                admin.delete_topics([topic])
            except UnknownTopicOrPartitionError:
                continue
        wait_for(lambda: not ours & set(admin.list_topics()))  # a broker hears of it a moment later
    finally:
        admin.close()


@pytest.fixture(scope="session")
def given(new_home: Callable[[], Path]) -> World | None:
    """An installation on the stack of `make test`, if there is one and nobody has used its topics yet.

    TRUYVET_STACK tells it from a stack that somebody works with, whose topics are not ours to fill.
    """
    env = {name: os.environ.get(name, "") for name in ADDRESSES}
    schemes = [url.partition("://")[0] for url in env.values()]
    if "TRUYVET_STACK" not in os.environ or schemes != ["kafka", "redis", "clickhouse"]:
        return None
    log = KafkaLog(env["TRUYVET_BROKER"].removeprefix("kafka://"))
    try:
        if any(log.ends(TOPIC).values()):
            return None
    except Refused:
        pass  # no such topic yet
    except TruyvetError as down:
        pytest.fail(str(down))
    finally:
        log.close()
    place, _, _ = env["TRUYVET_STORE"].rpartition("/")
    env["TRUYVET_STORE"] = f"{place}/scenario_{secrets.token_hex(4)}"
    return World(new_home(), SETTINGS | env)


@pytest.fixture(scope="session")
def real(given: World | None, request: pytest.FixtureRequest) -> World:
    """An installation on real services: those of `make test`, or else our own."""
    if given is not None:
        return given
    make: NEW_WORLD = request.getfixturevalue("private")
    return make()


@pytest.fixture(scope="session")
def quiet(embedded: NEW_WORLD, new_york: Path) -> World:
    """New York, imported in one process without any trouble."""
    world = embedded()
    world.take_in(new_york)
    return world


@pytest.fixture(scope="session")
def quiet_tables(quiet: World) -> Tables:
    """What it left in the tables."""
    return quiet.tables()
