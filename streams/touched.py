"""What several new scans of a person could have changed and changed back, for many people at once.

The same as `streams.revise.touched_twice`, for people whose scans are plain (`streams.revise_many`).
"""

import numpy as np

from streams.sessions import DAY, DEBOUNCE_SECONDS_MAX
from streams.sorting import places_in
from streams.stays import NEVER, Places, Rows, Stays, names_of
from streams.tables import U64, Bools, Ints
from streams.visit import EndKnownBy


def touched_twice(earlier: Stays, later: Stays, rows: Rows, fresh: Rows, places: Places) -> Stays:
    """Stays that hold no scan, in place of those that must be written again; sorted by name.

    rows: all scans of the people who have several new ones; fresh: the new ones of these; both by time.
    """
    names = _possible(earlier, later, rows, fresh)
    place, arrived = np.divmod(names.astype(np.int64), 2**32)
    owner = places.owner[place]
    over = np.maximum(arrived, np.maximum(*(_over(some, names) for some in (earlier, later))))
    known = (fresh.owner << 32) + fresh.at
    first = (owner << 32) + np.maximum(0, arrived - DEBOUNCE_SECONDS_MAX)
    touching = np.searchsorted(known, (owner << 32) + over, "right") - np.searchsorted(known, first)

    there = (fresh.place << 32) + fresh.at
    after, until = (place << 32) + over, (place << 32) + np.maximum(over, arrived + DAY)
    outs, all_ = (
        np.searchsorted(some, until, "right") - np.searchsorted(some, after, "right")
        for some in (np.sort(there[fresh.out]), np.sort(there))
    )
    touching += np.where(outs > 0, all_, 0)

    again = touching > 1
    at = arrived[again]
    nothing = np.zeros(len(at), np.int64)
    return Stays(owner[again], place[again], at, at, at, at, nothing + EndKnownBy.cap, nothing)


def _possible(earlier: Stays, later: Stays, rows: Rows, fresh: Rows) -> U64:
    """The names of all stays that two new scans can touch, and of some more; each once and sorted.

    Such a stay began, or may have lasted, since its owner's first new scan, or one of them is an out-scan
    of its place.
    """
    first = np.full(int(rows.owner.max()) + 1, NEVER)
    np.minimum.at(first, fresh.owner, fresh.at)
    left = np.zeros(int(rows.place.max()) + 1, bool)
    left[fresh.place[fresh.out]] = True
    chosen = ~rows.out & ((rows.at >= first[rows.owner]) | left[rows.place])
    began = ((rows.place[chosen] << 32) + rows.at[chosen]).astype(np.uint64)
    lasted = (names_of(some)[_lasting(some, first)] for some in (earlier, later))
    return np.unique(np.concatenate([began, *lasted]))


def _lasting(stays: Stays, first: Ints) -> Bools:
    """Which may have lasted until their owner's first new scan?"""
    known = stays.owner < len(first)
    return known & (stays.departed_max >= first[np.where(known, stays.owner, 0)])


def _over(stays: Stays, names: U64) -> Ints:
    """When each of the named stays is certainly over, 0 for one that is not among these."""
    if not len(stays.owner):
        return np.zeros(len(names), np.int64)
    at, there = places_in(names_of(stays), names)
    return np.where(there, stays.departed_max[at], 0)
