"""All that is known of many people: their timelines and their new scans as one sorted array, and back."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from streams.revise import KEEP_SECONDS
from streams.sessions import DEBOUNCE_SECONDS_MAX
from streams.sorting import rows_at, stable_order
from streams.tables import SCAN, U8, Bools, Ints, ScanArray
from streams.timeline import SINCE_STRUCT, bodies, sinces

STORED, DUPLICATE, CONFLICTING = range(3)
"""What became of a new scan."""
HEAD = SINCE_STRUCT.size


class Known(NamedTuple):
    """Every scan now known, sorted by (owner, *Scan), each once."""

    owner: Ints
    scans: ScanArray
    key: Ints
    """owner * 2**32 + anchor: sorted."""
    before: Bools
    """Was it known before this batch?"""


def unpacked(timelines: Sequence[bytes]) -> tuple[Ints, ScanArray, Ints]:
    """Whose each scan is (an index), the scans of all in their order, and since when each is complete."""
    counts = (np.fromiter(map(len, timelines), np.int64, len(timelines)) - HEAD) // SCAN.itemsize
    scans = np.frombuffer(bodies(timelines), SCAN)
    since = np.frombuffer(sinces(timelines), "<u4").astype(np.int64)
    return np.repeat(np.arange(len(timelines)), counts), scans, since


def merged(old_owner: Ints, old: ScanArray, new_owner: Ints, new: ScanArray) -> tuple[Known, U8]:
    """Sort old and new together, keep the first of equals, and say which of the new were equal."""
    owner = np.concatenate([old_owner, new_owner])
    scans = np.concatenate([old, new])
    anchor = scans["anchor"].astype(np.int64)
    key = (owner << 32) + anchor
    order = _by_time(owner, anchor)
    sorted_key = key[order]
    verdicts = np.full(len(new), STORED, np.uint8)
    tied = np.flatnonzero(sorted_key[1:] == sorted_key[:-1])
    if len(tied):
        slots = np.unique(np.concatenate([tied, tied + 1]))
        some = order[slots]
        rest = [some, *(scans[name][some] for name in ("scan_id", "venue", "direction", "at")), key[some]]
        order[slots] = some[np.lexsort(rest)]
        again = tied[scans[order[tied]] == scans[order[tied + 1]]] + 1
        verdicts[order[again] - len(old)] = DUPLICATE
        order, sorted_key = np.delete(order, again), np.delete(sorted_key, again)
    return Known(owner[order], rows_at(scans, order), sorted_key, order < len(old)), verdicts


def _by_time(owner: Ints, anchor: Ints) -> Ints:
    """The order of (owner, anchor), the first of equals first."""
    if not len(anchor):
        return anchor
    since = anchor - anchor.min()  # small numbers
    return stable_order((owner << int(since.max()).bit_length()) + since)


def clean_cuts(known: Known, owner: Ints, at: Ints) -> Ints:
    """`streams.revise.clean_cut` for each of these owners: the index of the first scan behind it."""
    cut = np.searchsorted(known.key, (owner << 32) + at)
    alone = np.append(True, known.key[1:] - known.key[:-1] > DEBOUNCE_SECONDS_MAX)[: len(known.key)]
    alone[1:] |= known.owner[1:] != known.owner[:-1]
    began = np.maximum.accumulate(np.where(alone, np.arange(len(alone)), 0))
    # Before the first of all nobody is: index -1 is the last.
    near = (known.owner[cut - 1] == owner) & (at - (known.key[cut - 1] & 0xFFFFFFFF) <= DEBOUNCE_SECONDS_MAX)
    return np.where(near & (cut > 0), began[cut - 1], cut)


def packed(known: Known, since: Ints, people: int) -> list[bytes]:
    """Each person's timeline without what is older than KEEP_SECONDS, cut where nothing is cut in two."""
    bounds = np.searchsorted(known.key, np.arange(people + 1) << 32)
    first, end = bounds[:-1].copy(), bounds[1:]
    anchor = known.key & 0xFFFFFFFF
    at = anchor[end - 1] - KEEP_SECONDS
    old = np.flatnonzero((at > since) & (anchor[first] < at))
    if len(old):
        first[old] = clean_cuts(known, old, at[old])
        since = since.copy()
        since[old] = np.minimum(at[old], anchor[first[old]])
    heads = since.astype("<u4").view("V4").tolist()
    body = known.scans.tobytes()
    begins, ends = (first * SCAN.itemsize).tolist(), (end * SCAN.itemsize).tolist()
    return [head + body[a:b] for head, a, b in zip(heads, begins, ends, strict=True)]
