"""Two visits meet exactly when the rule says so, and the fast ways find what the slow way finds."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_oracles import met_slowly
from tracer_worlds import stay, worlds

from tracer.colocation import colocations_of, meet, pairs_at_venue
from tracer.profiles import OVERLAP, PCCOVID_1H
from tracer.question import ALWAYS, Window

WINDOWS = [ALWAYS, Window(4, 9), Window(6, 7)]
HALF_HOURS = [ALWAYS, Window(3600, 10_800), Window(5400, 5401)]


@pytest.mark.parametrize(
    ("mine", "theirs", "minutes"),
    [
        # Corona-Warn-App's OverlapTest against a warning of 10:00-11:00, to the second, unrounded.
        ((570, 585), (600, 660), None),
        ((675, 680), (600, 660), None),
        ((570, 600), (600, 660), None),
        ((660, 670), (600, 660), None),
        ((570, 612), (600, 660), 12),
        ((645, 672), (600, 660), 15),
        ((615, 617), (600, 660), 2),
        ((600, 660), (600, 660), 60),
        # A zero-length stay shares nothing, even inside another.
        ((630, 630), (600, 660), None),
        ((630, 630), (630, 630), None),
        # A stay that ends before it begins shares nothing, even where its ends are turned round.
        ((640, 620), (600, 660), None),
        ((640, 620), (640, 620), None),
    ],
)
def test_stays_share_what_both_have(mine, theirs, minutes):
    """Touching ends share nothing; a common minute is shared."""
    a = stay(1, 7, mine[0] * 60, mine[1] * 60)
    b = stay(2, 7, theirs[0] * 60, theirs[1] * 60)
    met = meet(a, b, OVERLAP, ALWAYS, 0)
    assert (met and (met.end - met.start) / 60) == minutes


def test_the_window_clips_the_exposure_before_the_minimum_is_asked():
    """Ten shared seconds of which the window holds four are four."""
    a, b = stay(1, 7, 0, 10), stay(2, 7, 0, 10)
    met = meet(a, b, OVERLAP, Window(6, 20), 4)
    assert met is not None
    assert (met.start, met.end) == (6, 10)
    assert meet(a, b, OVERLAP, Window(6, 20), 5) is None
    assert meet(a, b, OVERLAP, Window(10, 20), 0) is None


@pytest.mark.parametrize(("apart", "found"), [(0, True), (3600, True), (-3600, True), (3601, False)])
def test_check_ins_count_up_to_60_minutes_apart_on_either_side(apart, found):
    """60 minutes count, one second more does not; the exposure is at the later check-in."""
    a, b = stay(1, 7, 9000, 9000), stay(2, 7, 9000 + apart, 9000 + apart)
    met = meet(a, b, PCCOVID_1H, ALWAYS, 0)
    assert (met is not None) == found
    if met:
        assert met.start == met.end == max(9000, 9000 + apart)


@pytest.mark.parametrize(
    ("window", "found"), [((9000, 9001), True), ((8000, 9000), False), ((9001, 9002), False)]
)
def test_the_later_check_in_decides_whether_a_window_holds_the_exposure(window, found):
    """From `since` on, before `until`; where the earlier one lies does not matter."""
    a, b = stay(1, 7, 6000, 6000), stay(2, 7, 9000, 9000)
    assert (meet(a, b, PCCOVID_1H, Window(*window), 0) is not None) == found


def test_nobody_meets_themself_and_other_venues_are_elsewhere():
    """The same person twice, and two people at two venues."""
    assert meet(stay(1, 7, 0, 10), stay(1, 7, 5, 15), OVERLAP, ALWAYS, 0) is None
    assert meet(stay(1, 7, 0, 10), stay(2, 8, 5, 15), OVERLAP, ALWAYS, 0) is None
    assert meet(stay(1, 7, 0, 10), stay(1, 7, 5, 15), PCCOVID_1H, ALWAYS, 0) is None


@settings(deadline=None)
@given(worlds(), st.sampled_from(WINDOWS), st.integers(0, 3))
def test_stays_meet_as_seconds_do(visits, window, min_seconds):
    """The rule agrees with counting common seconds one by one."""
    for a, b in combinations(visits, 2):
        bounded = Window(window.since, min(window.until, 100))
        assert meet(a, b, OVERLAP, bounded, min_seconds) == met_slowly(a, b, OVERLAP, bounded, min_seconds)


@st.composite
def asked_worlds(draw):
    """A world, a profile that suits its times, a window and a minimum."""
    if draw(st.booleans()):
        return draw(worlds()), OVERLAP, draw(st.sampled_from(WINDOWS)), draw(st.integers(0, 3))
    return draw(worlds(step=1800)), PCCOVID_1H, draw(st.sampled_from(HALF_HOURS)), 0


@settings(deadline=None)
@given(asked_worlds())
def test_the_sweep_finds_every_pair_once(asked):
    """At one venue: the same pairs of visits as trying all, each once, the smaller person first."""
    visits, *rule = asked
    at_venue = sorted(visit for visit in visits if visit.venue == 1)
    swept = list(pairs_at_venue(at_venue, *rule))
    expected = [
        met
        for a in at_venue
        for b in at_venue
        if a.person < b.person and (met := meet(a, b, *rule)) is not None
    ]
    assert sorted(swept) == sorted(expected)


@settings(deadline=None)
@given(asked_worlds(), st.sets(st.integers(1, 5)))
def test_company_is_found_as_by_trying_all(asked, people):
    """Mine against everyone, me and mine among them: each meeting of a visit of mine once."""
    visits, *rule = asked
    mine = [visit for visit in visits if visit.person in people]
    found = list(colocations_of(mine, visits, *rule))
    expected = [met for a in mine for b in visits if (met := meet(a, b, *rule)) is not None]
    assert sorted(found) == sorted(expected)


def test_a_meeting_can_be_told_by_the_other():
    """Turning a meeting swaps the two and nothing else."""
    met = meet(stay(1, 7, 0, 10), stay(2, 7, 5, 15), OVERLAP, ALWAYS, 0)
    assert met is not None
    assert met.turned() == meet(stay(2, 7, 5, 15), stay(1, 7, 0, 10), OVERLAP, ALWAYS, 0)
