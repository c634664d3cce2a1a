"""`streams.revise` for a whole batch of people at once, over arrays; the same answers.

People whose scans are not plain (an out-scan naming its in-scan, a venue inside another) or of which
two claim one id (is it a conflict?) go through `revise.revise` one by one.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from producers.venue import Venue
from streams.known import Known, clean_cuts, merged, packed, unpacked
from streams.revise import NEEDED_SECONDS, VERSION_STEP, Verdict, revise
from streams.sessions import DEBOUNCE_SECONDS_MAX, Rules
from streams.sorting import places_in
from streams.stays import NONE, Places, Rows, Stays, assemble_many, names_of
from streams.tables import U8, U64, Bools, Ints, ScanArray, VisitRow, VisitTable
from streams.timeline import Direction, Scan, pack, unpack
from streams.touched import touched_twice

VERDICTS = (Verdict.stored, Verdict.duplicate, Verdict.conflicting)
"""By the numbers of `streams.known`."""


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


class Gathered(NamedTuple):
    """All that is known of a batch's people, and the venues that it names.

    since: from when on each timeline is complete. venue: of each known scan, an index into `venues`, which
    has each once.
    """

    known: Known
    verdicts: U8
    since: Ints
    venues: U64
    venue: Ints


def gathered(batch: Batch) -> Gathered:
    """The new scans among the old."""
    old_owner, old, since = unpacked(batch.timelines)
    known, verdicts = merged(old_owner, old, batch.owner, batch.scans)
    return Gathered(known, verdicts, since, *np.unique(known.scans["venue"], return_inverse=True))


def revise_many(batch: Batch, now: Gathered, rules: Rules, venues: Mapping[int, Venue]) -> Revisions:
    """Take the new scans into the timelines, each complete from `needed_since` of its new scans.

    venues: knows those of `now`.
    """
    known, people = now.known, len(batch.persons)
    registered = [venues[key] for key in now.venues.tolist()]
    slow = _not_plain(known, now.venue, registered, people)
    near = _near(known, slow)
    pairs, place = np.unique(known.owner[near] * len(registered) + now.venue[near], return_inverse=True)
    owner, venue = np.divmod(pairs, max(1, len(registered)))
    places = Places(
        owner,
        np.array([one.stay_minutes * 60 for one in registered], np.int64)[venue],
        np.array([one.kind == "unknown" for one in registered], bool)[venue],
    )
    rows = Rows(
        known.owner[near],
        known.scans["at"][near].astype(np.int64),
        known.scans["direction"][near] == Direction.out,
        place,
    )
    before = known.before[near]
    earlier = assemble_many(_only(rows, before), places, rules)
    later = assemble_many(rows, places, rules)
    several = (np.bincount(rows.owner[~before], minlength=people) > 1)[rows.owner]
    again = NONE
    if several.any():
        fresh = _only(rows, several & ~before)
        again = touched_twice(earlier, later, _only(rows, several), fresh, places)
    written, gone = _difference(earlier, later, again)
    persons = np.array(batch.persons, np.uint64)
    done = Revisions(
        packed(known, now.since, people),
        _table(written, gone, known, (persons, now.venues[venue])),
        now.verdicts,
    )
    return _one_by_one(batch, slow, done, rules, venues) if slow.any() else done


def _near(known: Known, slow: Bools) -> Ints:
    """Which scans can matter: of plain people with new ones, those from a day before the first of these on.

    A visit from before a clean cut there is over before the new scans, and nothing after it looks back.
    """
    fresh = np.flatnonzero(~known.before)
    first = fresh[np.append(True, known.owner[fresh[1:]] != known.owner[fresh[:-1]])[: len(fresh)]]
    first = first[~slow[known.owner[first]]]
    begin = np.full(len(slow), len(known.key))
    if len(first):
        owner, anchor = known.owner[first], known.key[first] & 0xFFFFFFFF
        begin[owner] = clean_cuts(known, owner, np.maximum(0, anchor - NEEDED_SECONDS))
    return np.flatnonzero(np.arange(len(known.key)) >= begin[known.owner])


def _not_plain(known: Known, venue: Ints, registered: Sequence[Venue], people: int) -> Bools:
    """Whose scans need what only `sessions.assemble` and `revise.revise` know?"""
    nested = np.array([one.inside != 0 for one in registered], bool)
    slow = np.zeros(people, bool)
    slow[known.owner[(known.scans["direction"] == Direction.closing) | nested[venue]]] = True
    mixed = known.scans["scan_id"] ^ (known.owner.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    order = np.argsort(mixed)
    same = np.flatnonzero(mixed[order][1:] == mixed[order][:-1])
    slow[known.owner[order[same]]] = True
    slow[known.owner[order[same + 1]]] = True
    return slow


def _only(rows: Rows, mask: Bools) -> Rows:
    return Rows(rows.owner[mask], rows.at[mask], rows.out[mask], rows.place[mask])


def _difference(earlier: Stays, later: Stays, again: Stays) -> tuple[Stays, int]:
    """What stood before and does not now (so many come first), and what stands now and did not.

    Those of `again` are taken to have stood before, with no scan.
    """
    before, now, twice = map(names_of, (earlier, later, again))
    at, same = places_in(before, now)
    if len(before):
        for then, today in zip(earlier[3:], later[3:], strict=True):
            same &= then[at] == today
    same &= ~places_in(twice, now)[1]
    gone = ~places_in(now, before)[1] & ~places_in(twice, before)[1]
    gone_again = ~places_in(now, twice)[1]
    columns = [
        np.concatenate([then[gone], twice[gone_again], today[~same]])
        for then, twice, today in zip(earlier, again, later, strict=True)
    ]
    return Stays(*columns), int(np.count_nonzero(gone) + np.count_nonzero(gone_again))


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


def _one_by_one(
    batch: Batch, slow: Bools, done: Revisions, rules: Rules, venues: Mapping[int, Venue]
) -> Revisions:
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
            rules=rules,
            venues=venues,
        )
        done.timelines[number] = pack(one.timeline)
        done.verdicts[positions] = [VERDICTS.index(verdict) for verdict in one.verdicts]
        rows += one.rows
    return done._replace(visits=done.visits.plus(VisitTable.of(rows)))
