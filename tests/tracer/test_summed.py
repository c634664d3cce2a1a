"""Minutes in parts add up over any 24 hours, as counting every second would have it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracer_oracles import all_meetings
from tracer_worlds import ListReader, stay, worlds

from producers.errors import BadInput
from tracer import trace
from tracer.profile import Profile
from tracer.profiles import profile
from tracer.question import Window, asked
from tracer.summed import reaching

HOUR = 3600
WHOLE = Window(0, 100)
DAY_LONG = Window(0, 30 * 24 * HOUR)


def reaching_slowly(meetings, spans, least, length):
    """Every stretch of `length` seconds is tried, and the seconds together in it are counted one by one."""
    usable = [one for one in meetings if one.start in range(*spans[one.mine.person])]
    kept = []
    for one in usable:
        both = one.mine.person, one.theirs.person
        together = {
            second
            for other in usable
            if (other.mine.person, other.theirs.person) == both
            for second in range(other.start, other.end)
        }
        stretches = (range(at, at + length) for at in range(one.start - length + 1, one.end))
        if any(len(together & set(stretch)) >= least for stretch in stretches):
            kept.append(one)
    return kept


@settings(max_examples=300, deadline=None)
@given(worlds(), st.integers(0, 6), st.integers(1, 12), st.integers(0, 8), st.integers(1, 12))
def test_meetings_that_reach_the_minimum_are_those_of_counting_seconds(visits, least, length, since, lasts):
    """Whatever the stretch, the minimum, and the span of each person."""
    overlap = Profile("own", 1, "overlap", "Ours.", "Us.")
    meetings = all_meetings(visits, overlap, WHOLE, 0)
    spans = {person: Window(since, since + lasts + person) for person in range(1, 6)}
    found = list(reaching(meetings, spans, least, length))
    assert sorted(found) == sorted(reaching_slowly(meetings, spans, least, length))


def met(*starts_and_minutes):
    """Meetings of 1 and 2 in one place after another, at (hour, minutes)."""
    return ListReader(
        [
            stay(person, venue, int(hour * HOUR), int(hour * HOUR) + minutes * 60)
            for venue, (hour, minutes) in enumerate(starts_and_minutes)
            for person in (1, 2)
        ]
    )


@pytest.mark.parametrize(
    ("meetings", "counted"),
    [
        ([(0, 15)], 1),
        ([(0, 14)], 0),
        ([(0, 5), (8, 5), (16, 5)], 3),
        ([(0, 5), (8, 5), (16, 4)], 0),
        # Three of five minutes within 24 hours to the second: the last one ends when the first is a day old.
        ([(0, 5), (8, 5), (24 - 5 / 60, 5)], 3),
        # One minute later the three do not fit any more.
        ([(0, 5), (8, 5), (24 - 4 / 60, 5)], 0),
        ([(0, 15), (200, 3)], 1),
    ],
)
def test_cdc_counts_fifteen_minutes_in_any_24_hours(meetings, counted):
    """In one piece or in three of 5 minutes, at several places, as CDC's own example has it."""
    found = trace.contacts(met(*meetings), 1, *asked(profile_name="cdc-24h"))
    assert len(found) == counted


def test_a_minute_at_two_places_is_one():
    """Someone who forgot to check out is not together with the other twice as long."""
    twice = [stay(person, venue, 0, 480) for person in (1, 2) for venue in (1, 2)]
    assert trace.contacts(ListReader(twice), 1, *asked(profile_name="cdc-24h")) == []


@settings(max_examples=200, deadline=None)
@given(worlds(step=HOUR), st.integers(1, 8), st.sampled_from(["forward", "backward"]), st.integers(1, 3))
def test_chains_sum_what_each_person_shared_after_being_reached(visits, hours, direction, generations_max):
    """Round by round: minutes from before one's own exposure are not passed on."""
    if not visits:
        return
    own = Profile("own", 1, "overlap", "Ours.", "Us.", minutes_min=60, minutes_summed_hours=4)
    meetings = all_meetings(visits, own, DAY_LONG, 0)
    case = visits[0].person
    labels = {case: None}
    sign = 1 if direction == "forward" else -1
    for _ in range(generations_max):
        better = dict(labels)
        for near, at in labels.items():
            spans = {
                near: DAY_LONG
                if at is None
                else (Window(at + 1, DAY_LONG.until) if sign > 0 else Window(0, at))
            }
            told = [one for one in meetings if one.mine.person == near]
            for one in _by_hours(told, spans, hours, 4):
                far = one.theirs.person
                if far != case and (far not in better or sign * one.start < sign * better[far]):
                    better[far] = one.start
        labels = better
    found = trace.chain(
        *(ListReader(visits), case, DAY_LONG, own, hours * HOUR),
        direction=direction,
        generations_max=generations_max,
    )
    assert {link.person: link.at for link in found.links} == {
        person: at for person, at in labels.items() if at is not None
    }


def _by_hours(meetings, spans, hours, length):
    """The slow way with an hour for a second: all times of this world are whole hours."""
    small = [one._replace(start=one.start // HOUR, end=one.end // HOUR) for one in meetings]
    spans = {who: Window(-(-span.since // HOUR), -(-span.until // HOUR)) for who, span in spans.items()}
    back = {id(tiny): one for tiny, one in zip(small, meetings, strict=True)}
    return [back[id(tiny)] for tiny in reaching_slowly(small, spans, hours, length)]


def test_everyones_pairs_cannot_be_summed():
    """A sum over all places needs all of two people's meetings; the nation's are read by place."""
    with pytest.raises(BadInput, match="cdc-24h sums the minutes"):
        list(trace.pairs(ListReader([]), DAY_LONG, profile("cdc-24h"), 900))
