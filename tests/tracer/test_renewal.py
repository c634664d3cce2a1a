"""Who passes it on for so many days only: every later exposure renews them, as trying all walks has it."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_oracles import all_meetings, best_walks
from tracer_worlds import ListReader, stay, worlds

from tracer import trace
from tracer.chain import edge_of, steps
from tracer.profiles import OVERLAP
from tracer.question import Window

HOUR, DAY = 3600, 86_400
WHOLE = Window(0, 100 * HOUR)


@settings(max_examples=300, deadline=None)
@given(
    worlds(step=HOUR),
    st.sampled_from(["forward", "backward"]),
    st.integers(1, 4),
    st.tuples(st.booleans(), st.sampled_from([0, 1, 2])),
    st.integers(0, 6),
)
def test_chains_are_the_best_of_all_walks(visits, direction, generations_max, passes_on, lasts):
    """Who is reached, when, in how many exposures and through which; each path keeps to the limit."""
    if not visits:
        return
    case = visits[0].person
    strict, latent_hours = passes_on
    own = replace(OVERLAP, strict=strict, latent_hours=latent_hours, infectious_days_max=lasts * HOUR / DAY)
    edges = [
        edge_of(one._replace(start=one.start * HOUR, end=one.end * HOUR), direction)
        for one in all_meetings(_in_hours(visits), OVERLAP, Window(0, 100), 0)
    ]
    expected = best_walks(
        *(case, edges, WHOLE, direction, generations_max),
        strict=strict,
        latent=latent_hours * HOUR,
        lasts=lasts * HOUR,
    )
    found = trace.chain(
        *(ListReader(visits), case, WHOLE, own, 0), direction=direction, generations_max=generations_max
    )
    assert {link.person: (link.at, link.generation, link.from_person) for link in found.links} == {
        person: (walk[-1].at, len(walk), walk[-1].source if direction == "forward" else walk[-1].target)
        for person, walk in expected.items()
    }
    for link in found.links:
        path = steps(link)
        assert [one.generation for one in path] == list(range(1, len(path) + 1))
        for before, after in pairwise(path):
            waited = (after.at - before.at) * (1 if direction == "forward" else -1)
            assert max(strict, latent_hours * HOUR) <= waited <= lasts * HOUR
            assert after.from_person == before.person


def _in_hours(visits):
    return [
        visit._replace(arrived=visit.arrived // HOUR, departed=visit.departed // HOUR) for visit in visits
    ]


@pytest.mark.parametrize(("days", "reached"), [(1, [2]), (2, [2, 3]), (None, [2, 3])])
def test_a_second_exposure_renews(days, reached):
    """1 meets 2 on day 0 and, in passing, on day 3; 2 meets 3 on day 4.5: only the second counts."""
    visits = [stay(who, 1, day * DAY, day * DAY + HOUR) for day in (0, 3) for who in (1, 2)]
    visits += [stay(who, 2, 4 * DAY + DAY // 2, 5 * DAY) for who in (2, 3)]
    own = replace(OVERLAP, infectious_days_max=days)
    found = trace.chain(ListReader(visits), 1, Window(0, 9 * DAY), own, 0)
    assert [link.person for link in found.links] == reached
