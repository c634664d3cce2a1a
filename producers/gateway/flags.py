"""What is odd about a scan: told with the scan, for a person to judge; it never decides what counts."""

from functools import lru_cache
from math import asin, cos, hypot, radians, sin
from struct import Struct
from typing import NamedTuple, Protocol

from producers.gateway.device import Device
from producers.opening_hours import Week, is_open, parse_hours
from producers.origin import Flag
from producers.venue_record import VenueRecord

SKEW_SECONDS = 60
"""A device's clock that is further off makes the flag `clock`."""
OFFLINE_SECONDS = 3600
SPEED_MAX = 200 / 3.6
"""Metres a second: 200 km/h. Flights within the country are faster, and are rare enough to be looked at."""
DISTANCE_MIN = 5_000.0
"""Metres below which positions and clocks are not good enough to judge."""
SPOT_SECONDS = 6 * 3600
"""How long a person's last place is remembered: 1,200 km at that speed."""
PERSONS_MAX = 100
"""Different persons in an hour from one phone; a family has a few, a shared phone of a shop some dozens."""
EARTH_METRES = 6_371_000
NONE: frozenset[Flag] = frozenset()


class Places(Protocol):
    """The registry of venues, as of a few seconds ago; never waits."""

    def of(self, venue: str) -> VenueRecord | None:
        """The whole entry of a venue, None for one that nobody registered."""
        ...


class Spot(NamedTuple):
    """Where a person was, when (epoch seconds), in degrees."""

    at: int
    lat: float
    lon: float

    def packed(self) -> bytes:
        return _SPOT.pack(*self)


_SPOT = Struct(">Iff")


def spot(packed: bytes) -> Spot:
    """Reads `Spot.packed`."""
    return Spot(*_SPOT.unpack(packed))


def of_request(device: Device, skew: int, persons: int) -> frozenset[Flag]:
    """Flags that all scans of a request share. persons: different ones from this device within the hour."""
    odd: dict[Flag, bool] = {
        "clock": abs(skew) > SKEW_SECONDS,
        "crowd": device.kind == "phone" and persons > PERSONS_MAX,
    }
    return frozenset(flag for flag, is_so in odd.items() if is_so) if any(odd.values()) else NONE


def of_scan(at: int, sent: int, alias: bool, place: VenueRecord | None) -> frozenset[Flag]:
    """Flags of a scan made at `at` and sent at `sent` by the device's clock."""
    if place is not None and not alias and sent - at <= OFFLINE_SECONDS and _is_plain(place):
        return NONE  # nearly all of them
    found: set[Flag] = {"alias"} if alias else set()
    if sent - at > OFFLINE_SECONDS:
        found.add("offline")
    if place is None:
        found.add("unlisted")
        return frozenset(found)
    if place.state(at) == "retired":
        found.add("retired")
    if place.hours and not is_open(_week(place.hours), at):
        found.add("closed")
    return frozenset(found)


def _is_plain(place: VenueRecord) -> bool:
    return place.retired_at is None and not place.hours


def spot_of(place: VenueRecord | None, at: int) -> Spot | None:
    """Where a scan was made, if the registry has a position."""
    if place is None or place.lat is None or place.lon is None:
        return None
    return Spot(at, place.lat, place.lon)


def too_far(one: Spot, other: Spot) -> bool:
    """Would it take more than 200 km/h to be at both?"""
    metres = metres_between(one, other)
    return metres > DISTANCE_MIN and metres > SPEED_MAX * abs(one.at - other.at)


def metres_between(one: Spot, other: Spot) -> float:
    """Along the great circle (haversine), on a round Earth: 0.5 % off at most."""
    south, north = radians(one.lat), radians(other.lat)
    across = sin((north - south) / 2), sin(radians(other.lon - one.lon) / 2)
    half = hypot(across[0], across[1] * (cos(south) * cos(north)) ** 0.5)
    return 2 * EARTH_METRES * asin(min(1.0, half))


@lru_cache(4096)
def _week(hours: str) -> Week:
    return parse_hours(hours)
