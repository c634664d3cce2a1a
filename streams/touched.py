"""What several new scans of a person could have changed and changed back, for many people at once.

The same as `streams.revise.touched_twice`, for people whose scans are plain (`streams.revise_many`).
"""

import numpy as np

from streams.sessions import DAY, DEBOUNCE_SECONDS_MAX
from streams.stays import Rows, Stays, names_of
from streams.tables import U64, Bools, Ints
from streams.visit import EndKnownBy


def touched_twice(earlier: Stays, later: Stays, rows: Rows, fresh: Rows, places: int) -> Stays:
    """What stood before, with stays that hold no scan in place of those that must be written again.

    rows: all scans of the people who have several new ones; fresh: the new ones of these; both by time.
    """
    possible = _possible(rows, places)
    names = names_of(possible, places)
    over = np.maximum(
        possible.arrived, np.maximum(*(_over(some, names, places) for some in (earlier, later)))
    )
    known = (fresh.owner << 32) + fresh.at
    first = (possible.owner << 32) + np.maximum(0, possible.arrived - DEBOUNCE_SECONDS_MAX)
    last = (possible.owner << 32) + over
    touching = np.searchsorted(known, last, "right") - np.searchsorted(known, first)

    group = (possible.owner * places + possible.place) << 32
    there = ((fresh.owner * places + fresh.place) << 32) + fresh.at
    after, until = group + over, group + np.maximum(over, possible.arrived + DAY)
    outs, all_ = (
        np.searchsorted(some, until, "right") - np.searchsorted(some, after, "right")
        for some in (np.sort(there[fresh.out]), np.sort(there))
    )
    touching += np.where(outs > 0, all_, 0)

    again = _chosen(possible, touching > 1)
    kept = _chosen(earlier, ~np.isin(names_of(earlier, places), names_of(again, places)))
    both = Stays(*(np.concatenate(pair) for pair in zip(kept, again, strict=True)))
    return _chosen(both, np.argsort(names_of(both, places)))


def _possible(rows: Rows, places: int) -> Stays:
    """Every stay that some of these scans could have made, each once and sorted."""
    seen = ~rows.out
    at, nothing = rows.at[seen], np.zeros(np.count_nonzero(seen), np.int64)
    cap = nothing + EndKnownBy.cap
    stays = Stays(rows.owner[seen], rows.place[seen], at, at, at, at, cap, nothing)
    _, first = np.unique(names_of(stays, places), return_index=True)
    return _chosen(stays, first)


def _over(stays: Stays, names: U64, places: int) -> Ints:
    """When each of the named stays is certainly over, 0 for one that is not among these."""
    there = names_of(stays, places)
    if not len(there):
        return np.zeros(len(names), np.int64)
    at = np.minimum(np.searchsorted(there, names), len(there) - 1)
    return np.where(there[at] == names, stays.departed_max[at], 0)


def _chosen(stays: Stays, which: Bools | Ints) -> Stays:
    return Stays(*(column[which] for column in stays))
