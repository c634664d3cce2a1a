"""Under any rule, contacts and chains are those of trying every pair of visits and every walk."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_oracles import best_walks, ended_slowly
from tracer_worlds import ListReader, is_present, stay, worlds

from producers.errors import BadInput
from streams.visit import EndKnownBy
from tracer import trace
from tracer.chain import edge_of
from tracer.colocation import meet
from tracer.profile import Profile
from tracer.profiles import PROFILES, profile
from tracer.question import ALWAYS, Window
from tracer.reach import presences, visits_span
from tracer.stays import exposed_stay, infectious_stay, tells_infector

STEP = 400
NAMES = ["cwa", "nhs", "nz", "overlap", "pccovid-1h"]
DIRECTIONS = st.sampled_from(["forward", "backward"])

own_rules = st.builds(
    Profile,
    *map(st.just, ("own", 1)),
    st.sampled_from(["overlap", "inside"]),
    *map(st.just, ("Ours.", "Us.")),
    infector_minutes_min=st.sampled_from([0, 10]),
    tail_minutes_max=st.sampled_from([0, 7.5, 30]),
    align_minutes=st.sampled_from([0, 10]),
    round_out_minutes=st.sampled_from([0, 15]),
    until_midnight=st.booleans(),
)
rules = own_rules | st.sampled_from([profile(name) for name in NAMES])


@st.composite
def ended_worlds(draw):
    """Small worlds in which the end of a stay is known in one way or another."""
    visits = draw(worlds(step=STEP))
    return [visit._replace(ended=draw(st.sampled_from(list(EndKnownBy)))) for visit in visits]


def every_meeting(visits, rule, window, direction):
    """All ordered pairs, by the rule alone; `mine` is the one nearer to the case."""
    exposed = ended_slowly(visits, rule)
    found = (
        meet(mine, exposed[theirs], rule, window, 0)
        if direction == "forward"
        else meet(exposed[mine], theirs, rule, window, 0, direction="backward")
        for mine in visits
        for theirs in visits
    )
    return [one for one in found if one]


@settings(max_examples=200, deadline=None)
@given(ended_worlds(), rules, DIRECTIONS)
def test_a_meeting_is_what_both_have_second_by_second(visits, rule, direction):
    """The seconds in which the infector's stay, as the rule takes it, and the other's are both there."""
    if rule.rule != "overlap":
        return
    window = Window(3 * STEP + 7, 9 * STEP)
    for mine in visits:
        for theirs in visits:
            infector, exposed = (mine, theirs) if direction == "forward" else (theirs, mine)
            shared = (
                set(range(*infectious_stay(infector, rule)))
                & set(range(*exposed_stay(exposed, rule)))
                & set(range(*window))
            )
            met = meet(mine, theirs, rule, window, 0, direction=direction)
            same = mine.person != theirs.person and mine.venue == theirs.venue
            assert (set(range(met.start, met.end)) if met else set()) == (shared if same else set())


@settings(max_examples=300, deadline=None)
@given(ended_worlds(), rules, st.integers(0, 14), st.integers(1, 14))
def test_contacts_are_those_of_trying_every_pair(visits, rule, since, lasts):
    """Whatever a rule does to stays, nobody is missed for how the store is asked."""
    window = Window(since * STEP, (since + lasts) * STEP)
    for person in {one.person for one in visits}:
        found = trace.contacts(ListReader(visits), person, window, rule, 0)
        expected = [
            one for one in every_meeting(visits, rule, window, "forward") if one.mine.person == person
        ]
        assert sorted(found) == sorted(expected)


@settings(max_examples=300, deadline=None)
@given(ended_worlds(), rules, DIRECTIONS, st.integers(1, 3))
def test_chains_are_the_best_of_all_walks(visits, rule, direction, generations_max):
    """Also where it matters who of two is the infector."""
    if not visits:
        return
    case, window = visits[0].person, Window(0, 100 * STEP)
    edges = [edge_of(one, direction) for one in every_meeting(visits, rule, window, direction)]
    expected = best_walks(case, edges, window, direction, generations_max, strict=rule.strict)
    found = trace.chain(
        *(ListReader(visits), case, window, rule, 0), direction=direction, generations_max=generations_max
    )
    assert {link.person: (link.at, link.generation, link.from_person) for link in found.links} == {
        person: (walk[-1].at, len(walk), walk[-1].source if direction == "forward" else walk[-1].target)
        for person, walk in expected.items()
    }


starts = st.tuples(st.integers(0, 200), st.integers(0, 200), st.sampled_from(list(EndKnownBy)))


@settings(max_examples=300, deadline=None)
@given(starts, starts, st.tuples(st.integers(0, 300), st.integers(1, 200)), rules, DIRECTIONS)
def test_whoever_is_met_is_found(mine, theirs, span, rule, direction):
    """An exposure that starts in the span: my visit is read, and theirs is present where we ask."""
    a, b = (
        stay(who, 7, 90_000 + arrived * 60, 90_000 + (arrived + length) * 60)._replace(ended=ended)
        for who, (arrived, length, ended) in enumerate((mine, theirs))
    )
    wanted = Window(90_000 + span[0] * 60, 90_000 + sum(span) * 60)
    met = meet(a, b, rule, ALWAYS, 0, direction=direction)
    if met and wanted.since <= met.start < wanted.until:
        assert is_present(a, *visits_span(wanted, rule))
        places = presences([a], {a.person: wanted}, rule, direction)
        assert any(is_present(b, at.since, at.until) for at in places)


@pytest.mark.parametrize("name", PROFILES)
def test_pairs_are_refused_where_somebody_must_be_the_infector(name):
    """Of two strangers nobody has said which; and a sum over all places would hold the nation."""
    under = profile(name)
    asked = trace.pairs(ListReader([]), ALWAYS, under, 0)
    if tells_infector(under) or under.minutes_summed_hours:
        with pytest.raises(BadInput, match=f"{name} (needs to know who|sums the minutes)"):
            list(asked)
    else:
        assert list(asked) == []


def test_a_minimum_is_asked_of_what_the_rule_makes_of_stays():
    """Under `cwa` a case of 10 minutes shares up to 20 with whoever comes right after."""
    reader = ListReader([stay(1, 7, 0, 600), stay(2, 7, 300, 3600)])
    assert len(trace.contacts(reader, 1, ALWAYS, profile("cwa"), 900)) == 1
    assert trace.contacts(reader, 1, ALWAYS, replace(profile("cwa"), tail_minutes_max=0), 900) == []
