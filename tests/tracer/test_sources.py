"""Common sources are those of counting by hand, and their chance is the exact hypergeometric one."""

from collections import defaultdict
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_worlds import ListReader, stay

from producers.errors import BadInput
from streams.visit import EndKnownBy
from tracer.outbreak import Case
from tracer.question import ALWAYS, Window
from tracer.sources import HOUR, CountsPeople, chance_of_as_many, common_sources, people_between


def chance_exactly(cases_there, cases, people_there, people):
    """By counting every way to draw the cases."""
    ways = sum(
        comb(people_there, k) * comb(people - people_there, cases - k)
        for k in range(cases_there, min(cases, people_there) + 1)
    )
    return Fraction(ways, comb(people, cases))


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_the_chance_is_the_exact_one(data):
    """To twelve digits of counting every draw, from no case to all."""
    people = data.draw(st.integers(1, 400))
    cases, there = data.draw(st.integers(0, people)), data.draw(st.integers(0, people))
    k = data.draw(st.integers(0, min(cases, there)))
    found = chance_of_as_many(k, cases, there, people)
    assert found == pytest.approx(float(chance_exactly(k, cases, there, people)), rel=1e-11, abs=1e-300)


def test_a_nation_has_a_chance_too():
    """33,000 cases among 98 million people: at a place of 10,000, chance brings three or four, not ten."""
    assert chance_of_as_many(4, 33_000, 10_000, 98_000_000) == pytest.approx(0.4376, abs=5e-3)
    assert chance_of_as_many(30, 33_000, 10_000, 98_000_000) < 1e-15
    assert chance_of_as_many(0, 33_000, 10_000, 98_000_000) == 1
    assert chance_of_as_many(33_001, 33_000, 98_000_000, 98_000_000) == 0


visits_drawn = st.lists(
    st.tuples(st.integers(1, 7), st.integers(1, 3), st.integers(0, 60), st.integers(0, 30)), max_size=14
).map(lambda drawn: [stay(p, v, 600 * at, 600 * (at + lasts)) for p, v, at, lasts in drawn])
spans_drawn = st.dictionaries(
    st.integers(1, 4),
    st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda one: Window(600 * one[0], 600 * sum(one))),
    min_size=2,
)


@settings(max_examples=300, deadline=None)
@given(visits_drawn, spans_drawn)
def test_sources_are_those_of_counting_by_hand(visits, spans):
    """Each place and hour with two cases: who was there, out of how many, and q by its definition."""
    whole = Window(min(s.since for s in spans.values()), max(s.until for s in spans.values()))
    cases_at, people_at = defaultdict(set), defaultdict(set)
    for visit in visits:
        seconds = range(visit.arrived, max(visit.departed, visit.arrived + 1), 600)
        for second in seconds:
            place = visit.venue, second // HOUR * HOUR
            people_at[place].add(visit.person)
            if visit.person in spans and second in range(*spans[visit.person]):
                cases_at[place].add(visit.person)
    total = max(len({v.person for v in visits if v.arrived in range(*whole)}), len(spans))
    found = common_sources(ListReader(visits), [Case(person, span) for person, span in spans.items()])
    assert found.looked_at == len(cases_at)
    assert found.people == total
    assert found.visits == sum(
        visit.person in spans
        and any(
            second in range(*spans[visit.person])
            for second in range(visit.arrived, max(visit.departed, visit.arrived + 1))
        )
        for visit in visits
    )
    shared = {place: people for place, people in cases_at.items() if len(people) > 1}
    assert {(one.venue, one.hour): one.cases for one in found.found} == {
        place: len(people) for place, people in shared.items()
    }
    for rank, one in enumerate(found.found):
        asked = sum(span.since < one.hour + HOUR and one.hour < span.until for span in spans.values())
        people = len(people_at[one.venue, one.hour])
        assert (one.asked, one.people) == (asked, people)
        among = max(total, people)
        assert one.expected == pytest.approx(asked * people / among)
        assert one.p == pytest.approx(float(chance_exactly(one.cases, asked, people, among)), rel=1e-9)
        # Benjamini and Hochberg: the least of p * m / rank over this and all ranks after it, and 1 at most.
        after = [other.p * found.looked_at / (r + 1) for r, other in enumerate(found.found) if r >= rank]
        assert one.q == pytest.approx(min([1.0, *after]))
    assert [one.p for one in found.found] == sorted(one.p for one in found.found)


def test_a_crowded_place_is_no_source_and_a_quiet_one_is():
    """Four of four cases at a market of 900 of 1,000 people are chance; three in a room of five are not."""
    crowd = [stay(who, 1, 0, HOUR) for who in range(1, 901)]
    room = [stay(who, 2, 2 * HOUR, 3 * HOUR) for who in (1, 2, 3, 991, 992)]
    rest = [stay(who, 3, 0, 60) for who in range(901, 1001)]
    cases = [Case(who, ALWAYS) for who in (1, 2, 3, 4)]
    quiet, crowded = common_sources(ListReader(crowd + room + rest), cases).found
    assert (quiet.venue, quiet.cases, quiet.people) == (2, 3, 5)
    assert quiet.q < 1e-5
    assert (crowded.venue, crowded.cases, crowded.people) == (1, 4, 900)
    assert crowded.q > 0.5


def test_it_says_how_many_stays_end_as_nobody_scanned():
    """Two of the three stays of the cases: in their last hours the cases may have been gone."""
    visits = [stay(who, 1, 0, HOUR) for who in (1, 2, 3)]
    visits[0] = visits[0]._replace(ended=EndKnownBy.venue_default)
    visits += [stay(1, 2, 5 * HOUR, 6 * HOUR)._replace(ended=EndKnownBy.cap)]
    found = common_sources(ListReader(visits), [Case(1, ALWAYS), Case(2, ALWAYS)])
    assert (found.visits, found.inferred) == (3, 2)


def test_one_case_has_nothing_in_common():
    """It is told, and not answered with nothing."""
    with pytest.raises(BadInput, match="two cases or more"):
        common_sources(ListReader([]), [Case(1, ALWAYS)])


@given(visits_drawn, st.integers(0, 40), st.integers(1, 60))
def test_people_are_counted_alike_by_the_store_and_without_it(visits, since, lasts):
    """Each person once, by where a visit began."""

    class Counting(ListReader):
        def people_between(self, since, until):
            return len({visit.person for visit in self.visits if since <= visit.arrived < until})

    window = Window(600 * since, 600 * (since + lasts))
    assert isinstance(Counting(visits), CountsPeople)
    assert not isinstance(ListReader(visits), CountsPeople)
    assert people_between(Counting(visits), window) == people_between(ListReader(visits), window)
