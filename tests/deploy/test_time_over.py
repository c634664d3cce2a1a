"""A limit of time ends a search once, and what the search has is still told."""

import pytest

from deploy.cli.asking import _every_so_often
from tracer.errors import OutOfTime
from tracer.provenance import Counts


def test_the_time_is_over_once():
    """The next read after it, of the names of venues, is let through; the bar goes on."""
    seen = []
    go_on = _every_so_often(seen.append, 0)
    with pytest.raises(OutOfTime, match="seconds_max of 0"):
        go_on(Counts(visits_read=3))
    go_on(Counts(visits_read=5))
    assert seen == [3, 5]


def test_without_a_limit_there_is_no_end():
    """Nobody is stopped who did not ask for it."""
    go_on = _every_so_often(lambda done: None, None)
    for _ in range(3):
        go_on(Counts())
