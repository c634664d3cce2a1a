"""What holds for all tests."""

import signal

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "truyvet", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("truyvet")  # no test is about time: a busy machine is no failure


# Tests that a shell began with `&` have Ctrl-C ignored, and so would have the processes that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the scenarios, and which need a stack of their own: `tests/side_by_side.py` tells them apart."""
    for item in items:
        if item.path.parent.name == "scenarios":
            item.add_marker("scenario")
        if "private_stack" in getattr(item, "fixturenames", ()):
            item.add_marker("private")
