"""The timelines a batch needs: from the cache when they reach back far enough, else from the store."""

from itertools import repeat

import numpy as np

from streams.arrivals import Arrivals
from streams.ports import ScanStore, Timelines
from streams.revise import NEEDED_SECONDS, clean_cut
from streams.sessions import DAY, DEBOUNCE_SECONDS_MAX
from streams.timeline import SINCE_STRUCT, Timeline, pack, sinces

NOTHING = SINCE_STRUCT.pack(2**32 - 1)
"""The timeline of someone of whom nothing is known."""


def gather(here: Arrivals, timelines: Timelines, store: ScanStore) -> list[bytes]:
    """Each person's packed timeline, in their order, complete as far back as the new scans need it."""
    earliest = np.full(len(here.persons), 2**32, np.int64)
    np.minimum.at(earliest, here.owner, here.scans["anchor"])
    needed = np.maximum(0, earliest - NEEDED_SECONDS)
    cached = timelines.load(here.persons)
    lines = list(map(cached.get, here.persons, repeat(NOTHING)))
    since = np.frombuffer(sinces(lines), "<u4")
    short = np.flatnonzero(since > needed).tolist()
    if short:
        found = _from_store({here.persons[n]: int(needed[n]) for n in short}, store)
        for n in short:
            lines[n] = found[here.persons[n]]
    return lines


def _from_store(missing: dict[int, int], store: ScanStore) -> dict[int, bytes]:
    """Read back to a clean cut: a little more than needed, and a day more for whoever never paused."""
    found: dict[int, bytes] = {}
    back = {person: max(0, since - DEBOUNCE_SECONDS_MAX) for person, since in missing.items()}
    while back:
        stored = store.scans_of(back)
        again = {}
        for person, since in back.items():
            scans = stored.get(person, [])
            if not scans:
                found[person] = SINCE_STRUCT.pack(missing[person])
                continue
            cut = clean_cut(scans, missing[person])
            if since and cut - DEBOUNCE_SECONDS_MAX < since:
                again[person] = max(0, since - DAY)
            else:
                found[person] = pack(Timeline(cut, tuple(scan for scan in scans if scan.anchor >= cut)))
        back = again
    return found
