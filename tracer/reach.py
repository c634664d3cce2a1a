"""Where and when to look for the people someone may have met.

A reader answers with everyone present, which is more than those who met under a profile: what it
returns is always filtered by `tracer.colocation.meet` afterwards. It is never less.
"""

from collections.abc import Iterable, Mapping

from producers.scan import SECONDS_MAX
from storage.ports import Presence
from streams.visit import Visit
from tracer.profile import Profile
from tracer.question import Direction, Window
from tracer.stays import exposed_stay, infectious_stay, stretch_of


def visits_span(span: Window, profile: Profile) -> Window:
    """When to read a person's own visits so that no exposure starting in `span` is missed.

    The other check-in of a pair may be the later one, and a rule may stretch a stay, so our own may lie
    before the span.
    """
    before, after = stretch_of(profile)
    since = span.since - profile.seconds_apart_max - after
    return Window(max(0, since), min(span.until + before, SECONDS_MAX))


def presences(
    visits: Iterable[Visit],
    spans: Mapping[int, Window],
    profile: Profile,
    direction: Direction = "forward",
) -> list[Presence]:
    """Where to ask who was there: for every visit, the seconds that may start an exposure.

    spans: per person, when an exposure may start. A visit that can start none asks nothing.
    """
    return [
        place
        for visit in visits
        if (place := _presence(visit, spans[visit.person], profile, direction)).since < place.until
    ]


def _presence(visit: Visit, span: Window, profile: Profile, direction: Direction) -> Presence:
    """Two who share a stay are both present when it starts; two arrivals are `apart` at most."""
    if profile.rule == "instants":
        return _near(visit, span, profile.seconds_apart_max)
    if direction == "forward":
        start, end = infectious_stay(visit, profile)
    elif profile.rule == "inside":
        start, end = visit.arrived, visit.arrived + 1
    else:
        start, end = exposed_stay(visit, profile)
    since, until = max(start, span.since), min(end, span.until)
    if since >= until:
        return Presence(visit.venue, since, since)
    # Who is there by the rule may have left by the clock, or be yet to come.
    before, after = stretch_of(profile)
    return Presence(visit.venue, max(0, since - after), min(until + before, SECONDS_MAX))


def _near(visit: Visit, span: Window, apart: int) -> Presence:
    # Where our own check-in lies before the span, the other one must be the later and lie in it.
    since = span.since if visit.arrived < span.since else max(0, visit.arrived - apart)
    until = min(visit.arrived + apart + 1, span.until, SECONDS_MAX) if visit.arrived < span.until else since
    return Presence(visit.venue, since, until)
