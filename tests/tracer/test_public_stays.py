"""Published vectors of stays: split at midnight as Corona-Warn-App does, together as ClickHouse counts."""

import json
from pathlib import Path
from typing import Any

import pytest
from tracer_worlds import stay

from producers.moment import iso, parse
from tracer.colocation import meet, pairs_at_venue
from tracer.dose import DAY_SECONDS, Measure, _days
from tracer.profiles import OVERLAP
from tracer.question import ALWAYS, Window
from tracer.ranking import _together

NOON = 1_638_360_000
VECTORS = Path(__file__).parents[2] / ".." / "shared" / "vectors"


def vectors(name: str) -> Any:
    """A file of ../shared/vectors; the test is skipped where it is absent."""
    if not (VECTORS / name).is_file():
        pytest.skip(f"needs ../shared/vectors/{name}, which is not in the repository")
    return json.loads((VECTORS / name).read_text("utf-8"))


def intervals(function: str) -> list[Any]:
    return [one for one in vectors("clickhouse_intervals.json") if one["function"].startswith(function)]


def test_an_exposure_is_split_at_midnight_as_a_check_in_is() -> None:
    """All fourteen; one that ends before it starts has no part. Of one without length, which the application
    keeps as a check-in, there is nothing to split here: it is no exposure.
    """
    cases = vectors("split_midnight.json")["cases"]
    assert len(cases) == 14
    for case in cases:
        start, end = parse(case["start"]), parse(case["end"])
        found = [[iso(first), iso(last)] for first, last in _days(start, end, 0, None)]
        parts = [[iso(parse(first)), iso(parse(last))] for first, last in case["expected_parts"]]
        assert found == [part for part in parts if part[0] != part[1]], case["name"]
        met = meet(stay(1, 7, start, end), stay(2, 7, start, end), OVERLAP, ALWAYS, 0)
        assert (met is not None) == bool(found), case["name"]
        if met is not None:
            minutes = {
                parse(first) // DAY_SECONDS: (parse(last) - parse(first)) / 60 for first, last in parts
            }
            assert Measure(OVERLAP, ALWAYS).doses(met, start, end) == pytest.approx(minutes), case["name"]


def test_a_reversed_stay_has_no_length_where_clickhouse_swaps_its_ends() -> None:
    """What is shared is counted once, as there; and a stay that ends before it starts never counts."""
    (case,) = intervals("intervalLengthSum")
    given = [Window(NOON + start, NOON + end) for start, end in case["input"]]  # no moment is negative
    assert _together(Window(min(ends), max(ends)) for ends in given) == case["expected"] == 11
    assert _together(given) == 10


def test_as_many_are_together_as_clickhouse_counts() -> None:
    """The most at one moment and the first such moment; stays that touch do not intersect."""
    cases = intervals("maxIntersections")
    assert len(cases) == 3
    for case in cases:
        visits = [stay(person, 7, *ends) for person, ends in enumerate(case["input"], 1)]
        met = list(pairs_at_venue(visits, OVERLAP, ALWAYS, 0))
        there = {
            at: {
                one.person for pair in met if pair.start <= at < pair.end for one in (pair.mine, pair.theirs)
            }
            for at in sorted({visit.arrived for visit in visits})
        }
        most = max(there, key=lambda at: max(len(there[at]), 1))
        assert [max(len(there[most]), 1), most] == case["expected"]
