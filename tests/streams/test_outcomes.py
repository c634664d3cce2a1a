"""What is told of a scan is what it made: taking it away shows it."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_revise import VENUES, scans
from test_sessions import CAFE, GATE, MINUTE, OFFICE, T, scan
from test_sessions import VENUES as PLACES
from visit_oracle import visits_of

from streams.outcomes import REACH_SECONDS, Made, outcomes
from streams.sessions import Rules, assemble
from streams.timeline import Direction, Scan
from streams.visit import EndKnownBy


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        ([scan("into", CAFE, 0), scan("out", CAFE, 9)], ["arrival", "checkout"]),
        ([scan("out", CAFE, 9)], ["out_without_in"]),
        ([scan("out", CAFE, 0), scan("into", CAFE, 9)], ["out_without_in", "arrival"]),
        ([scan("into", CAFE, 0), scan("out", CAFE, 24 * 60 + 1)], ["arrival", "out_without_in"]),
        ([scan("into", CAFE, 0), scan("out", OFFICE, 9)], ["arrival", "out_without_in"]),
        (
            [scan("into", CAFE, 0), scan("out", CAFE, 9), scan("out", CAFE, 10)],
            ["arrival", "checkout", "second_out"],
        ),
        ([scan("into", CAFE, 0), scan("into", CAFE, 4)], ["arrival", "repeat_in"]),
        ([scan("into", CAFE, 0), scan("unknown", CAFE, 0)], ["arrival", "repeat_in"]),
        ([scan("into", CAFE, 0), scan("into", CAFE, 9)], ["arrival", "second_in"]),
        ([scan("into", CAFE, 0), scan("into", CAFE, 4 * 60 + 1)], ["arrival", "arrival"]),
        (
            [scan("into", CAFE, 0), scan("into", OFFICE, 9), scan("into", CAFE, 20)],
            ["arrival", "arrival", "arrival"],
        ),
        ([scan("into", GATE, 0), scan("into", GATE, 9)], ["arrival", "arrival"]),
        (
            [scan("into", CAFE, 0), scan("closing", CAFE, 9, since=0), scan("out", CAFE, 5)],
            ["arrival", "checkout", "second_out"],
        ),
        ([scan("closing", CAFE, 9, since=0)], ["checkout"]),
    ],
)
def test_each_outcome(some: list[Scan], expected: list[str]) -> None:
    """Whatever the order in which they are asked about."""
    visits = assemble(7, sorted(some), rules=Rules(), venues=PLACES).values()
    assert [made and made.value for made in outcomes(some, visits)] == expected
    assert [made and made.value for made in outcomes(some[::-1], visits)] == expected[::-1]


@settings(max_examples=200)
@given(scans(), st.sampled_from([0, 300, 3600]))
def test_outcomes_are_what_a_plain_reading_says(known: list[Scan], debounce: int) -> None:
    """They add up to the visits, and a scan of which it is told that it made nothing makes nothing."""
    rules = Rules(debounce_seconds=debounce)
    known = sorted({one for one in known if one.direction is not Direction.closing})
    visits = visits_of(7, known, rules, VENUES)
    made = outcomes(known, visits.values())
    total = Counter(made)
    assert total[Made.arrival] + total[Made.second_in] == len(visits)
    ended = [visit for visit in visits.values() if visit.ended is EndKnownBy.checkout]
    assert total[Made.checkout] == len(ended)
    assert None not in total
    for one, what in zip(known, made, strict=True):
        at_venue = {key: visit for key, visit in visits.items() if key[0] == one.venue}
        without = visits_of(7, [other for other in known if other != one], rules, VENUES)
        same = {key: visit for key, visit in without.items() if key[0] == one.venue} == at_venue
        if what in (Made.second_out, Made.out_without_in):
            assert same
        elif what in (Made.arrival, Made.second_in):
            assert (one.venue, one.at) in at_venue
            assert (what is Made.second_in) == _still_open(one, known, rules)
        elif what is Made.repeat_in:
            assert any(visit.arrived < one.at or visit.scans > 1 for visit in at_venue.values())


def _still_open(one: Scan, known: list[Scan], rules: Rules) -> bool:
    """Without those who come in at this moment: had the visit before, at this venue, not ended yet?"""
    before = [
        other
        for other in known
        if other.at < one.at
        or (other.at == one.at and (other.venue != one.venue or other.direction is Direction.out))
    ]
    visits = visits_of(7, before, rules, VENUES)
    last = max((visit for key, visit in visits.items() if key[0] == one.venue), default=None)
    if last is None or last.ended in (EndKnownBy.checkout, EndKnownBy.next_scan):
        return False
    return VENUES[one.venue].stay_minutes > 0 and one.at <= last.departed_max


def test_a_window_needs_the_visits_of_a_day_before_it() -> None:
    """An out-scan may end a visit that began a day ago, and another in-scan may have been the second."""
    day = [scan("into", OFFICE, 0), scan("out", OFFICE, 24 * 60)]
    visits = assemble(7, day, rules=Rules(), venues=PLACES).values()
    since = T + 24 * 60 * MINUTE
    present = [visit for visit in visits if visit.departed > since - REACH_SECONDS]
    assert outcomes(day[1:], present) == [Made.checkout]
