"""A stay whose end lies before its beginning shares nothing under any rule: an answer is as without it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indexed import IndexReader
from tracer_worlds import ListReader, stay, worlds

from streams.visit import EndKnownBy
from tracer import trace
from tracer.colocation import meet
from tracer.company import Company
from tracer.outbreak import Case, outbreak
from tracer.profile import Profile
from tracer.profiles import PROFILES
from tracer.question import ALWAYS, Window

HOUR, STEP = 3600, 600
STRETCHED = Profile(
    *("own", 1, "overlap", "Ours.", "Us."),
    tail_minutes_max=30,
    align_minutes=10,
    round_out_minutes=15,
    until_midnight=True,
)
RULES = {**PROFILES, "inside with a tail": replace(PROFILES["nz"], tail_minutes_max=30), "own": STRETCHED}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("ended", EndKnownBy)
def test_a_reversed_stay_meets_nobody_on_either_side(name, ended):
    """Told by either, as the infector's stay and as the exposed person's; its straight twin may meet."""
    straight = stay(1, 7, 11 * HOUR, 14 * HOUR)
    for length in (-1, -60, -2 * HOUR):
        other = stay(2, 7, 12 * HOUR, 12 * HOUR + length)._replace(ended=ended)
        for direction in ("forward", "backward"):
            for pair in ((straight, other), (other, straight)):
                assert meet(*pair, RULES[name], ALWAYS, 0, direction=direction) is None
    assert meet(straight, stay(2, 7, 12 * HOUR, 13 * HOUR), RULES[name], ALWAYS, 0) is not None


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=40, deadline=None)
@given(
    worlds(step=STEP, visits_max=12),
    st.sets(st.integers(0, 11)),
    st.tuples(st.sampled_from(["forward", "backward"]), st.sampled_from([None, 1, 2])),
    st.tuples(st.sampled_from([ListReader, IndexReader]), st.booleans()),
)
def test_without_reversed_stays_all_answers_are_the_same(name, drawn, turned, asked, read):
    """Contacts, chains and outbreaks, also where crowds are counted, with an index and without."""
    rule, window = RULES[name], Window(STEP // 2, 15 * STEP)
    (direction, crowd_max), (made, with_links) = asked, read
    visits = [
        one._replace(arrived=one.departed + 300) if number in turned else one
        for number, one in enumerate(drawn)
    ]
    visits.append(stay(1, 3, 0, STEP))  # so that the case is known in either world
    told = []
    for some in (visits, [one for one in visits if one.departed >= one.arrived]):
        reader = made(some)
        company = Company(reader, window, rule, 0, direction, venue_crowd_max=crowd_max)
        spread = outbreak(company, [Case(1, window)], generations_max=2, people_max=9, with_links=with_links)
        asked_of = (reader, 1, window, rule, 0)
        chain = trace.chain(*asked_of, direction=direction, venue_crowd_max=crowd_max)
        told.append((spread, chain.links, trace.contacts(*asked_of, venue_crowd_max=crowd_max)))
    assert told[0] == told[1]
