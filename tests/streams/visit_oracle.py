"""The visits of one person, made from the table at the top of `streams/sessions.py` and nothing else.

Slow and plain, one venue and one stay at a time, over sets: the oracle of `sessions.assemble`.
"""

from collections.abc import Collection, Mapping
from itertools import pairwise

from producers.venue import Venue
from streams.sessions import Rules
from streams.timeline import Direction, Scan
from streams.visit import EndKnownBy, Visit

DAY = 86_400
NEVER = 2**40


def visits_of(
    person: int, scans: Collection[Scan], rules: Rules, venues: Mapping[int, Venue]
) -> dict[tuple[int, int], Visit]:
    """By (venue, arrived). Of equal scans one counts."""
    found = {}
    for venue in {scan.venue for scan in scans}:
        here = {scan for scan in scans if scan.venue == venue}
        stays = _stays(here, rules.debounce_seconds)
        for stay, later in pairwise([*stays, [NEVER]]):
            end = _end(stay, later[0], venues[venue], set(scans), rules=rules, venues=venues)
            beeps = [
                s for s in here if s.anchor in stay and s.direction in (Direction.into, Direction.unknown)
            ]
            found[venue, stay[0]] = Visit(venue, stay[0], person, *end, min(len(beeps), 65_535))
    return found


def _stays(here: set[Scan], debounce: int) -> list[list[int]]:
    """The moments of in-scans of each stay at a venue; an out-scan that names its in-scan tells of one."""
    stays: list[list[int]] = []
    before = -NEVER
    for at in sorted({scan.anchor for scan in here if scan.direction is not Direction.out}):
        named = [s.at for s in here if s.direction is Direction.closing and s.anchor == before]
        unnamed = [s.at for s in here if s.direction is Direction.out and before < s.at <= at]
        if at - before > debounce or unnamed or (named and max(named) <= at):
            stays.append([])
        stays[-1].append(at)
        before = at
    return stays


def _end(
    stay: list[int],
    again: int,
    venue: Venue,
    scans: set[Scan],
    *,
    rules: Rules,
    venues: Mapping[int, Venue],
) -> tuple[int, int, int, EndKnownBy]:
    """(departed, earliest, latest, how known) of a stay with these in-scans, next seen there at `again`."""
    arrived, seen = stay[0], stay[-1]
    here = [scan for scan in scans if scan.venue == venue.key]
    named = [s.at for s in here if s.direction is Direction.closing and s.anchor in stay]
    unnamed = [
        s.at for s in here if s.direction is Direction.out and seen < s.at <= min(again, arrived + DAY)
    ]
    if named or unnamed:
        out = max(seen, max(named) if named else min(unnamed))
        return out, out, out, EndKnownBy.checkout

    default = venue.stay_minutes * 60
    reach = arrived + max(default, rules.stay_seconds_max)
    elsewhere = [s.anchor for s in scans if s.anchor > seen and not _within(s.venue, venue.key, venues)]
    moved = min(elsewhere, default=NEVER)
    if default and moved <= min(reach, again):
        return moved, seen, moved, EndKnownBy.next_scan

    expected = max(seen, min(arrived + default, again))
    latest = max(seen, min(reach, again)) if default else seen
    known = EndKnownBy.cap if venue.kind == "unknown" else EndKnownBy.venue_default
    return expected, seen, latest, known


def _within(venue: int, outer: int, venues: Mapping[int, Venue]) -> bool:
    """Is it this venue, or one inside it?"""
    return venue == outer or (venue != 0 and _within(venues[venue].inside, outer, venues))
