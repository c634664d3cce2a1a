"""The ranking is that of adding up each second with each person, and says what it rests on."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_oracles import all_meetings
from tracer_worlds import ListReader, stay, worlds

from tracer import trace
from tracer.dose import Measure
from tracer.profiles import OVERLAP, PCCOVID_1H
from tracer.question import ALWAYS, Window
from tracer.ranking import pairs_of, ranked

WHOLE = Window(0, 100)
MEASURE = Measure(OVERLAP, WHOLE)


@settings(max_examples=300, deadline=None)
@given(worlds(), st.sets(st.integers(1, 5), max_size=3))
def test_the_ranking_is_that_of_counting_seconds(visits, infectors):
    """A second with one infector at two places is one; with two infectors it counts for each."""
    met = [
        one
        for one in all_meetings(visits, OVERLAP, WHOLE, 0)
        if one.mine.person in infectors and one.theirs.person not in infectors
    ]
    together: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one in met:
        together[one.mine.person, one.theirs.person] |= set(range(one.start, one.end))
    found = {one.person: one for one in ranked(pairs_of(met, MEASURE))}
    assert found.keys() == {far for _, far in together}
    for person, one in found.items():
        theirs = [each for each in met if each.theirs.person == person]
        seconds = sum(len(shared) for (_, far), shared in together.items() if far == person)
        assert one.seconds == one.seconds_max == seconds
        assert one.seconds_min <= seconds
        assert one.dose == pytest.approx(seconds / 60)
        assert one.dose_max == pytest.approx(
            max(len(shared) for (_, far), shared in together.items() if far == person) / 60
        )
        assert one.exposures == len(theirs)
        assert one.places == len({each.venue for each in theirs})
        assert one.met == len({each.mine.person for each in theirs})
        assert (one.first, one.last) == (min(e.start for e in theirs), max(e.end for e in theirs))
        assert (one.first, one.from_person) == min((each.start, each.mine.person) for each in theirs)


@settings(deadline=None)
@given(worlds(), st.randoms())
def test_the_order_is_of_dose_and_does_not_depend_on_how_exposures_come(visits, random):
    """Dose, then exposures, then who was exposed first, then the person."""
    met = [one for one in all_meetings(visits, OVERLAP, WHOLE, 0) if one.mine.person == 1]
    found = ranked(pairs_of(met, MEASURE))
    assert found == sorted(found, key=lambda one: (-one.dose, -one.exposures, one.first, one.person))
    random.shuffle(met)
    assert ranked(pairs_of(met, MEASURE)) == found


def test_what_rests_on_inferred_ends_is_told():
    """Nobody knows when 3 left: at the least at once, at the most at 90; 2 checked out."""
    visits = [stay(1, 7, 0, 60)._replace(departed_min=60, departed_max=60)]
    visits.append(stay(2, 7, 0, 45)._replace(departed_min=45, departed_max=45))
    visits.append(stay(3, 7, 0, 50)._replace(departed_min=0, departed_max=90))
    met = trace.contacts(ListReader(visits), 1, ALWAYS, OVERLAP, 0)
    three, two = ranked(pairs_of(met, Measure(OVERLAP, ALWAYS)))
    assert (three.person, three.inferred, three.seconds_min, three.seconds, three.seconds_max) == (
        3,
        1,
        0,
        50,
        60,
    )
    assert (two.person, two.inferred, two.seconds_min, two.seconds, two.seconds_max) == (2, 0, 45, 45, 45)


def test_a_day_is_judged_over_all_infectors():
    """Two infectors in a day of 8 weighted minutes each make a day of 16; the next day counts for itself."""
    day = 86_400
    visits = [stay(who, who, at, at + 480) for who in (1, 2) for at in (0, day)]
    visits += [stay(3, 1, 0, 480), stay(3, 2, 0, 480), stay(3, 1, day, day + 480)]
    met = [one for one in all_meetings(visits, OVERLAP, Window(0, 2 * day), 0) if one.theirs.person == 3]
    (one,) = ranked(pairs_of(met, Measure(OVERLAP, ALWAYS)))
    assert (one.dose, one.dose_day, one.dose_max, one.met) == (24, 16, 16, 2)


def test_where_nothing_has_a_duration_exposures_decide():
    """Under `pccovid-1h` who was near twice stands before who was near once."""
    visits = [*(stay(who, who, 0, 60) for who in (1, 2)), stay(1, 2, 9000, 9060), stay(3, 1, 60, 90)]
    visits += [stay(2, 1, 1000, 1060), stay(2, 2, 9100, 9200)]
    met = trace.contacts(ListReader(visits), 1, ALWAYS, PCCOVID_1H, 0)
    found = ranked(pairs_of(met, Measure(PCCOVID_1H, ALWAYS)))
    assert [(one.person, one.exposures, one.dose) for one in found] == [(2, 2, 0), (3, 1, 0)]


def test_a_weight_moves_a_person_up():
    """A short meeting on a day that counts outweighs a long one on a day that does not."""
    rule = replace(OVERLAP, day_weights=((0, 1.0),))
    day = 86_400
    visits = [stay(1, 7, 0, 600), stay(1, 7, day, day + 3600), stay(2, 7, 0, 60), stay(3, 7, day, day + 3600)]
    met = trace.contacts(ListReader(visits), 1, ALWAYS, rule, 0)
    assert [one.person for one in ranked(pairs_of(met, Measure(rule, ALWAYS)))] == [3, 2]
    weighed = Measure(rule, ALWAYS, day_zero={1: 0})
    assert [one.person for one in ranked(pairs_of(met, weighed))] == [2, 3]
