"""How much an exposure weighs: its minutes, times what each day of the infector's illness counts.

dose = minutes x weight of the day x weight of the air left behind, as the profile has them. A case whose day
of onset (or sample) is not known, and whoever a case exposed, weighs 1 on every day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import floor
from typing import NamedTuple

from streams.visit import EndKnownBy, Visit
from tracer.colocation import CoLocation, meet
from tracer.profile import Profile
from tracer.question import Direction, Window
from tracer.stays import DAY_SECONDS, tells_infector

Doses = dict[int, float]
"""Weighted minutes by day: days since 1970-01-01 where the profile's days begin."""


class Exposure(NamedTuple):
    """A meeting, and how short or long it may have been: each [start, end) in epoch seconds."""

    met: CoLocation
    least: Window
    """What both certainly shared; empty where they may have shared nothing."""
    most: Window
    """What both may have shared at the most."""

    @property
    def rests_on_inferred_end(self) -> bool:
        """May it have been shorter or longer, for an end that no scan told?"""
        return self.least != self.most


@dataclass(frozen=True)
class Measure:
    """The rule by which exposures are measured, in the window and direction in which they were found."""

    profile: Profile
    window: Window
    direction: Direction = "forward"
    day_zero: Mapping[int, int] = field(default_factory=dict)
    """Per case the first second of the day of onset, or of the sample."""
    own: Mapping[int, Window] = field(default_factory=dict)
    """Per case the window to which its meetings were clipped (`mine`)."""

    @property
    def has_duration(self) -> bool:
        """False where moments are compared: no minutes, and so no dose."""
        return self.profile.rule == "overlap"

    @cached_property
    def is_plain(self) -> bool:
        """Is a dose nothing but minutes?"""
        rule = self.profile
        weighs = rule.whole_minutes or (rule.day_weights and self.day_zero)
        return self.has_duration and not weighs and not tells_infector(rule)

    def exposure(self, met: CoLocation) -> Exposure:
        """The meeting with its bounds. Least is never more, and most never less, than what is expected."""
        expected = Window(met.start, met.end)
        if not self.has_duration or (is_certain(met.mine) and is_certain(met.theirs)):
            return Exposure(met, expected, expected)
        if self._as_stored:
            return self._exposure_as_stored(met, expected)
        least = self._shared(_leaving(met.mine, earliest=True), _leaving(met.theirs, earliest=True))
        most = self._shared(_leaving(met.mine, earliest=False), _leaving(met.theirs, earliest=False))
        return Exposure(
            met,
            # Rounding to a grid may move a shorter stay to where it covers more.
            Window(*max(((least.since, least.until), expected), key=_shortness)),
            Window(*min(((most.since, most.until), expected), key=_shortness)),
        )

    def infector_of(self, met: CoLocation) -> Visit:
        """The visit of the one who may have passed it on."""
        return met.mine if self.direction == "forward" else met.theirs

    def exposed_of(self, met: CoLocation) -> Visit:
        """The visit of the other one."""
        return met.theirs if self.direction == "forward" else met.mine

    def dose(self, met: CoLocation) -> float:
        """The weighted minutes of one exposure."""
        if self.is_plain:
            return (met.end - met.start) / 60
        return sum(self.doses(met, met.start, met.end).values())

    def doses(self, met: CoLocation, start: int, end: int) -> Doses:
        """The weighted minutes of the part [start, end) of an exposure, by day."""
        infector = self.infector_of(met)
        zero = self.day_zero.get(infector.person) if self.profile.day_weights else None
        offset = round(self.profile.utc_offset_hours * 3600)
        weights = dict(self.profile.day_weights)
        found: Doses = {}
        for first, last in _days(start, end, -offset, zero):
            alone = max(0, last - max(first, infector.departed))
            minutes = (last - first - alone + alone * self.profile.tail_weight) / 60
            if self.profile.whole_minutes:
                minutes = floor(minutes + 0.5)
            weight = 1.0 if zero is None else weights.get((first - zero) // DAY_SECONDS, 0.0)
            day = (first + offset) // DAY_SECONDS
            found[day] = found.get(day, 0.0) + minutes * weight
        return found

    @cached_property
    def _as_stored(self) -> bool:
        """Does the rule take stays as they are? Nearly all do, and then the bounds are quickly found."""
        return not tells_infector(self.profile)

    def _exposure_as_stored(self, met: CoLocation, expected: Window) -> Exposure:
        mine, theirs, start = met.mine, met.theirs, met.start
        until = min(self.own.get(mine.person, self.window).until, self.window.until)
        least = min(mine.departed_min, theirs.departed_min, met.end)
        most = max(min(mine.departed_max, theirs.departed_max, until), met.end)
        return Exposure(met, Window(start, max(start, least)), expected._replace(until=most))

    def _shared(self, mine: Visit, theirs: Visit) -> Window:
        since, until = self.own.get(mine.person, self.window)
        window = Window(max(since, self.window.since), min(until, self.window.until))
        met = meet(mine, theirs, self.profile, window, 0, direction=self.direction)
        return Window(met.start, met.end) if met else Window(mine.arrived, mine.arrived)


def _days(start: int, end: int, midnight: int, zero: int | None) -> Iterator[tuple[int, int]]:
    """[start, end) cut where a day begins, of the calendar and of the count from onset."""
    while start < end:
        cuts = [
            start + DAY_SECONDS - (start - phase) % DAY_SECONDS
            for phase in (midnight, zero)
            if phase is not None
        ]
        last = min(end, *cuts)
        yield start, last
        start = last


def is_certain(visit: Visit) -> bool:
    """Is the end of this stay known, and not inferred?"""
    return visit.departed_min == visit.departed == visit.departed_max


def was_checked_out(visit: Visit) -> bool:
    """Did a scan tell the end of this stay?"""
    return visit.ended == EndKnownBy.checkout


def _leaving(visit: Visit, *, earliest: bool) -> Visit:
    if earliest:
        left = min(visit.departed_min, visit.departed)
        return visit._replace(departed=left, ended=EndKnownBy.checkout)
    return visit._replace(departed=max(visit.departed_max, visit.departed))


def _shortness(span: tuple[int, int]) -> int:
    return span[0] - span[1]
