"""A venue: a place with a code, and what is known about it."""

from hashlib import blake2b
from typing import NamedTuple

STAY_MINUTES_DEFAULT = {
    "unknown": 60,
    "office": 480,
    "school": 420,
    "hospital": 180,
    "market": 45,
    "shop": 30,
    "restaurant": 75,
    "vehicle": 40,
    "checkpoint": 0,
    "event": 120,
}
"""Minutes a person is taken to stay at a venue of a kind when no scan says otherwise.

Our own round figures, to be replaced per venue in the registry; a checkpoint is an instant.
"""

KINDS = frozenset(STAY_MINUTES_DEFAULT)

STAY_MINUTES_MAX = 24 * 60
"""The longest default stay the registry takes: `streams.revise` looks back little more than a day."""


class Venue(NamedTuple):
    """One entry of the registry. `key` is `venue_key(id)`; `stay_minutes` the default stay."""

    key: int
    id: str
    kind: str = "unknown"
    stay_minutes: int = STAY_MINUTES_DEFAULT["unknown"]
    inside: int = 0
    """Key of the venue this one lies inside (a room's building), 0 for none."""
    unit: str = ""
    """Code of the administrative unit, empty when not known."""
    version: int = 0
    """Grows with each change; 0 marks a venue registered by the first scan that named it."""


def venue_key(venue_id: str) -> int:
    """The 64-bit number that stands for a venue id in every table, index and timeline.

    Two of 3.7 million venues (PC-COVID's count) share a key with probability 4e-7; the
    worker refuses the second (dead letter `venue_key_taken`, `streams.batch`).

    >>> venue_key("635")
    9890004599911320366
    """
    return int.from_bytes(blake2b(venue_id.encode(), digest_size=8).digest(), "big")


VEHICLE = "vehicle:"
"""Begins the id of a vehicle that a checkpoint met (`producers.declaration`)."""


def unregistered(venue_id: str) -> Venue:
    """The entry made for a venue that a scan names before anyone registered it."""
    if venue_id.startswith(VEHICLE):
        return Venue(venue_key(venue_id), venue_id, "vehicle", STAY_MINUTES_DEFAULT["vehicle"])
    return Venue(venue_key(venue_id), venue_id)
