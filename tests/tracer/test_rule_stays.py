"""What a rule makes of a stay: vectors of Corona-Warn-App, rules of the NHS, and the bounds we read by."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_worlds import stay

from streams.visit import EndKnownBy
from tracer.colocation import meet
from tracer.profile import Profile
from tracer.profiles import PROFILES, profile
from tracer.question import ALWAYS, Window
from tracer.stays import Stretch, exposed_stay, infectious_stay, stretch_of, tells_infector

CWA, NHS, NZ = profile("cwa"), profile("nhs"), profile("nz")
MINUTE, DAY = 60, 86_400


def at(clock: str) -> int:
    """Seconds of 10:21 or 10:05:45 on some day."""
    hours, minutes, *seconds = map(int, clock.split(":"))
    return 20 * DAY + hours * 3600 + minutes * 60 + sum(seconds)


@pytest.mark.parametrize(
    ("stayed", "derived"),
    [
        ("10:21-10:29", None),
        ("10:20-10:30", "10:20-10:40"),
        ("10:21-10:31", "10:20-10:40"),
        ("10:26-10:36", "10:30-10:50"),
        ("10:21-10:33", "10:20-10:40"),
        ("10:24-10:36", "10:30-10:50"),
        ("10:25-10:39", "10:20-10:50"),
        ("10:28-10:42", "10:30-11:00"),
        ("10:25-10:40", "10:20-10:50"),
        ("10:22-11:12", "10:20-11:40"),
    ],
)
def test_the_infectors_stay_is_that_of_corona_warn_app(stayed, derived):
    """All vectors of TimeIntervalDeriver: too short, as long again in the air up to 30 minutes, aligned."""
    start, end = infectious_stay(stay(1, 7, *map(at, stayed.split("-"))), CWA)
    assert (None if end <= start else (start, end)) == (derived and tuple(map(at, derived.split("-"))))


@pytest.mark.parametrize(
    ("stayed", "minutes"),
    [
        ("09:30-09:45", None),
        ("11:15-11:20", None),
        ("09:30-10:00", None),
        ("11:00-11:10", None),
        ("09:30-10:12", 12),
        ("10:45-11:12", 15),
        ("10:00-10:13", 13),
        ("10:15-10:17", 2),
        ("10:30-11:00", 30),
        ("10:00-11:00", 60),
    ],
)
def test_what_is_shared_with_a_warning_is_that_of_corona_warn_app(stayed, minutes):
    """OverlapTest against a warning of 10:00-11:00, which is what 30 minutes from 10:00 on become."""
    warned = stay(1, 7, at("10:00"), at("10:30"))
    assert infectious_stay(warned, CWA) == (at("10:00"), at("11:00"))
    theirs = stay(2, 7, *map(at, stayed.split("-")))
    met = meet(warned, theirs, CWA, ALWAYS, 0)
    assert (met and (met.end - met.start) / MINUTE) == minutes
    assert meet(warned, theirs._replace(venue=8), CWA, ALWAYS, 0) is None
    assert meet(warned, theirs._replace(person=1), CWA, ALWAYS, 0) is None


@pytest.mark.parametrize(
    ("stayed", "ended", "taken"),
    [
        ("10:07-10:52", EndKnownBy.next_scan, "10:00-11:00"),
        ("10:00-11:00", EndKnownBy.checkout, "10:00-11:00"),
        ("10:07-11:07", EndKnownBy.venue_default, "10:00-24:00"),
        ("10:07-14:07", EndKnownBy.cap, "10:00-24:00"),
        ("23:50-24:40", EndKnownBy.next_scan, "23:45-24:00"),
        ("10:07-10:07", EndKnownBy.venue_default, "10:00-10:15"),
        ("10:00-10:00", EndKnownBy.checkout, "10:00-10:15"),
        ("10:07-10:06", EndKnownBy.checkout, None),
    ],
)
def test_the_exposed_persons_stay_is_that_of_the_nhs(stayed, ended, taken):
    """From the quarter hour before to the quarter hour after the next scan, and to midnight without one."""
    visit = stay(1, 7, *map(at, stayed.split("-")))._replace(ended=ended)
    start, end = exposed_stay(visit, NHS)
    assert (None if end <= start else (start, end)) == (taken and tuple(map(at, taken.split("-"))))


def test_midnight_is_where_days_begin():
    """In Vietnam, seven hours before that of UTC."""
    visit = stay(1, 7, at("16:30"), at("17:30"))._replace(ended=EndKnownBy.cap)
    assert exposed_stay(visit, replace(NHS, utc_offset_hours=7))[1] == at("17:00")


@pytest.mark.parametrize(
    ("arrived", "found"), [(999, False), (1000, False), (1001, True), (1999, True), (2000, False)]
)
def test_an_arrival_counts_strictly_inside_the_infectors_stay(arrived, found):
    """NZ COVID Tracer asks startDate > start and startDate < end, so neither edge counts."""
    infector, exposed = stay(1, 7, 1000, 2000), stay(2, 7, arrived, 2500)
    assert (meet(infector, exposed, NZ, ALWAYS, 0) is not None) == found
    assert (meet(exposed, infector, NZ, ALWAYS, 0, direction="backward") is not None) == found
    assert meet(infector, exposed, NZ, Window(0, arrived), 0) is None


def test_the_published_cases_of_nz_covid_tracer():
    """The application's own three cases and the other location, in milliseconds as they stand."""
    file = Path(__file__).parents[2] / ".." / "shared/vectors/checkin_matching.json"
    if not file.exists():
        pytest.skip("the vectors are not beside this checkout")
    for case in json.loads(file.read_text("utf-8"))["nz_covid_tracer"]["cases"]:
        event = stay(1, 7, case["start_ms"], case["end_ms"])
        exposed = stay(2, 7 if case["same_location"] else 8, case["checkin_ms"], case["checkin_ms"])
        met = meet(event, exposed, NZ, Window(-10_000, 10_000), 0)
        assert (met is not None) == case["match"], case


def test_who_comes_after_the_infector_left_meets_the_air_and_not_the_other_way_round():
    """The tail is the infector's: it exposes who comes later, and the infector is not exposed by them."""
    infector, later = stay(1, 7, at("10:00"), at("10:20")), stay(2, 7, at("10:30"), at("11:30"))
    met = meet(infector, later, CWA, ALWAYS, 0)
    assert met is not None
    assert (met.start, met.end) == (at("10:30"), at("10:40"))
    assert meet(infector, later, CWA, ALWAYS, 0, direction="backward") is None
    assert meet(later, infector, CWA, ALWAYS, 0, direction="backward") == met.turned()


stays = st.tuples(st.integers(0, 3 * 1440), st.integers(-2, 400), st.sampled_from(list(EndKnownBy)))
rules = st.builds(
    Profile,
    *map(st.just, ("own", 1, "overlap", "Ours.", "Us.")),
    infector_minutes_min=st.sampled_from([0, 10]),
    tail_minutes_max=st.sampled_from([0, 7.5, 30]),
    align_minutes=st.sampled_from([0, 10, 60]),
    round_out_minutes=st.sampled_from([0, 15]),
    until_midnight=st.booleans(),
    utc_offset_hours=st.sampled_from([0, 7, -3.5]),
)


@settings(max_examples=500, deadline=None)
@given(stays, rules | st.sampled_from(list(PROFILES.values())))
def test_no_stay_is_stretched_further_than_we_read(one, rule):
    """The bounds by which company is looked for hold for every stay, and a plain rule has none."""
    arrived, length, ended = one
    visit = stay(1, 7, arrived * 60 + 17, (arrived + length) * 60 + 17)._replace(ended=ended)
    before, after = stretch_of(rule)
    for start, end in (infectious_stay(visit, rule), exposed_stay(visit, rule)):
        if start < end:
            assert visit.arrived - before <= start
            assert end <= visit.departed + after
    if not tells_infector(rule):
        assert stretch_of(rule) == Stretch(0, 0)
        assert infectious_stay(visit, rule) == exposed_stay(visit, rule) or length < 0
