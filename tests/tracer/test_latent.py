"""A latent gap, passing on in the same second, and a case's own end bound chains as trying all walks does."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_oracles import all_meetings, best_walks
from tracer_worlds import ListReader, stay, worlds

from tracer import trace
from tracer.chain import edge_of
from tracer.profiles import OVERLAP, profile
from tracer.question import Window

HOUR = 3600
WHOLE = Window(0, 100 * HOUR)


@settings(max_examples=300, deadline=None)
@given(
    worlds(step=HOUR),
    st.sampled_from(["forward", "backward"]),
    st.integers(1, 4),
    st.tuples(st.booleans(), st.sampled_from([0, 1, 1.5, 3])),
    st.tuples(st.one_of(st.none(), st.integers(0, 12)), st.integers(0, 3)),
)
def test_chains_are_the_best_of_all_walks(visits, direction, generations_max, passes_on, bounds):
    """Who is reached, when, how and through whom; of the case's exposures what lies before its own end."""
    if not visits:
        return
    case = visits[0].person
    (strict, latent_hours), (ends, least) = passes_on, bounds
    own = replace(OVERLAP, strict=strict, latent_hours=latent_hours)
    case_until = None if ends is None else ends * HOUR
    days = {} if ends is None else {case: Window(0, ends)}
    edges = [
        edge_of(one._replace(start=one.start * HOUR, end=one.end * HOUR), direction)
        for one in all_meetings(_in_hours(visits), OVERLAP, Window(0, 100), least, days)
    ]
    expected = best_walks(
        *(case, edges, WHOLE, direction, generations_max),
        strict=strict,
        latent=int(latent_hours * HOUR),
    )
    found = trace.chain(
        *(ListReader(visits), case, WHOLE, own, least * HOUR),
        direction=direction,
        generations_max=generations_max,
        case_until=case_until,
    )
    assert {link.person: (link.at, link.generation, link.from_person) for link in found.links} == {
        person: (walk[-1].at, len(walk), walk[-1].source if direction == "forward" else walk[-1].target)
        for person, walk in expected.items()
    }


def _in_hours(visits):
    """An hour for a second, so that the slow way stays quick; all times of these worlds are whole hours."""
    return [
        visit._replace(arrived=visit.arrived // HOUR, departed=visit.departed // HOUR) for visit in visits
    ]


@pytest.mark.parametrize(("latent_hours", "reached"), [(0, [2, 3]), (10, [2, 3]), (10.001, [2]), (48, [2])])
def test_an_onward_exposure_waits_for_the_latent_gap(latent_hours, reached):
    """1 meets 2 at noon and 2 meets 3 ten hours later: a gap of ten hours is over, one of more is not."""
    visits = [stay(1, 1, 0, 60), stay(2, 1, 0, 60), stay(2, 2, 10 * HOUR, 11 * HOUR)]
    visits.append(stay(3, 2, 10 * HOUR, 11 * HOUR))
    own = replace(OVERLAP, latent_hours=latent_hours)
    found = trace.chain(ListReader(visits), 1, WHOLE, own, 0)
    assert [link.person for link in found.links] == reached


def test_what_began_before_the_gap_was_over_is_found_by_asking_for_contacts():
    """docs/profiles.md: 3 is with 2 from hour 20 to 60, 4 hours too early for a chain with a gap of 24."""
    visits = [stay(1, 1, 0, HOUR), stay(2, 1, 0, HOUR)]
    visits += [stay(who, 2, 20 * HOUR, 60 * HOUR) for who in (2, 3)]
    reader, own = ListReader(visits), replace(OVERLAP, latent_hours=24)
    assert [link.person for link in trace.chain(reader, 1, WHOLE, own, 0).links] == [2]
    later = trace.contacts(reader, 2, Window(24 * HOUR, WHOLE.until), own, 0)
    assert [(met.theirs.person, met.end - met.start) for met in later] == [(3, 36 * HOUR)]
    sooner = trace.chain(reader, 1, WHOLE, replace(own, latent_hours=20), 0)
    assert [link.person for link in sooner.links] == [2, 3]


def test_whom_summed_minutes_lose_is_found_by_asking_for_contacts():
    """docs/profiles.md: 3 shared 40 minutes with 2 from before 2 was exposed, and only 10 of them with 1."""
    visits = [stay(1, 7, 600, 1200), stay(2, 7, 0, 2400), stay(3, 7, 0, 2400)]
    visits += [stay(who, 8, 9000, 9600) for who in (1, 2)]
    reader, under = ListReader(visits), profile("cdc-24h")
    asked = (under, round(under.minutes_min * 60))
    assert [(link.person, link.at) for link in trace.chain(reader, 1, WHOLE, *asked).links] == [(2, 600)]
    later = trace.contacts(reader, 2, Window(600, WHOLE.until), *asked)
    assert {met.theirs.person for met in later} == {1, 3}


def test_whom_a_case_exposed_may_pass_it_on_after_the_cases_own_end():
    """The case is isolated at 5: who was exposed at 0 exposes at 10, and the case nobody."""
    visits = [*(stay(who, 1, 0, 60) for who in (1, 2)), *(stay(who, 2, 10, 60) for who in (2, 3))]
    visits += [stay(who, 3, 10, 60) for who in (1, 4)]
    found = trace.chain(ListReader(visits), 1, WHOLE, OVERLAP, 0, case_until=5)
    assert [link.person for link in found.links] == [2, 3]
