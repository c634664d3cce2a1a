"""Where a rule lets a stay last until midnight because nobody knows its end, a later check-in does tell it.

`streams.sessions` takes the next check-in elsewhere for an end only within some hours, after which it says
that the end is assumed. A rule that goes on until midnight has to look for it as long.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection

from storage.ports import VisitReader
from storage.spans import chunks
from streams.visit import EndKnownBy, Visit
from tracer.profile import Profile
from tracer.stays import exposed_stay, is_assumed

PEOPLE_PER_READ = 1_000


def ended_by_next(reader: VisitReader, visits: Collection[Visit], profile: Profile) -> Collection[Visit]:
    """These stays of exposed people; where `until_midnight` asks, an assumed end is the next check-in.

    The next check-in is the first from the assumed end on, anywhere: before that end only a room inside
    the place can lie. Stays that nobody's next check-in ends before midnight are as they were. One more
    read for every PEOPLE_PER_READ people with such stays; none under other profiles.
    """
    assumed = [one for one in visits if is_assumed(one)] if profile.until_midnight else []
    if not assumed:
        return visits
    since = min(one.departed for one in assumed)
    until = max(exposed_stay(one, profile)[1] for one in assumed)
    arrivals = _arrivals(reader, {one.person for one in assumed}, since, until) if since < until else {}
    return [_ended(one, arrivals.get(one.person, []), profile) for one in visits]


def _arrivals(reader: VisitReader, people: Collection[int], since: int, until: int) -> dict[int, list[int]]:
    """When each of these people checked in, in order. A reversed stay has a wrong time, so it tells none."""
    found: dict[int, list[int]] = defaultdict(list)
    for some in chunks(sorted(people), PEOPLE_PER_READ):
        for visit in reader.visits_of(some, since, until):
            if visit.departed >= visit.arrived:
                found[visit.person].append(visit.arrived)
    for times in found.values():
        times.sort()
    return found


def _ended(visit: Visit, arrivals: list[int], profile: Profile) -> Visit:
    following = bisect_left(arrivals, visit.departed)
    if not is_assumed(visit) or following == len(arrivals):
        return visit
    end = arrivals[following]
    if end >= exposed_stay(visit, profile)[1]:
        return visit
    return visit._replace(departed=end, departed_max=end, ended=EndKnownBy.next_scan)
