"""A visit: one stay of one person at one venue, and how we know when it ended."""

from enum import IntEnum
from typing import NamedTuple

SCANS_MAX = 2**16 - 1
"""A visit counts no further: the tables have 16 bits. A device that is stuck scans as often in a day."""


class EndKnownBy(IntEnum):
    """How a visit's end is known, best first."""

    checkout = 1
    next_scan = 2
    venue_default = 3
    cap = 4


class Visit(NamedTuple):
    """A stay is half-open: the person is present at `arrived` and gone at `departed`.

    Times are epoch seconds UTC. A visit is named by (venue, arrived, person). It is a NamedTuple
    and not a dataclass because millions are made per question.
    """

    venue: int
    arrived: int
    person: int
    departed: int
    departed_min: int
    """The person was certainly still there until here."""
    departed_max: int
    """The person was certainly gone from here on, as far as the rules allow."""
    ended: EndKnownBy
    scans: int
    """How many in-scans make up this visit (repeats within the debounce), SCANS_MAX for more."""
