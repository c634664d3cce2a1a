"""Where and when to look for the people someone may have met.

A reader answers with everyone present, which is more than those who met under a profile: what it
returns is always filtered by `tracer.colocation.meet` afterwards. It is never less.
"""

from collections.abc import Iterable, Mapping

from producers.scan import SECONDS_MAX
from storage.ports import Presence
from streams.visit import Visit
from tracer.profiles import Profile
from tracer.question import Window


def visits_span(span: Window, profile: Profile) -> Window:
    """When to read a person's own visits so that no exposure starting in `span` is missed.

    The other check-in of a pair may be the later one, so our own may lie before the span.
    """
    return Window(max(0, span.since - profile.seconds_apart_max), span.until)


def presences(visits: Iterable[Visit], spans: Mapping[int, Window], profile: Profile) -> list[Presence]:
    """Where to ask who was there: for every visit, the seconds that may start an exposure.

    spans: per person, when an exposure may start. A visit that can start none asks nothing.
    """
    return [
        place
        for visit in visits
        if (place := _presence(visit, spans[visit.person], profile)).since < place.until
    ]


def _presence(visit: Visit, span: Window, profile: Profile) -> Presence:
    """Two who share a stay are both present when it starts; two arrivals are `apart` at most."""
    if profile.rule == "overlap":
        return Presence(visit.venue, max(visit.arrived, span.since), min(visit.departed, span.until))
    apart = profile.seconds_apart_max
    # Where our own check-in lies before the span, the other one must be the later and lie in it.
    since = span.since if visit.arrived < span.since else max(0, visit.arrived - apart)
    until = min(visit.arrived + apart + 1, span.until, SECONDS_MAX) if visit.arrived < span.until else since
    return Presence(visit.venue, since, until)
