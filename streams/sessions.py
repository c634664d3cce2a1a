"""How scans become visits.

| question                    | answer                                            | why                      |
|-----------------------------|---------------------------------------------------|--------------------------|
| when does a visit begin     | at an in-scan, or one of unknown direction        | codes seldom say which   |
| the same venue again, soon  | the same visit, if within the debounce of the scan| double beeps; users of   |
|                             | before and no out-scan between (one that names its| CWA had several visits   |
|                             | in-scan: if that is the scan before); always in a |                          |
|                             | second (`repeat_in`)                              |                          |
| out-scan naming its in-scan | ends that visit, however long it was; of several  | it was given as a stay   |
|                             | the latest; an in-scan it names is one            |                          |
| out-scan naming none        | ends the visit before it that began within a day  | no exit takes longer     |
| a second out-scan           | changes nothing, is kept as a scan (`second_out`) | double beep              |
| out-scan without in-scan,   | makes no visit, is kept as a scan                 | its arrival is unknown   |
| or before it                | (`out_without_in`)                                |                          |
| no out-scan                 | the next scan at a venue not inside this one ends | SafeEntry's tracers do;  |
|                             | it, if within the longer of default stay and cap  | a room is in a building  |
| an out-scan elsewhere       | is such a next scan, unless it names its in-scan: | a stay lasts up to 31    |
|                             | in at B 0:00, in at A 1:00, out of B (since 0:00) | days: its end would have |
|                             | 2:00; A ends by its default stay. Named by none,  | to be looked for as far  |
|                             | that out-scan ends A at 2:00                      | back, see below          |
| no next scan either         | the venue's default stay; for a venue nobody      | NHS: midnight made false |
|                             | described that of kind `unknown`; never midnight  | matches                  |
| the same venue again, later | a new visit; the one before cannot outlast its    | nobody is there twice    |
|                             | arrival (`second_in`, where that one was open)    |                          |
| seen there after its end    | the end is the last in-scan                       | it was there then        |
| a default stay of 0 minutes | an instant                                        | a checkpoint is passed   |
| an out and an in, one second| the out ends the visit before, the in begins one  | stays are half-open      |
| two scans claim one id      | both count; an id decides nothing here            | an id that was drawn     |
|                             | (`streams.revise` reports it)                     | twice costs no exposure  |

What became of a scan is told by its outcome, in quotes here (`streams.outcomes`; `truyvet scans`).

The rule is a function of the set of scans, so their order of arrival cannot matter. It is local:
whether a visit exists depends on scans from the debounce before its arrival on, and how it ends
on scans from its arrival on; nothing further to the left is asked. `streams.revise` relies on it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from producers.venue import Venue
from streams.timeline import Direction, Scan
from streams.visit import SCANS_MAX, EndKnownBy, Visit

DAY = 86_400
CHECKOUT_SECONDS_MAX = DAY
"""An out-scan that names no in-scan ends a visit that began at most this long before it."""
DEBOUNCE_SECONDS_MAX = 3600
"""The longest debounce an operator may set."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator may set. debounce <= 1 h and stay <= 24 h bound how far one scan reaches."""

    debounce_seconds: int = 300
    stay_seconds_max: int = 4 * 3600


class Stay(NamedTuple):
    """The in-scans of one visit at one venue, and the end they name themselves, if any."""

    arrived: int
    last_seen: int
    scans: int
    named_end: int | None


class Whereabouts(NamedTuple):
    """Every moment that proves where the person was, in order, and what the rules need to read it."""

    at: Sequence[int]
    venue: Sequence[int]
    rules: Rules
    venues: Mapping[int, Venue]


def assemble(
    person: int, scans: Sequence[Scan], *, rules: Rules, venues: Mapping[int, Venue]
) -> dict[tuple[int, int], Visit]:
    """The visits of one person, by (venue, arrived). `scans` sorted; `venues` knows each venue."""
    by_venue: dict[int, list[Scan]] = defaultdict(list)
    for scan in scans:
        by_venue[scan.venue].append(scan)
    proofs = sorted((s.anchor, s.venue) for s in scans)
    where = Whereabouts([at for at, _ in proofs], [venue for _, venue in proofs], rules, venues)
    visits = {}
    for venue, here in by_venue.items():
        stays, outs = _stays(here, rules.debounce_seconds)
        for stay, following in zip_longest(stays, [later.arrived for later in stays[1:]]):
            end = _end(stay, following, outs, venues[venue], where)
            visits[venue, stay.arrived] = Visit(venue, stay.arrived, person, *end, min(stay.scans, SCANS_MAX))
    return visits


def _stays(here: Sequence[Scan], debounce: int) -> tuple[list[Stay], list[int]]:
    """The stays at one venue in order of arrival, and the moments of out-scans that name none."""
    outs = sorted(s.at for s in here if s.direction == Direction.out)
    arrivals: dict[int, tuple[int, int | None]] = {}
    for scan in here:
        if scan.direction == Direction.out:
            continue
        count, named_end = arrivals.get(scan.anchor, (0, None))
        if scan.direction == Direction.closing:
            named_end = scan.at if named_end is None else max(named_end, scan.at)
        else:
            count += 1
        arrivals[scan.anchor] = (count, named_end)
    stays: list[Stay] = []
    previous_end: int | None = None
    for at in sorted(arrivals):
        count, named_end = arrivals[at]
        last = stays[-1] if stays else None
        if (
            last
            and at - last.last_seen <= debounce
            and not _left_between(last.last_seen, at, outs, previous_end)
        ):
            ends = [end for end in (last.named_end, named_end) if end is not None]
            stays[-1] = Stay(last.arrived, at, last.scans + count, max(ends, default=None))
        else:
            stays.append(Stay(at, at, count, named_end))
        previous_end = named_end
    return stays, outs


def _left_between(seen: int, again: int, outs: Sequence[int], named_end: int | None) -> bool:
    """Did the person leave after being seen and at or before being seen again?"""
    if named_end is not None and named_end <= again:
        return True
    after = bisect_right(outs, seen)
    return after < len(outs) and outs[after] <= again


def _end(
    stay: Stay, following: int | None, outs: Sequence[int], venue: Venue, where: Whereabouts
) -> tuple[int, int, int, EndKnownBy]:
    """(departed, earliest, latest, how known) of one stay."""
    out = stay.named_end if stay.named_end is not None else _checkout(stay, following, outs)
    if out is not None:
        out = max(out, stay.last_seen)
        return out, out, out, EndKnownBy.checkout
    seen = stay.last_seen
    default = venue.stay_minutes * 60
    reach = max(default, where.rules.stay_seconds_max)
    last = min(x for x in (stay.arrived + (reach if default else 0), following) if x is not None)
    again = _next_elsewhere(seen, last, venue, where) if default else None
    if again is not None:
        return again, seen, again, EndKnownBy.next_scan
    latest = max(seen, last)
    departed = max(seen, min(latest, stay.arrived + default))
    known = EndKnownBy.cap if venue.kind == "unknown" else EndKnownBy.venue_default
    return departed, seen, latest, known


def _checkout(stay: Stay, following: int | None, outs: Sequence[int]) -> int | None:
    """The first out-scan after the stay was last seen and before the next stay at the venue."""
    index = bisect_right(outs, stay.last_seen)
    if index < len(outs):
        out = outs[index]
        if (following is None or out <= following) and out - stay.arrived <= CHECKOUT_SECONDS_MAX:
            return out
    return None


def _next_elsewhere(seen: int, last: int, venue: Venue, where: Whereabouts) -> int | None:
    """When the person was next, after `seen` and until `last`, at a venue neither this one nor inside it."""
    for index in range(bisect_right(where.at, seen), bisect_right(where.at, last)):
        other = where.venue[index]
        if other != venue.key and not _inside(other, venue.key, where.venues):
            return where.at[index]
    return None


def _inside(venue: int, outer: int, venues: Mapping[int, Venue]) -> bool:
    """Does the venue lie inside the outer one? Ends on a cycle in the registry."""
    seen = set()
    while venue and venue not in seen:
        seen.add(venue)
        found = venues.get(venue)
        venue = found.inside if found else 0
        if venue == outer:
            return True
    return False
