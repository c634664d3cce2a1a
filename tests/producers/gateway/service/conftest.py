"""A gateway for each test."""

from collections.abc import Iterator
from typing import Any

import pytest
from gateway_world import Made, World


@pytest.fixture
def made() -> Iterator[Made]:
    """Makes worlds with words of the test's own."""
    worlds: list[World] = []

    def make(**words: Any) -> World:
        worlds.append(World(**words))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(made: Made) -> World:
    return made()
