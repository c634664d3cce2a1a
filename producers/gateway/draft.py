"""One scan as it will travel, made of what the device told; or why it is refused."""

from hashlib import blake2b
from typing import NamedTuple

from producers.gateway.asked import ScanAsked
from producers.gateway.device import Device
from producers.gateway.door import Door, Where, Who, Wrong
from producers.intake import STAY_DAYS_MAX
from producers.scan import Direction

STAY_SECONDS_MAX = STAY_DAYS_MAX * 86_400
"""Of a longer stay a worker would make a dead letter."""


class Draft(NamedTuple):
    """A scan before its flags are known."""

    scan_id: str
    person: str
    at: int
    where: Where
    direction: Direction
    since: int | None
    proven: bool = False
    """Of the person: `door.Who`."""

    def digest(self) -> bytes:
        """8 bytes that differ where the scan says something else."""
        told = f"{self.person}\0{self.where.venue}\0{self.at}\0{self.direction}\0{self.since}"
        return blake2b(told.encode(), digest_size=8).digest()


class Span(NamedTuple):
    """The first and last epoch second of a scan that is taken."""

    earliest: int
    latest: int


def drafted(asked: ScanAsked, device: Device, door: Door, span: Span) -> Draft | Wrong:
    """The scan that a device asks for."""
    at, since = asked["at"], asked.get("since")
    if at > span.latest:
        return Wrong("from_the_future")
    if at < span.earliest:
        return Wrong("too_old")
    where = _where(asked, device, door)
    if isinstance(where, Wrong):
        return where
    who = _who(asked, door)
    if isinstance(who, Wrong):
        return who
    # A door that is only an entrance says so, whatever the device thinks.
    direction = asked.get("direction") or "unknown"
    if where.direction != "unknown":
        direction = where.direction
    if direction != "out":
        since = None
    elif since is not None and not 0 <= at - since <= STAY_SECONDS_MAX:
        return Wrong("out_before_in" if since > at else "stay_too_long")
    return Draft(asked["scan_id"], who.person, at, where, direction, since, who.proven)


def _where(asked: ScanAsked, device: Device, door: Door) -> Where | Wrong:
    code, venue = asked.get("venue_code"), asked.get("venue")
    if code:
        return Wrong("two_venues") if venue else door.venue(code, asked["at"])
    if device.kind == "phone":
        return Wrong("venue_not_allowed" if venue else "no_venue")
    if venue and door.is_of_a_person(venue):
        # Two beeps that were swapped: nobody's card becomes the name of a place.
        return Wrong("not_a_venue")
    named = venue or device.venue
    return Where(named) if named.strip() else Wrong("no_venue")


def _who(asked: ScanAsked, door: Door) -> Who | Wrong:
    code, envelope = asked.get("person_code"), asked.get("person_sealed")
    if code:
        return Wrong("two_persons") if envelope else door.person(code)
    return door.sealed(envelope) if envelope else Wrong("no_person")
