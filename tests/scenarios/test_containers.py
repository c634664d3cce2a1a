"""The services in containers, as `STACK=docker` starts them: current images, brought up by testcontainers."""

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scenario_world import World, same
from testcontainers.compose import DockerCompose

from deploy.stack.compose import FILE, PARTS, ComposeStack
from deploy.stack.ports import free_port
from producers.errors import Unavailable

NEW_WORLD = Callable[..., World]
INNER_PORT = {"kafka": 9092, "redis": 6379, "clickhouse": 9000}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where the three services of the compose file answer; skipped, saying why, without a Docker engine."""
    run = tmp_path_factory.mktemp("containers")
    stack = ComposeStack(run)
    try:
        stack.prepare()
    except Unavailable as why:
        pytest.skip(f"needs containers: {why}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPOSE_PROJECT_NAME", stack.project)
        for part in PARTS:
            patch.setenv(f"TRUYVET_{part.upper()}_PORT", str(free_port()))
        with DockerCompose(FILE.parent, FILE.name, keep_volumes=False) as compose:
            at = {part: compose.get_service_host_and_port(part, INNER_PORT[part]) for part in PARTS}
            where = {part: f"{host}:{port}" for part, (host, port) in at.items()}
            yield {
                "TRUYVET_BROKER": f"kafka://{where['kafka']}",
                "TRUYVET_STATE": f"redis://{where['redis']}/0",
                "TRUYVET_STORE": f"clickhouse://{where['clickhouse']}/truyvet",
            }


@pytest.fixture(scope="module")
def check_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """5,000 check-ins of 300 people at 40 venues on two days, some of them twice."""
    draw = random.Random(20211201)
    file = tmp_path_factory.mktemp("scans") / "check_ins.csv"
    rows = [
        (f"p{draw.randrange(300)}", f"v{draw.randrange(40)}", 1638316800 + draw.randrange(172_800))
        for _ in range(4_900)
    ]
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("person", "venue", "at"))
        writer.writerows(rows + rows[:100])
    return file


@pytest.mark.stack
def test_the_tables_in_containers_are_those_of_the_embedded_mode(
    addresses: dict[str, str], check_ins: Path, embedded: NEW_WORLD, new_home: Callable[[], Path]
) -> None:
    """Kafka, Redis and ClickHouse of today's images leave the tables that one process leaves alone."""
    columns = ("--person", "person", "--venue", "venue", "--at", "at")
    quiet = embedded()
    quiet.take_in(check_ins, *columns)
    world = World(new_home(), {**quiet.env, **addresses})
    world.truyvet("init")
    with world.worker() as worker:
        worker.wait_assigned()
        world.take_in(check_ins, *columns)
        world.drain()
    same(world.tables(), quiet.tables())
