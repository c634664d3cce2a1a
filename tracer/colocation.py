"""Who was at a place together: the one rule for two visits, and fast ways to apply it to many."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from streams.visit import Visit
from tracer.profile import Profile
from tracer.question import Direction, Window
from tracer.stays import exposed_stay, infectious_stay, stretch_of, tells_infector


class CoLocation(NamedTuple):
    """Two visits of different people that meet: [start, end) in epoch seconds, or one instant.

    Tuples compare by venue first, then start: the order in which equal claims are preferred.
    """

    venue: int
    start: int
    end: int
    mine: Visit
    theirs: Visit

    def turned(self) -> "CoLocation":
        """The same meeting, told by the other person."""
        return self._replace(mine=self.theirs, theirs=self.mine)


def meet(
    mine: Visit,
    theirs: Visit,
    profile: Profile,
    window: Window,
    min_seconds: int,
    *,
    direction: Direction = "forward",
) -> CoLocation | None:
    """The exposure of these two visits under a profile, or None.

    Forward, `mine` is the infector's visit and `theirs` the exposed person's; backward the other way round.
    Stays: what both share after `tracer.stays` rounded them, clipped to the window; more than 0 seconds
    and at least min_seconds. Touching ends share nothing, and nor does a stay of no length.
    Instants: the later of two arrivals at most `seconds_apart_max` apart; it must lie in the window.
    Inside: the exposed person's arrival, strictly within the infector's stay and in the window.
    A reversed stay meets nobody under any of them: one of its times is wrong, and nobody knows which.
    """
    if mine.person == theirs.person or mine.venue != theirs.venue:
        return None
    if mine.departed < mine.arrived or theirs.departed < theirs.arrived:
        return None
    if profile.rule == "instants":
        at = max(mine.arrived, theirs.arrived)
        near = abs(mine.arrived - theirs.arrived) <= profile.seconds_apart_max
        return CoLocation(mine.venue, at, at, mine, theirs) if near and _within(at, window) else None
    if not tells_infector(profile):
        start = max(mine.arrived, theirs.arrived, window.since)
        end = min(mine.departed, theirs.departed, window.until)
    else:
        infector, exposed = (mine, theirs) if direction == "forward" else (theirs, mine)
        first, last = infectious_stay(infector, profile)
        if profile.rule == "inside":
            at = exposed.arrived
            inside = first < at < last and _within(at, window)
            return CoLocation(mine.venue, at, at, mine, theirs) if inside else None
        begun, ended = exposed_stay(exposed, profile)
        start, end = max(first, begun, window.since), min(last, ended, window.until)
    if end <= start or end - start < min_seconds:
        return None
    return CoLocation(mine.venue, start, end, mine, theirs)


def _within(at: int, window: Window) -> bool:
    return window.since <= at < window.until


def missed_from(visit: Visit, profile: Profile) -> int:
    """The first second at which someone arriving can no longer meet this visit."""
    if profile.rule == "instants":
        return visit.arrived + profile.seconds_apart_max + 1
    before, after = stretch_of(profile)
    return visit.departed + before + after


def pairs_at_venue(
    visits: Iterable[Visit], profile: Profile, window: Window, min_seconds: int
) -> Iterator[CoLocation]:
    """Every meeting at one venue, each pair of visits once; `mine` is the smaller person.

    For profiles that do not tell infector from exposed (`tells_infector`). visits: all of one venue, ordered
    by arrival. Only those still there are kept, so the work is
    that of the pairs looked at and the memory that of the largest crowd.
    """
    present: list[tuple[int, Visit]] = []
    for visit in visits:
        arrived = visit.arrived
        present = [one for one in present if one[0] > arrived]
        for _, other in present:
            mine, theirs = (visit, other) if visit.person < other.person else (other, visit)
            met = meet(mine, theirs, profile, window, min_seconds)
            if met:
                yield met
        present.append((missed_from(visit, profile), visit))


def colocations_of(
    mine: Iterable[Visit],
    others: Iterable[Visit],
    profile: Profile,
    window: Window,
    min_seconds: int,
    *,
    direction: Direction = "forward",
) -> Iterator[CoLocation]:
    """Every meeting of one of `mine` with one of `others`, in no promised order.

    A visit may stand in both lists; nobody meets themself. Two people who both stand in `mine`
    and in `others` are found twice, told by each.
    """
    mine_at: dict[int, list[Visit]] = defaultdict(list)
    for visit in mine:
        mine_at[visit.venue].append(visit)
    others_at: dict[int, list[Visit]] = defaultdict(list)
    for visit in others:
        if visit.venue in mine_at:
            others_at[visit.venue].append(visit)
    for venue, theirs in others_at.items():
        for my_visit, their_visit in _crossings(mine_at[venue], theirs, profile):
            met = meet(my_visit, their_visit, profile, window, min_seconds, direction=direction)
            if met:
                yield met


def _crossings(mine: list[Visit], others: list[Visit], profile: Profile) -> Iterator[tuple[Visit, Visit]]:
    """Pairs at one venue that may meet: each found when the later of the two arrives."""
    arrivals = [(visit, True) for visit in mine] + [(visit, False) for visit in others]
    arrivals.sort(key=lambda arrival: arrival[0].arrived)
    my_present: list[tuple[int, Visit]] = []
    other_present: list[tuple[int, Visit]] = []
    for visit, is_mine in arrivals:
        arrived = visit.arrived
        entry = (missed_from(visit, profile), visit)
        if is_mine:
            other_present = [one for one in other_present if one[0] > arrived]
            yield from ((visit, other) for _, other in other_present)
            my_present.append(entry)
        else:
            my_present = [one for one in my_present if one[0] > arrived]
            yield from ((my, visit) for _, my in my_present)
            other_present.append(entry)
