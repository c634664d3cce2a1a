"""A dose is minutes by what each day counts; bounds hold what an inferred end leaves open."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_worlds import stay

from streams.visit import EndKnownBy
from tracer.colocation import meet
from tracer.dose import Measure
from tracer.profiles import OVERLAP, PCCOVID_1H, PROFILES, profile
from tracer.question import ALWAYS, Window

DAY, HOUR = 86_400, 3600
CWA = profile("cwa")


@pytest.mark.parametrize(
    ("day", "value"),
    [
        *((-30, 0), (-5, 0), (-4, 0.8), (-3, 1.2), (-2, 1.4), (-1, 1.6), (0, 1.6)),
        *((1, 1.6), (2, 1.2), (3, 1.0), (4, 0.6), (5, 0), (30, 0)),
    ],
)
def test_a_day_counts_what_corona_warn_app_has_for_it(day, value):
    """The whole published table: transmission risk values by day since onset."""
    zero = 100 * DAY
    at = zero + day * DAY + 10 * HOUR
    met = meet(stay(1, 7, at, at + HOUR), stay(2, 7, at, at + 600), CWA, ALWAYS, 0)
    assert met is not None
    assert Measure(CWA, ALWAYS, day_zero={1: zero}).dose(met) == pytest.approx(10 * value)


@pytest.mark.parametrize(("seconds", "minutes"), [(345, 6), (315, 5), (330, 6), (29, 0), (30, 1)])
def test_minutes_are_whole_as_in_corona_warn_app(seconds, minutes):
    """OverlapTest: 09:50-10:05:45 against a warning from 10:00 is 6 minutes, 09:50-10:05:15 is 5."""
    zero = 100 * DAY
    met = meet(stay(1, 7, zero, zero + HOUR), stay(2, 7, zero, zero + seconds), CWA, ALWAYS, 0)
    assert met is not None
    assert Measure(CWA, ALWAYS).dose(met) == minutes


def test_a_night_weighs_by_the_day_of_each_minute():
    """An exposure over midnight is split there, as Corona-Warn-App splits a check-in."""
    zero = 100 * DAY
    at = zero + 5 * DAY - HOUR
    met = meet(stay(1, 7, at, at + 2 * HOUR), stay(2, 7, at, at + 2 * HOUR), CWA, ALWAYS, 0)
    assert met is not None
    assert Measure(CWA, ALWAYS, day_zero={1: zero}).doses(met, met.start, met.end) == {
        104: pytest.approx(36),
        105: 0,
    }


spans = st.tuples(st.integers(0, 4 * 24), st.integers(0, 60)).map(
    lambda one: (one[0] * HOUR, sum(one) * HOUR)
)


@settings(max_examples=200, deadline=None)
@given(
    st.tuples(spans, spans),
    st.dictionaries(st.integers(-2, 3), st.sampled_from([0, 0.5, 2]), max_size=4),
    st.sampled_from([0, 7, -3.5]),
    st.sampled_from([None, 0, DAY, 2 * DAY - 7 * HOUR]),
    st.tuples(st.sampled_from([0, 30]), st.sampled_from([1, 0.25])),
)
def test_a_dose_is_that_of_counting_half_hours(stays, weights, offset, zero, air):
    """Each half hour at what its day from onset counts, less for the air; summed by day of the calendar."""
    rule = replace(
        OVERLAP,
        day_weights=tuple(sorted(weights.items())),
        utc_offset_hours=offset,
        tail_minutes_max=air[0],
        tail_weight=air[1],
    )
    mine, theirs = (stay(who, 7, *span) for who, span in enumerate(stays))
    met = meet(mine, theirs, rule, ALWAYS, 0)
    if met is None:
        return
    expected: dict[int, float] = {}
    for half in range(met.start, met.end, HOUR // 2):
        weight = 1.0 if zero is None or not weights else weights.get((half - zero) // DAY, 0.0)
        day = (half + int(offset * HOUR)) // DAY
        counted = 30 * weight * (air[1] if half >= mine.departed else 1)
        expected[day] = expected.get(day, 0.0) + counted
    measure = Measure(rule, ALWAYS, day_zero={} if zero is None else {0: zero})
    assert measure.doses(met, met.start, met.end) == pytest.approx(expected)
    assert measure.dose(met) == pytest.approx(sum(expected.values()))


ends = st.tuples(*[st.integers(0, 300)] * 4, st.sampled_from(list(EndKnownBy)))


@settings(max_examples=500, deadline=None)
@given(ends, ends, st.sampled_from(list(PROFILES.values())), st.sampled_from(["forward", "backward"]))
def test_an_exposure_lies_between_its_bounds(one, two, rule, direction):
    """For each rule: never less than the least, never more than the most, and equal where ends are known."""
    window = Window(3600, 80_000)
    mine, theirs = (
        stay(who, 7, 60 * arrived, 60 * (arrived + early + lasted))._replace(
            departed_min=60 * (arrived + early),
            departed_max=60 * (arrived + early + lasted + late),
            ended=ended,
        )
        for who, (arrived, early, lasted, late, ended) in enumerate((one, two))
    )
    met = meet(mine, theirs, rule, window, 0, direction=direction)
    if met is None:
        return
    found = Measure(rule, window, direction).exposure(met)
    seconds = met.end - met.start
    assert found.least.until - found.least.since <= seconds <= found.most.until - found.most.since
    if all(visit.departed_min == visit.departed_max for visit in (mine, theirs)):
        assert not found.rests_on_inferred_end
    if rule is OVERLAP:
        for bound, known in ((found.least, "departed_min"), (found.most, "departed_max")):
            start = max(mine.arrived, theirs.arrived, window.since)
            end = min(getattr(mine, known), getattr(theirs, known), window.until)
            assert bound.until - bound.since == max(0, end - start)


def test_moments_have_no_minutes_and_no_dose():
    """Under `pccovid-1h` nobody knows how long, so nothing is weighed and nothing is inferred."""
    met = meet(stay(1, 7, 0, 60), stay(2, 7, 30, 90)._replace(departed_max=900), PCCOVID_1H, ALWAYS, 0)
    assert met is not None
    measure = Measure(PCCOVID_1H, ALWAYS)
    assert not measure.has_duration
    assert not measure.exposure(met).rests_on_inferred_end
    assert measure.dose(met) == 0
