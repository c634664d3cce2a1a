"""The rules of `streams.sessions` for many people at once, in sweeps over sorted arrays.

Only the plain case, which is nearly all of a nation's traffic: no out-scan that names its in-scan,
no venue inside another. `streams.revise_many` gives the rest to `sessions.assemble`, which is also
the oracle of this file.
"""

from typing import NamedTuple

import numpy as np

from streams.sessions import CHECKOUT_SECONDS_MAX, Rules
from streams.sorting import stable_order
from streams.tables import U64, Bools, Ints
from streams.visit import SCANS_MAX, EndKnownBy

NEVER = np.int64(2**40)


class Rows(NamedTuple):
    """Scans sorted by (owner, anchor, at, direction, venue, scan_id), all plain.

    owner: a small number per person; place: one per person and venue, an index into `Places`.
    """

    owner: Ints
    at: Ints
    out: Bools
    place: Ints


class Places(NamedTuple):
    """By place: whose it is (sorted), the default stay in seconds, whether nobody described the venue.

    Each person has places of his own, so that a place and a second are one number of 63 bits, however many
    people and venues a batch has.
    """

    owner: Ints
    stay: Ints
    unknown: Bools


class Stays(NamedTuple):
    """Visits sorted by (place, arrived), one array a field."""

    owner: Ints
    place: Ints
    arrived: Ints
    departed: Ints
    departed_min: Ints
    departed_max: Ints
    ended: Ints
    scans: Ints


NONE = Stays(*[np.zeros(0, np.int64)] * 8)


def names_of(stays: Stays) -> U64:
    """(place, arrived) as one sorted number."""
    return ((stays.place << 32) + stays.arrived).astype(np.uint64)


def assemble_many(rows: Rows, places: Places, rules: Rules) -> Stays:
    """The visits of all these people; equal to `sessions.assemble` of each."""
    by_venue = stable_order(rows.place)
    group = rows.place[by_venue]
    at = rows.at[by_venue]
    out = rows.out[by_venue]
    seen = np.flatnonzero(~out)
    begins = _begins(seen, group, at, out, rules.debounce_seconds)
    first = seen[begins]
    last = seen[np.append(begins[1:], len(seen)) - 1] if len(begins) else first
    scans = np.diff(np.append(begins, len(seen)))

    arrived, last_seen = at[first], at[last]
    place = group[first]
    following = np.full(len(first), NEVER)
    again = np.flatnonzero(group[first[1:]] == group[first[:-1]])
    following[again] = arrived[again + 1]

    after = np.minimum(last + 1, len(at) - 1)
    checked_out = (last + 1 < len(at)) & out[after] & (group[after] == group[last])
    checked_out &= at[after] - arrived <= CHECKOUT_SECONDS_MAX

    stay = places.stay[place]
    reach = np.maximum(stay, rules.stay_seconds_max)
    elsewhere = _next_elsewhere(by_venue[last], rows)
    moved = (stay > 0) & (elsewhere - arrived <= reach) & (elsewhere <= following)

    latest = np.maximum(last_seen, np.minimum(arrived + np.where(stay > 0, reach, 0), following))
    default = np.maximum(last_seen, np.minimum(latest, arrived + stay))
    by_default = np.where(places.unknown[place], int(EndKnownBy.cap), int(EndKnownBy.venue_default))
    known = [checked_out, moved]
    return Stays(
        owner=rows.owner[by_venue][first],
        place=place,
        arrived=arrived,
        departed=np.select(known, [at[after], elsewhere], default),
        departed_min=np.where(checked_out, at[after], last_seen),
        departed_max=np.select(known, [at[after], elsewhere], latest),
        ended=np.select(known, [int(EndKnownBy.checkout), int(EndKnownBy.next_scan)], by_default),
        scans=np.minimum(scans, SCANS_MAX),
    )


def _begins(seen: Ints, group: Ints, at: Ints, out: Bools, debounce: int) -> Ints:
    """Which of the in-scans (positions `seen`) begin a stay: indexes into `seen`."""
    if not len(seen):
        return seen
    earlier, later = seen[:-1], seen[1:]
    outs = np.cumsum(out)
    new = (group[later] != group[earlier]) | (at[later] - at[earlier] > debounce)
    new |= outs[later] > outs[earlier]
    return np.flatnonzero(np.append(True, new))


def _next_elsewhere(position: Ints, rows: Rows) -> Ints:
    """For scans at these positions: when their owner was next, later, scanned at another venue."""
    total = len(rows.at)
    if not total:
        return position
    run_ends = np.flatnonzero((rows.owner[1:] != rows.owner[:-1]) | (rows.place[1:] != rows.place[:-1])) + 1
    run_ends = np.append(run_ends, total)
    next_run = np.repeat(run_ends, np.diff(run_ends, prepend=0))
    owner, place, seen = rows.owner[position], rows.place[position], rows.at[position]
    found = next_run[position]
    while True:
        inside = np.minimum(found, total - 1)
        same_person = (found < total) & (rows.owner[inside] == owner)
        skip = same_person & ((rows.at[inside] == seen) | (rows.place[inside] == place))
        if not skip.any():
            return np.where(same_person, rows.at[inside], NEVER)
        # Another venue in the same second says nothing: step on. The same venue: on to where it ends.
        step = np.where(rows.place[inside] == place, next_run[inside], found + 1)
        found = np.where(skip, step, found)
