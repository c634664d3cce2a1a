"""What became of each scan: the visit that it began or ended, or why it did neither.

| outcome          | the scan                                                                          |
|------------------|-----------------------------------------------------------------------------------|
| `arrival`        | began a visit                                                                     |
| `second_in`      | began a visit where the one before, at the same venue, had not ended: two ins     |
| `repeat_in`      | is of a visit that had begun: a double beep, within the debounce                  |
| `checkout`       | ended a visit                                                                     |
| `second_out`     | came for a visit that another scan ended: two outs                                |
| `out_without_in` | found no visit that began within a day before: an out without an in, or before it |

None of them is lost: the last three are kept as scans, and prove where the person was (`streams.sessions`).
A scan that comes late may give another one another outcome, so nobody counts them while scans come in.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import Enum

from streams.sessions import CHECKOUT_SECONDS_MAX
from streams.timeline import Direction, Scan
from streams.visit import EndKnownBy, Visit


class Made(Enum):
    """What a scan made."""

    arrival = "arrival"
    second_in = "second_in"
    repeat_in = "repeat_in"
    checkout = "checkout"
    second_out = "second_out"
    out_without_in = "out_without_in"


AGAIN = {Made.arrival: Made.repeat_in, Made.second_in: Made.repeat_in, Made.checkout: Made.second_out}
"""Of several scans in one second the first made it; the others are this."""
REACH_SECONDS = CHECKOUT_SECONDS_MAX
"""So long before the first of the scans visits must be known that were present."""


def outcomes(scans: Sequence[Scan], visits: Iterable[Visit]) -> list[Made | None]:
    """One for each scan of a person, in their order; None where no visit is there that it should have made.

    visits: of the person, all that were present from REACH_SECONDS before the first scan until the last.
    """
    by_venue: dict[int, list[Visit]] = defaultdict(list)
    for visit in sorted(visits, key=lambda one: one.arrived):
        by_venue[visit.venue].append(visit)
    made: list[Made | None] = [None] * len(scans)
    taken: set[tuple[Made, int, int]] = set()
    for index in sorted(range(len(scans)), key=scans.__getitem__):
        scan = scans[index]
        came = scan.direction in (Direction.into, Direction.unknown)
        found = (_in if came else _out)(scan, by_venue[scan.venue])
        if found in AGAIN:
            name = AGAIN[found], scan.venue, scan.at
            found = AGAIN[found] if name in taken else found
            taken.add(name)
        made[index] = found
    return made


def _in(scan: Scan, here: Sequence[Visit]) -> Made | None:
    index = bisect_right(here, scan.at, key=lambda visit: visit.arrived) - 1
    if index < 0:
        return None
    if here[index].arrived < scan.at:
        return Made.repeat_in
    before = here[index - 1] if index else None
    open_ = before and before.ended in (EndKnownBy.venue_default, EndKnownBy.cap)
    return Made.second_in if before and open_ and before.departed_max == scan.at else Made.arrival


def _out(scan: Scan, here: Sequence[Visit]) -> Made:
    """The visit is the one its in-scan is of, or for an out-scan that names none the one before it."""
    if scan.direction == Direction.closing:
        index = bisect_right(here, scan.anchor, key=lambda visit: visit.arrived) - 1
    else:
        index = bisect_left(here, scan.at, key=lambda visit: visit.arrived) - 1
    if index < 0:
        return Made.out_without_in
    visit = here[index]
    if visit.ended is not EndKnownBy.checkout:
        return Made.out_without_in
    if visit.departed == scan.at:
        return Made.checkout
    named = scan.direction == Direction.closing
    return (
        Made.second_out if named or scan.at - visit.arrived <= CHECKOUT_SECONDS_MAX else Made.out_without_in
    )
