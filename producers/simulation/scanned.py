"""What the codes record of a day: most arrivals, few departures, and all that goes wrong.

The shares are our own round figures. Missing check-outs are the normal case, as in every real scheme.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from producers.simulation.day import DAY_SECONDS, HOUR, Floats, Stays
from producers.simulation.town import Bools, Ints, Town

FORGOTTEN = 0.05
"""Stays without any scan."""
SCANS_OUT = 0.15
BEEPS_TWICE = 0.02
BEEP_SECONDS_MAX = 60
SENT_TWICE = 0.01
WRONG_CLOCKS = 0.02
"""Venues whose device runs wrong, each by the same up to half an hour all the time."""
CLOCK_SECONDS_MAX = 1800
OFFLINE = 0.01
"""Venues that cannot send on a day; they send it all within the next three days."""
OFFLINE_DAYS = 3


class Scans(NamedTuple):
    """Scans in the order in which they are sent; times in seconds from the first midnight."""

    sent: Ints
    person: Ints
    """Whom the scan names, which is not always who was there (`Town.phone`)."""
    venue: Ints
    at: Ints
    """By the device's clock."""
    out: Bools

    def chosen(self, which: Bools | NDArray[np.intp]) -> "Scans":
        return Scans._make(column[which] for column in self)


NONE = Scans(*(np.zeros(0, np.int32),) * 4, np.zeros(0, np.bool_))


def joined(one: Scans, other: Scans) -> Scans:
    """Those of both."""
    return Scans._make(np.concatenate(columns) for columns in zip(one, other, strict=True))


def clocks(rng: np.random.Generator, town: Town) -> Ints:
    """By how many seconds the device of each venue is wrong."""
    count = len(town.venues)
    wrong = rng.random(count) < WRONG_CLOCKS
    seconds = (2 * rng.random(count) - 1) * CLOCK_SECONDS_MAX
    return np.where(wrong, seconds, 0).astype(np.int32)


def scanned(rng: np.random.Generator, town: Town, clock: Ints, day: int, stays: Stays) -> Scans:
    """All scans of a day, whenever they are sent; in the order of sending."""
    made = rng.random(len(stays.person)) >= FORGOTTEN
    leaves = made & (rng.random(len(made)) < SCANS_OUT)
    twice = made & (rng.random(len(made)) < BEEPS_TWICE)
    again = 1 + (rng.random(len(made)) * BEEP_SECONDS_MAX).astype(np.int32)
    kinds = (
        (made, stays.arrived, False),
        (twice, np.minimum(stays.arrived + again, DAY_SECONDS - 1), False),
        (leaves, stays.departed, True),
    )
    midnight = day * DAY_SECONDS
    late = _late(rng, town)
    found = NONE
    for which, when, out in kinds:
        venue, true = stays.venue[which], midnight + when[which]
        times = (late[venue] + true, true + clock[venue])
        sent, at = (time.astype(np.int32) for time in times)
        some = Scans(sent, town.phone[stays.person[which]], venue, at, np.full(len(at), out, np.bool_))
        found = joined(found, some)
    sent_again = found.chosen(rng.random(len(found.at)) < SENT_TWICE)
    found = joined(found, sent_again._replace(sent=sent_again.sent + 1))
    return found.chosen(np.lexsort((found.at, found.person, found.sent)))


def _late(rng: np.random.Generator, town: Town) -> Floats:
    """By how many seconds each venue sends later than it scans: none but for a few, which are offline."""
    count = len(town.venues)
    offline = rng.random(count) < OFFLINE
    return np.where(offline, HOUR + rng.random(count) * OFFLINE_DAYS * DAY_SECONDS, 0)
