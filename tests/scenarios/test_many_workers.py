"""Workers come, go and oversleep while check-ins flow, and the tables end as if one had worked quietly."""

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from scenario_world import COLUMNS, Tables, World, same, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
NEW_WORLD = Callable[..., World]
PORTION, PORTIONS = 1_500, 6
SETTINGS = {
    "TRUYVET_PARTITIONS": "8",
    # Small, so that there are many batches to be in the middle of.
    "TRUYVET_BATCH_SCANS_MAX": "200",
    "TRUYVET_BATCH_SECONDS_MAX": "0.1",
}


@pytest.fixture(scope="module")
def portions(new_york: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The first check-ins of New York, cut across: each portion has scans of the same people and days."""
    import gzip  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("portions")
    with gzip.open(new_york, "rt", encoding="utf-8") as text:
        head, *rows = islice(text, PORTION * PORTIONS + 1)
    files = []
    for number in range(PORTIONS):
        files.append(folder / f"{number}.csv")
        files[-1].write_text(head + "".join(rows[number::PORTIONS]), encoding="utf-8")
    return files


@pytest.fixture(scope="module")
def expected(embedded: NEW_WORLD, portions: list[Path]) -> tuple[Tables, dict[str, Any]]:
    """What they become in one process, without any trouble."""
    world = embedded()
    for portion in portions:
        world.take_in(portion, *COLUMNS)
    return world.tables(), world.flow()


def check(world: World, expected: tuple[Tables, dict[str, Any]]) -> None:
    tables, flow = expected
    found = world.flow()
    names = ("scans", "stored", "duplicates", "dead", "visits", "persons", "venues")
    assert {name: found[name] for name in names} == {name: flow[name] for name in names}
    same(world.tables(), tables)


def test_one_worker_then_four_then_one(
    private: NEW_WORLD, portions: list[Path], expected: tuple[Tables, dict[str, Any]]
) -> None:
    """Each change moves partitions while their records wait; every worker had some."""
    world = private(**SETTINGS)
    world.ask("init")
    with world.worker() as first, ExitStack() as others:
        first.wait_assigned()
        for portion in portions[:1]:
            world.take_in(portion)
        more = [others.enter_context(world.worker(f"more {number}")) for number in range(3)]
        for portion in portions[1:4]:
            world.take_in(portion)
        everyone = [first, *more]
        wait_for(lambda: sum(one.metric("truyvet_partitions") for one in everyone) == 8)
        wait_for(lambda: all(one.metric("truyvet_partitions") == 2 for one in everyone))
        assert first.metric("truyvet_rebalances_total") >= 2
        others.close()
        for portion in portions[4:]:
            world.take_in(portion)
        world.drain()
        wait_for(lambda: first.metric("truyvet_partitions") == 8)
    check(world, expected)


def test_a_worker_that_sleeps_over_its_time_changes_nothing_when_it_wakes(
    private: NEW_WORLD, portions: list[Path], expected: tuple[Tables, dict[str, Any]]
) -> None:
    """It had decided a batch and not written it; meanwhile another did, and learnt more of these people."""
    world = private(**SETTINGS)
    world.ask("init")
    with world.worker("sleeper", TRUYVET_CRASH_AT="before-visits:3:stop") as sleeper:
        sleeper.wait_assigned()
        for portion in portions[:2]:
            world.take_in(portion)
        wait_for(lambda: state(sleeper.process.pid) == "T")
        with world.worker("other") as other:
            wait_for(lambda: other.metric("truyvet_partitions") == 8)
            for portion in portions[2:4]:
                world.take_in(portion)
            world.drain()
            assert state(sleeper.process.pid) == "T"
            os.kill(sleeper.process.pid, signal.SIGCONT)
            wait_for(lambda: sleeper.ended() or sleeper.metric("truyvet_records_total") > 0)
            wait_for(
                lambda: (
                    sleeper.metric("truyvet_partitions") + other.metric("truyvet_partitions") == 8
                    and sleeper.metric("truyvet_partitions") > 0
                )
            )
            for portion in portions[4:]:
                world.take_in(portion)
            world.drain()
    check(world, expected)


def state(pid: int) -> str:
    """Of a process, as the kernel tells: T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]


def test_more_partitions_later(
    private: NEW_WORLD, portions: list[Path], expected: tuple[Tables, dict[str, Any]]
) -> None:
    """8 become 16 as the runbook says it, with people on both sides; refused while something waits."""
    world = private(**SETTINGS)
    world.ask("init")
    for portion in portions[:3]:
        world.take_in(portion)
    assert "truyvet drain" in world.truyvet("partitions", "16", code=3).err
    assert world.ask("partitions") == [{"before": 8, "partitions": 8}]
    with world.worker() as worker:
        world.drain()
        assert world.ask("partitions", "16") == [{"before": 8, "partitions": 16}]
        for portion in portions[3:]:
            world.take_in(portion)
        world.drain()
        wait_for(lambda: worker.metric("truyvet_partitions") == 16)
    with_records = [row["partition"] for row in world.ask("lag")]
    assert with_records == list(range(16))
    check(world, expected)
    assert "cannot become 8" in world.truyvet("partitions", "8", code=2).err
