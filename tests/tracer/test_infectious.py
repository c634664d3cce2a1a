"""The infectious days of a profile become the window, to the day, and only where nothing else is given."""

from dataclasses import replace

import pytest

from producers.errors import BadInput
from producers.moment import iso
from tracer.infectious import infectious_window
from tracer.profiles import OVERLAP, profile
from tracer.question import ALWAYS, Window, window


@pytest.mark.parametrize(
    ("name", "day", "since", "until"),
    [
        # The day of onset itself counts, and the last day to its end.
        ("who-15min", {"onset": "2021-12-05"}, "2021-12-03T00:00:00Z", "2021-12-19T00:00:00Z"),
        ("who-15min", {"sample": "2021-12-05"}, "2021-12-03T00:00:00Z", "2021-12-16T00:00:00Z"),
        ("who-15min", {"onset": "2021-12-05T00:00+07:00"}, "2021-12-02T17:00:00Z", "2021-12-18T17:00:00Z"),
        ("moh-vn-5053", {"onset": "2021-12-05"}, "2021-12-02T00:00:00Z", None),
        ("moh-vn-2021-12", {"sample": "2021-12-05"}, "2021-12-03T00:00:00Z", None),
        ("cdc-24h", {"onset": "2021-12-05"}, "2021-12-03T00:00:00Z", None),
    ],
)
def test_days_around_onset_or_sample_become_the_window(name, day, since, until):
    """Whole days; without end where the end is no matter of the calendar."""
    found = infectious_window(profile(name), ALWAYS, **day)
    assert iso(found.since) == since
    assert found.until == ALWAYS.until if until is None else iso(found.until) == until


def test_a_side_that_is_given_replaces_that_of_the_profile():
    """`--to` is the moment of isolation; `--from` a tracer's better knowledge."""
    who = profile("who-15min")
    assert infectious_window(who, window(None, "2021-12-07"), onset="2021-12-05") == window(
        "2021-12-03", "2021-12-07"
    )
    assert infectious_window(who, window("2021-11-30", None), onset="2021-12-05") == window(
        "2021-11-30", "2021-12-19"
    )


def test_without_a_day_the_window_is_as_it_was_given():
    """A profile's days mean nothing before there is a case."""
    assert infectious_window(profile("who-15min"), Window(5, 9)) == Window(5, 9)


def test_a_day_at_either_end_of_time_stays_within_it():
    """1970 and 2106 are what the store holds."""
    who = profile("who-15min")
    assert infectious_window(who, ALWAYS, onset="1970-01-01").since == 0
    assert infectious_window(who, ALWAYS, onset="2106-02-01").until == ALWAYS.until


@pytest.mark.parametrize(
    ("under", "given", "day", "message"),
    [
        (OVERLAP, ALWAYS, {"onset": "2021-12-05"}, "overlap says nothing of infectious days"),
        (profile("who-15min"), ALWAYS, {"onset": "2021-12-05", "sample": "2021-12-06"}, "from one day"),
        (profile("who-15min"), ALWAYS, {"onset": "soon"}, "not a time"),
        (profile("who-15min"), window(None, "2021-12-03"), {"onset": "2021-12-05"}, "leave no time"),
        (replace(OVERLAP, days_before=0), window("2022-01-01", None), {"onset": "x"}, "not a time"),
    ],
)
def test_a_day_that_cannot_be_used_says_why(under, given, day, message):
    """No days in the profile, two days, no day, or a window without inside."""
    with pytest.raises(BadInput, match=message):
        infectious_window(under, given, **day)
