"""What new scans change: one person's timeline, the visits to write, and a verdict on each scan.

Visits are recomputed over the scans known before and over those known now, and only the
difference is written. A visit's version is the number of the person's known scans that could have
shaped it or come after it: those with an anchor no more than the longest debounce before its
arrival (the longest, so that versions compare whatever the debounce is set to). Knowledge only
grows, so whoever knows more writes the higher version, and two workers that learn the same scans
in different orders end with the same visits.

A worker may die between a batch's visits and its scans, or sleep there and write when all is over; then
visits are there that nobody knows of, made of the first scans of a batch that is now cut otherwise.
They are undone because a later batch writes each visit that any of its scans would have changed, had it
come alone. For one new scan that is the difference; for several also whatever two of them could have
changed and changed back: the visits that both of them touch, written as they are now or as gone.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from producers.venue import Venue
from streams.sessions import CHECKOUT_SECONDS_MAX, DAY, DEBOUNCE_SECONDS_MAX, Rules, assemble
from streams.tables import VisitRow
from streams.timeline import Direction, Scan, Timeline
from streams.visit import EndKnownBy, Visit

Key = tuple[int, int]
"""(venue, arrived): names a visit among one person's."""

VERSION_STEP = 256
"""Between what n scans say and what n + 1 say there is room for 255 repairs (`streams.reconcile`)."""

KEEP_SECONDS = 42 * 3600
"""How much of a timeline is kept beyond the newest scan; a later scan than that reads the store."""


CONFLICT_SECONDS_MAX = DAY // 4
"""Scans of one person that differ and claim one id conflict when at most this far apart."""


class Verdict(Enum):
    """What became of one understood scan. One that conflicts is kept and counts like any other."""

    stored = "stored"
    duplicate = "duplicate"
    conflicting = "conflicting"


class Revision(NamedTuple):
    """The timeline that holds the new scans, the rows to write, one verdict per scan given."""

    timeline: Timeline
    rows: list[VisitRow]
    verdicts: list[Verdict]


NEEDED_SECONDS = CHECKOUT_SECONDS_MAX + DEBOUNCE_SECONDS_MAX


def needed_since(anchor: int) -> int:
    """From where on a timeline must be complete to take in a scan with this anchor.

    A scan reaches back to visits last seen up to a day before it: a stay, the cap and an
    unnamed check-out are all at most a day. Scans that it may conflict with are nearer.
    """
    return max(0, anchor - NEEDED_SECONDS)


def clean_cut(scans: Sequence[Scan], at: int) -> int:
    """The latest moment <= `at` with no scan of these (sorted) in the longest debounce before it."""
    index = bisect_left(scans, (at,))
    while index > 0 and at - scans[index - 1].anchor <= DEBOUNCE_SECONDS_MAX:
        index -= 1
        at = scans[index].anchor
    return at


def revise(
    person: int, known: Timeline, new: Iterable[Scan], *, rules: Rules, venues: Mapping[int, Venue]
) -> Revision:
    """Take new scans into a timeline that is complete from `needed_since` of each of them."""
    before = set(known.scans)
    anchors: dict[int, list[int]] = defaultdict(list)
    for scan in known.scans:  # in order, so each list is
        anchors[scan.scan_id].append(scan.anchor)
    verdicts = []
    after = set(before)
    for scan in new:
        if scan in after:
            verdicts.append(Verdict.duplicate)
            continue
        others = anchors[scan.scan_id]
        near = _between(others, scan.anchor - CONFLICT_SECONDS_MAX, scan.anchor + CONFLICT_SECONDS_MAX)
        verdicts.append(Verdict.conflicting if near else Verdict.stored)
        insort(others, scan.anchor)
        after.add(scan)
    if len(after) == len(before):
        return Revision(_trimmed(known), [], verdicts)
    scans = tuple(sorted(after))
    old, now = (assemble(person, some, rules=rules, venues=venues) for some in (known.scans, scans))
    if len(after) - len(before) > 1:
        old |= touched_twice(person, old, now, scans, sorted(after - before))
    rows = _difference(old, now, [scan.anchor for scan in scans])
    return Revision(_trimmed(Timeline(known.complete_since, scans)), rows, verdicts)


def version_of(anchors: Sequence[int], arrived: int) -> int:
    """How many of a person's (sorted) scans could have shaped this visit or came after it, in steps."""
    return VERSION_STEP * (len(anchors) - bisect_left(anchors, arrived - DEBOUNCE_SECONDS_MAX))


def touched_twice(
    person: int,
    old: Mapping[Key, Visit],
    now: Mapping[Key, Visit],
    scans: Sequence[Scan],
    new: Sequence[Scan],
) -> dict[Key, Visit]:
    """What several new scans (sorted) could have changed and changed back, as visits that hold no scan.

    A scan touches a visit from the longest debounce before its arrival until it is certainly over. Beyond
    that an out-scan of its venue does, for a day, and the scans there that may take the out-scan from it.
    """
    found = {}
    everywhere = [one.anchor for one in new]
    there, outs = defaultdict(list), defaultdict(list)
    for one in new:
        there[one.venue].append(one.anchor)
        if one.direction == Direction.out:
            outs[one.venue].append(one.anchor)
    for venue, at in {(scan.venue, scan.anchor) for scan in scans if scan.direction != Direction.out}:
        key = (venue, at)
        over = max((visit.departed_max for visit in (old.get(key), now.get(key)) if visit), default=at)
        touching = _between(everywhere, at - DEBOUNCE_SECONDS_MAX, over)
        if _between(outs[venue], over + 1, at + DAY):
            touching += _between(there[venue], over + 1, at + DAY)
        if touching > 1:
            found[key] = Visit(venue, at, person, at, at, at, EndKnownBy.cap, 0)
    return found


def _between(moments: Sequence[int], first: int, last: int) -> int:
    """How many of these (sorted) lie in [first, last]."""
    return max(0, bisect_right(moments, last) - bisect_left(moments, first))


def _difference(old: Mapping[Key, Visit], now: Mapping[Key, Visit], anchors: Sequence[int]) -> list[VisitRow]:
    def row(key: Key, gone: bool) -> VisitRow:
        visit = old[key] if gone else now[key]
        return VisitRow(visit, version_of(anchors, visit.arrived), gone)

    changed = [row(key, False) for key, visit in now.items() if old.get(key) != visit]
    return changed + [row(key, True) for key in old if key not in now]


def _trimmed(timeline: Timeline) -> Timeline:
    """Drop what is older than KEEP_SECONDS before the newest scan, at a clean cut."""
    scans = timeline.scans
    if not scans:
        return timeline
    at = scans[-1].anchor - KEEP_SECONDS
    if at <= timeline.complete_since or scans[0].anchor >= at:
        return timeline
    cut = clean_cut(scans, at)
    return Timeline(cut, scans[bisect_left(scans, (cut,)) :])
