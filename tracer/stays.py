"""What a rule makes of a stay before two are compared: rounding, the air left behind, the end of a day.

Source: Corona-Warn-App (TimeIntervalDeriver) for the infector, NHS COVID-19 for the exposed person.
A profile without these fields takes each stay as it is.
"""

from functools import lru_cache
from typing import NamedTuple

from streams.visit import EndKnownBy, Visit
from tracer.profile import Profile

DAY_SECONDS = 86_400


class Stretch(NamedTuple):
    """By how many seconds a rule may move a stay's beginning to earlier and its end to later, at most."""

    before: int
    after: int


@lru_cache(maxsize=64)
def stretch_of(profile: Profile) -> Stretch:
    """The most that `infectious_stay` and `exposed_stay` stretch any stay under this profile."""
    align = profile.align_minutes * 60
    out = profile.round_out_minutes * 60
    tail = round(profile.tail_minutes_max * 60)
    after = max(align + tail, out, DAY_SECONDS if profile.until_midnight else 0)
    return Stretch(max(align, out), after)


def tells_infector(profile: Profile) -> bool:
    """Does it matter which of two people is the infector?"""
    return (
        profile.rule == "inside" or stretch_of(profile) != Stretch(0, 0) or profile.infector_minutes_min > 0
    )


def infectious_stay(visit: Visit, profile: Profile) -> tuple[int, int]:
    """The seconds [start, end) in which this stay of an infector exposes; empty where it is too short."""
    start, end = visit.arrived, visit.departed
    lasted = end - start
    if lasted < profile.infector_minutes_min * 60:
        return start, start
    tail = min(lasted, round(profile.tail_minutes_max * 60))
    if profile.align_minutes == 0 or lasted <= 0:
        return start, end + tail
    step = profile.align_minutes * 60
    # The whole length is rounded, halves up; it is then laid on the side where it covers more.
    length = (lasted + tail + step // 2) // step * step
    first, last = start // step * step, (end + tail) // step * step
    if end + tail - last > first + step - start:
        return last + step - length, last + step
    return first, first + length


def exposed_stay(visit: Visit, profile: Profile) -> tuple[int, int]:
    """The seconds [start, end) in which a person can be exposed in this stay; a reversed one has none."""
    start, end = visit.arrived, visit.departed
    if end < start:
        return start, start
    if profile.round_out_minutes:
        step = profile.round_out_minutes * 60
        start = start // step * step
        # A stay without length, rounded, is one step: a bare check-in must not vanish.
        end = max(-(-end // step) * step, start + step)
    if profile.until_midnight:
        offset = round(profile.utc_offset_hours * 3600)
        midnight = (visit.arrived + offset) // DAY_SECONDS * DAY_SECONDS + DAY_SECONDS - offset
        end = midnight if is_assumed(visit) else min(end, midnight)
    return start, end


def is_assumed(visit: Visit) -> bool:
    """Is the end of this stay nothing but what is usual at its venue? Not where it has no length at all."""
    return visit.ended >= EndKnownBy.venue_default and visit.departed > visit.arrived
