"""How tests share the machine: side by side where they may, one after the other where they share a stack."""

import pytest
from hypothesis import settings

settings.register_profile("truyvet", deadline=None)
settings.load_profile("truyvet")  # no test is about time: a busy machine is no failure

SCENARIOS = "scenarios"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Says which tests run in one process when there are several (`make test`): those of one file.

    All scenarios together, because they send and count on the same topics and kill the same processes;
    so do the other tests that need the stack, whose Redis is one. Scenarios begin first, being longest.
    """
    stacked = {item.path for item in items if item.get_closest_marker("stack")}
    for item in items:
        name = SCENARIOS if item.path.parent.name == SCENARIOS else str(item.path)
        if name != SCENARIOS and item.path in stacked:
            name = "stack"
        item.add_marker(pytest.mark.xdist_group(name))
    items.sort(key=lambda item: item.path.parent.name != SCENARIOS)
