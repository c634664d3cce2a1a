"""`streams.revise` for a whole batch of people at once, over arrays; the same answers.

People whose scans are not plain (an out-scan naming its in-scan, a venue inside another) or of which
two claim one id (is it a conflict?) go through `revise.revise` one by one.
"""

from collections.abc import Mapping, Sequence
from operator import add
from typing import NamedTuple

import numpy as np

from producers.venue import Venue
from streams.revise import KEEP_SECONDS, VERSION_STEP, Verdict, revise
from streams.sessions import DEBOUNCE_SECONDS_MAX, Rules
from streams.stays import Places, Rows, Stays, assemble_many, names_of
from streams.tables import SCAN, U8, U64, Bools, Ints, ScanArray, VisitRow, VisitTable
from streams.timeline import SINCE_STRUCT, Direction, Scan, bodies, pack, sinces, unpack
from streams.touched import touched_twice

VERDICTS = (Verdict.stored, Verdict.duplicate, Verdict.conflicting)
STORED, DUPLICATE, CONFLICTING = range(3)
HEAD = SINCE_STRUCT.size
NUMBERED_MAX = 2**31
"""(owner, place) and a second share 63 bits. `streams.isolate` halves a batch that has more of them."""


class Revisions(NamedTuple):
    """One packed timeline per person, the visits to write, one verdict (an index) per new scan."""

    timelines: list[bytes]
    visits: VisitTable
    verdicts: U8


class Batch(NamedTuple):
    """What is asked: people, their timelines so far, and new scans in order of arrival."""

    persons: Sequence[int]
    timelines: Sequence[bytes]
    owner: Ints
    """scans[i] is of persons[owner[i]]."""
    scans: ScanArray
    rules: Rules
    venues: Mapping[int, Venue]


class Known(NamedTuple):
    """Every scan now known, sorted by (owner, *Scan), each once."""

    owner: Ints
    scans: ScanArray
    key: Ints
    """owner * 2**32 + anchor: sorted."""
    before: Bools
    """Was it known before this batch?"""


def revise_many(batch: Batch) -> Revisions:
    """Take the new scans into the timelines, each complete from `needed_since` of its new scans."""
    old_owner, old, since = unpacked(batch.timelines)
    known, verdicts = merged(old_owner, old, batch.owner, batch.scans)
    people = len(batch.persons)
    place_keys, place = np.unique(known.scans["venue"], return_inverse=True)
    if people * len(place_keys) >= NUMBERED_MAX:
        raise OverflowError("so many people and places cannot be numbered: give the batch in parts")
    registered = [batch.venues[key] for key in place_keys.tolist()]
    slow = _not_plain(known, place, registered, people)

    fresh = np.bincount(known.owner[~known.before], minlength=people)
    plain = ((fresh > 0) & ~slow)[known.owner]
    several = (fresh > 1)[known.owner]
    rows = Rows(
        known.owner, known.scans["at"].astype(np.int64), known.scans["direction"] == Direction.out, place
    )
    places = Places(
        np.array([venue.stay_minutes * 60 for venue in registered], np.int64),
        np.array([venue.kind == "unknown" for venue in registered], bool),
    )
    earlier = assemble_many(_only(rows, plain & known.before), places, batch.rules)
    later = assemble_many(_only(rows, plain), places, batch.rules)
    again = plain & several
    if again.any():
        fresh_rows = _only(rows, again & ~known.before)
        earlier = touched_twice(earlier, later, _only(rows, again), fresh_rows, len(places.stay))
    written, gone = _difference(earlier, later, len(places.stay))
    persons = np.array(batch.persons, np.uint64)
    done = Revisions(
        packed(known, since, people),
        _table(written, gone, known, (persons, place_keys)),
        verdicts,
    )
    return _one_by_one(batch, slow, done) if slow.any() else done


def unpacked(timelines: Sequence[bytes]) -> tuple[Ints, ScanArray, Ints]:
    counts = (np.fromiter(map(len, timelines), np.int64, len(timelines)) - HEAD) // SCAN.itemsize
    scans = np.frombuffer(bodies(timelines), SCAN)
    since = np.frombuffer(sinces(timelines), "<u4").astype(np.int64)
    return np.repeat(np.arange(len(timelines)), counts), scans, since


def merged(old_owner: Ints, old: ScanArray, new_owner: Ints, new: ScanArray) -> tuple[Known, U8]:
    """Sort old and new together, keep the first of equals, and say which of the new were equal."""
    owner = np.concatenate([old_owner, new_owner])
    scans = np.concatenate([old, new])
    key = (owner << 32) + scans["anchor"].astype(np.int64)
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    tied = np.flatnonzero(sorted_key[1:] == sorted_key[:-1])
    if len(tied):
        slots = np.unique(np.concatenate([tied, tied + 1]))
        some = order[slots]
        rest = [some, *(scans[name][some] for name in ("scan_id", "venue", "direction", "at")), key[some]]
        order[slots] = some[np.lexsort(rest)]
    scans = scans[order]
    repeat = np.zeros(len(order), bool)
    if len(tied):
        repeat[1:] = (sorted_key[1:] == sorted_key[:-1]) & (scans[1:] == scans[:-1])
    verdicts = np.full(len(new), STORED, np.uint8)
    verdicts[order[repeat] - len(old)] = DUPLICATE
    kept = order[~repeat]
    return Known(owner[kept], scans[~repeat], sorted_key[~repeat], kept < len(old)), verdicts


def _not_plain(known: Known, place: Ints, registered: Sequence[Venue], people: int) -> Bools:
    """Whose scans need what only `sessions.assemble` and `revise.revise` know?"""
    nested = np.array([venue.inside != 0 for venue in registered], bool)
    slow = np.zeros(people, bool)
    slow[known.owner[(known.scans["direction"] == Direction.closing) | nested[place]]] = True
    mixed = known.scans["scan_id"] ^ (known.owner.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    order = np.argsort(mixed)
    same = np.flatnonzero(mixed[order][1:] == mixed[order][:-1])
    slow[known.owner[order[same]]] = True
    slow[known.owner[order[same + 1]]] = True
    return slow


def _only(rows: Rows, mask: Bools) -> Rows:
    return Rows(rows.owner[mask], rows.at[mask], rows.out[mask], rows.place[mask])


def _difference(earlier: Stays, later: Stays, places: int) -> tuple[Stays, int]:
    """What stood before and does not now (so many come first), and what stands now and did not."""
    before, now = names_of(earlier, places), names_of(later, places)
    same = np.zeros(len(now), bool)
    if len(before):
        at = np.minimum(np.searchsorted(before, now), len(before) - 1)
        same = before[at] == now
        for then, today in zip(earlier[3:], later[3:], strict=True):
            same &= then[at] == today
    gone = ~np.isin(before, now, assume_unique=True)
    columns = [np.concatenate([then[gone], today[~same]]) for then, today in zip(earlier, later, strict=True)]
    return Stays(*columns), int(np.count_nonzero(gone))


def _table(written: Stays, gone: int, known: Known, names: tuple[U64, U64]) -> VisitTable:
    """The rows to write; the version counts the owner's scans from the debounce before the arrival on."""
    persons, venues = names
    first = (written.owner << 32) + np.maximum(0, written.arrived - DEBOUNCE_SECONDS_MAX)
    version = np.searchsorted(known.key, (written.owner + 1) << 32) - np.searchsorted(known.key, first)
    return VisitTable(
        venue=venues[written.place],
        arrived=written.arrived.astype(np.uint32),
        person=persons[written.owner],
        departed=written.departed.astype(np.uint32),
        departed_min=written.departed_min.astype(np.uint32),
        departed_max=written.departed_max.astype(np.uint32),
        ended=written.ended.astype(np.uint8),
        scans=written.scans.astype(np.uint32),
        version=(VERSION_STEP * version).astype(np.uint32),
        gone=(np.arange(len(version)) < gone).astype(np.uint8),
    )


def packed(known: Known, since: Ints, people: int) -> list[bytes]:
    """Each person's timeline without what is older than KEEP_SECONDS, cut where nothing is cut in two."""
    index = np.arange(len(known.key))
    bounds = np.searchsorted(known.key, np.arange(people + 1) << 32)
    first, end = bounds[:-1].copy(), bounds[1:]
    anchor = known.key & 0xFFFFFFFF
    lonely = np.append(True, known.key[1:] - known.key[:-1] > DEBOUNCE_SECONDS_MAX)[: len(index)]
    run_start = np.maximum.accumulate(np.where(lonely, index, 0)) if len(index) else index
    at = anchor[end - 1] - KEEP_SECONDS
    old = np.flatnonzero((at > since) & (anchor[first] < at))
    if len(old):
        cut = np.searchsorted(known.key, (old << 32) + at[old])
        near = at[old] - anchor[cut - 1] <= DEBOUNCE_SECONDS_MAX
        cut = np.where(near, run_start[cut - 1], cut)
        since = since.copy()
        since[old] = np.where(near, anchor[cut], at[old])
        first[old] = cut
    heads = since.astype("<u4").view("V4").tolist()
    body = known.scans.tobytes()
    # Without a step of Python for each person: a third of the time.
    parts = map(slice, (first * SCAN.itemsize).tolist(), (end * SCAN.itemsize).tolist())
    return list(map(add, heads, map(body.__getitem__, parts)))


def _one_by_one(batch: Batch, slow: Bools, done: Revisions) -> Revisions:
    """Revise the people who are not plain, in place of what the sweeps left out."""
    rows: list[VisitRow] = []
    new = np.flatnonzero(slow[batch.owner])
    new = new[np.argsort(batch.owner[new], kind="stable")]
    for positions in np.split(new, np.flatnonzero(np.diff(batch.owner[new])) + 1):
        number = int(batch.owner[positions[0]])
        one = revise(
            batch.persons[number],
            unpack(batch.timelines[number]),
            [Scan(*scan) for scan in batch.scans[positions].tolist()],
            rules=batch.rules,
            venues=batch.venues,
        )
        done.timelines[number] = pack(one.timeline)
        done.verdicts[positions] = [VERDICTS.index(verdict) for verdict in one.verdicts]
        rows += one.rows
    return done._replace(visits=done.visits.plus(VisitTable.of(rows)))
