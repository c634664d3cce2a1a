"""What the answers must be, worked out the slow and obvious way."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from streams.visit import EndKnownBy, Visit
from tracer.chain import Edge
from tracer.colocation import CoLocation
from tracer.profiles import Profile
from tracer.question import Window


def met_slowly(a: Visit, b: Visit, profile: Profile, window: Window, min_seconds: int) -> CoLocation | None:
    """Second by second for stays; by the letter of the rule for instants. Small worlds only."""
    if a.person == b.person or a.venue != b.venue:
        return None
    if profile.rule == "instants":
        first, later = sorted([a.arrived, b.arrived])
        if later - first > profile.seconds_apart_max or later not in range(*window):
            return None
        return CoLocation(a.venue, later, later, a, b)
    shared = [
        second
        for second in range(a.arrived, a.departed)
        if second in range(b.arrived, b.departed) and second in range(*window)
    ]
    if not shared or len(shared) < min_seconds:
        return None
    return CoLocation(a.venue, shared[0], shared[-1] + 1, a, b)


def all_meetings(
    visits: Iterable[Visit],
    profile: Profile,
    window: Window,
    min_seconds: int,
    own: Mapping[int, Window] = MappingProxyType({}),
) -> list[CoLocation]:
    """Every ordered pair of visits that meet: each meeting told by both.

    own: people who tell of no second outside a window of theirs, as a case does outside its days.
    """
    every = list(visits)
    return [
        met
        for a in every
        for b in every
        if (met := met_slowly(a, b, profile, own.get(a.person, window), min_seconds)) is not None
    ]


def ended_slowly(visits: Iterable[Visit], profile: Profile) -> dict[Visit, Visit]:
    """Each stay as the rule has an exposed person's: an assumed one until the next check-in that day."""
    every = list(visits)
    day, offset = 86_400, round(profile.utc_offset_hours * 3600)
    found = {}
    for visit in every:
        later = [
            other.arrived
            for other in every
            if other.person == visit.person
            and other.arrived >= visit.departed
            and (other.arrived + offset) // day == (visit.arrived + offset) // day
        ]
        assumed = visit.ended in (EndKnownBy.venue_default, EndKnownBy.cap) and visit.departed > visit.arrived
        found[visit] = visit
        if profile.until_midnight and assumed and later:
            found[visit] = visit._replace(
                departed=min(later), departed_max=min(later), ended=EndKnownBy.next_scan
            )
    return found


Walk = tuple[Edge, ...]


def best_walks(
    case: int,
    edges: Iterable[Edge],
    window: Window,
    direction: str,
    generations_max: int,
    *,
    strict: bool = True,
    latent: int = 0,
    lasts: int | None = None,
) -> dict[int, Walk]:
    """Per person the best walk from the case that never comes back to it, by trying every walk there is.

    Best: the earliest last exposure (latest, backward), then the fewest exposures, then the smallest
    person one step nearer, then the smallest evidence.
    """
    sign = 1 if direction == "forward" else -1
    usable = [edge for edge in edges if edge.at in range(*window)]
    ends = {edge: (edge.source, edge.target)[::sign] for edge in usable}
    best: dict[int, tuple[tuple, Walk]] = {}

    def walk(person: int, done: Walk) -> None:
        if len(done) == generations_max:
            return
        for edge in usable:
            near, far = ends[edge]
            if near != person or edge in done or far == case:
                continue
            wait = sign * (edge.at - done[-1].at) if done else latent + 1
            if wait < latent or (strict and wait == 0) or (done and lasts is not None and wait > lasts):
                continue
            longer = (*done, edge)
            rank = (sign * edge.at, len(longer), near, edge.evidence)
            if far not in best or rank < best[far][0]:
                best[far] = (rank, longer)
            walk(far, longer)

    walk(case, ())
    return {person: found for person, (_, found) in best.items()}
