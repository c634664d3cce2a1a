"""What an order would name at each threshold is what the contacts are when asked with it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_worlds import ListReader, stay, worlds

from producers.errors import BadInput
from tracer import trace
from tracer.company import Company
from tracer.outbreak import Case
from tracer.profiles import OVERLAP, PCCOVID_1H, profile
from tracer.question import ALWAYS, Window
from tracer.what_if import Threshold, what_if

WHOLE = Window(0, 100_000)


@settings(max_examples=200, deadline=None)
@given(
    worlds(step=300),
    st.sets(st.integers(1, 5), min_size=1, max_size=3),
    st.sampled_from([OVERLAP, profile("cwa"), profile("cdc-24h")]),
)
def test_each_threshold_is_asking_with_that_minimum(visits, people, rule):
    """The same people and exposures as one question after another would give."""
    asked = [0, 5, 7.5, 15, 30]
    cases = [Case(person, WHOLE) for person in people]
    found = what_if(Company(ListReader(visits), WHOLE, rule, 0), cases, asked)
    for one in found.thresholds:
        met = [
            each
            for person in people
            if any(visit.person == person for visit in visits)
            for each in trace.contacts(ListReader(visits), person, WHOLE, rule, round(one.minutes * 60))
            if each.theirs.person not in people
        ]
        assert one.people == len({each.theirs.person for each in met})
        assert one.exposures == len(met)
        assert one.people_min <= one.people <= one.people_max
    assert [one.minutes for one in found.thresholds] == asked


def test_an_inferred_end_opens_a_range():
    """2 checked out after 20 minutes; 3 was taken to stay 20 and may have stayed 0 or 40."""
    visits = [stay(1, 7, 0, 7200)._replace(departed_min=7200, departed_max=7200)]
    visits.append(stay(2, 7, 0, 1200)._replace(departed_min=1200, departed_max=1200))
    visits.append(stay(3, 7, 0, 1200)._replace(departed_min=0, departed_max=2400))
    found = what_if(Company(ListReader(visits), ALWAYS, OVERLAP, 0), [Case(1, ALWAYS)], [15, 30])
    assert found.thresholds == [Threshold(15, 2, 1, 2, 2), Threshold(30, 0, 0, 1, 0)]
    assert (found.exposures, found.inferred) == (2, 1)


def test_a_crowd_left_out_is_left_out_at_each_threshold_and_told():
    """The case's stay with three others is not followed; the one with a single other is."""
    visits = [stay(1, 7, 0, 3600), *(stay(person, 7, 0, 3600) for person in (2, 3, 4))]
    visits += [stay(1, 8, 7200, 10_800), stay(5, 8, 7200, 10_800)]
    company = Company(ListReader(visits), ALWAYS, OVERLAP, 0, venue_crowd_max=1)
    found = what_if(company, [Case(1, ALWAYS)], [30])
    assert [(one.people, one.exposures) for one in found.thresholds] == [(1, 1)]
    assert company.left_out.counts() == {"left_out_venue_crowd_max": 1}


def test_moments_have_no_minutes_to_compare():
    """Under `pccovid-1h` the question means nothing, and says so."""
    with pytest.raises(BadInput, match="compares minutes"):
        what_if(Company(ListReader([]), ALWAYS, PCCOVID_1H, 0), [Case(1, ALWAYS)], [5])
