"""The same check-ins in any order, in several files, sent twice: the tables are the same."""

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from scenario_world import Tables, World, same

pytestmark = pytest.mark.usefixtures("new_york")
NEW_WORLD = Callable[..., World]
ROWS, DISTINCT = 147_938, 147_480
FILES = 3
DEFAULT_DEBOUNCE = {"TRUYVET_DEBOUNCE_SECONDS": "300"}
"""With it, visits are merged from several scans, so that their order could matter."""


@pytest.fixture(scope="module")
def files(new_york: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All rows, shuffled (seed 4), in three files."""
    with gzip.open(new_york, "rt", encoding="utf-8") as text:
        header, *rows = text
    random.Random(4).shuffle(rows)
    folder = tmp_path_factory.mktemp("shuffled")
    made = []
    for number in range(FILES):
        made.append(folder / f"part_{number}.csv")
        made[-1].write_text(header + "".join(rows[number::FILES]), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def in_order(embedded: NEW_WORLD, new_york: Path) -> World:
    """The file as it is, once."""
    world = embedded(**DEFAULT_DEBOUNCE)
    world.take_in(new_york)
    return world


@pytest.fixture(scope="module")
def tables_in_order(in_order: World) -> Tables:
    return in_order.tables()


def check(world: World, in_order: World, expected_tables: Tables) -> None:
    flow, expected = world.flow(), in_order.flow()
    assert (flow["scans"], flow["stored"], flow["dead"]) == (2 * ROWS, DISTINCT, 0)
    assert flow["duplicates"] == 2 * ROWS - DISTINCT
    assert flow["visits"] == expected["visits"] < DISTINCT
    same(world.tables(), expected_tables)


def test_embedded(embedded: NEW_WORLD, files: list[Path], in_order: World, tables_in_order: Tables) -> None:
    world = embedded(**DEFAULT_DEBOUNCE)
    for file in [*files, *reversed(files)]:
        world.take_in(file)
    check(world, in_order, tables_in_order)


@pytest.mark.stack
def test_real_services(
    private: NEW_WORLD, files: list[Path], in_order: World, tables_in_order: Tables
) -> None:
    world = private(**DEFAULT_DEBOUNCE)
    world.ask("init")
    with world.worker():
        for file in [*files, *reversed(files)]:
            world.take_in(file)
        world.drain()
    check(world, in_order, tables_in_order)
