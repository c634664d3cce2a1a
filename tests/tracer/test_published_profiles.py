"""The definitions of the authorities count what their texts say, to the second."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_worlds import ListReader, stay, worlds

from tracer import trace
from tracer.profiles import profile
from tracer.question import asked


@pytest.mark.parametrize(
    ("name", "seconds", "counts"),
    [
        ("who-15min", 15 * 60, True),
        ("who-15min", 15 * 60 - 1, False),
        ("moh-vn-2021-12", 15 * 60, True),
        ("moh-vn-2021-12", 15 * 60 - 1, False),
        ("moh-vn-5053", 1, True),
        ("moh-vn-5053", 0, False),
    ],
)
def test_the_least_common_time_is_that_of_the_text(name, seconds, counts):
    """`at least 15 minutes` includes 15 minutes; more than nothing is one second."""
    reader = ListReader([stay(1, 1, 0, 3600), stay(2, 1, 3600 - seconds, 7200)])
    assert bool(trace.contacts(reader, 1, *asked(profile_name=name))) == counts


def test_a_minimum_that_is_asked_for_replaces_the_profiles_own():
    """Unmasked, the Ministry of Health counts any duration: that is asked with a minimum of 0."""
    assert asked(profile_name="moh-vn-2021-12").min_seconds == 900
    assert asked(profile_name="moh-vn-2021-12", min_minutes=0).min_seconds == 0
    assert asked(profile_name="who-15min", min_minutes=5).min_seconds == 300


@settings(deadline=None)
@given(worlds(step=400), st.sampled_from(["who-15min", "moh-vn-2021-12", "moh-vn-5053"]))
def test_contacts_are_those_of_trying_everything(visits, name):
    """Of every pair of stays, those that share the profile's minutes."""
    question = asked("1970-01-01", "1970-01-02", name)
    least = 60 * (profile(name).minutes_min or 1 / 60)
    for person in {one.person for one in visits}:
        found = trace.contacts(ListReader(visits), person, *question)
        shared = [
            (mine, theirs)
            for mine in visits
            for theirs in visits
            if mine.person == person
            and theirs.person != person
            and mine.venue == theirs.venue
            and min(mine.departed, theirs.departed) - max(mine.arrived, theirs.arrived) >= least
        ]
        assert sorted((one.mine, one.theirs) for one in found) == sorted(shared)


def test_the_window_of_days_is_that_of_the_text():
    """2 or 3 days before; an end only where a calendar knows it."""
    days = {
        name: (under.days_before, under.days_after, under.days_after_sample)
        for name in ("who-15min", "moh-vn-2021-12", "moh-vn-5053")
        for under in [profile(name)]
    }
    assert days == {
        "who-15min": (2, 13, 10),
        "moh-vn-2021-12": (2, None, None),
        "moh-vn-5053": (3, None, None),
    }
