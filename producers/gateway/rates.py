"""How much one device, one network address and one venue may send in a minute, counted with `limits`."""

from collections.abc import Callable
from typing import NamedTuple

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from producers.errors import BadInput
from producers.gateway.device import Kind

AWAY_SECONDS = 5
RETRY_SECONDS = 30
"""Half a window: by then a part of those who were told to wait finds room."""


class Allowed(NamedTuple):
    """The most in one minute. Scans, but of an address requests."""

    phone: int = 120
    device: int = 20_000
    """Any other: a kiosk that was offline for a week comes back with thousands."""
    address: int = 6_000
    """Thousands of phones of one operator may share an address."""
    venue: int = 20_000
    enrolments: int = 600
    """Phones enrolled from one address."""


class Rates:
    """Counts in the storage at this address (`memory://`, `redis://...`); in this process while that fails.

    clock: epoch seconds. Raises BadInput for an address of neither kind.
    """

    def __init__(self, address: str, allowed: Allowed, clock: Callable[[], float]) -> None:
        self.allowed = allowed
        self._clock = clock
        self._away_until = 0.0
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared = self._own
        if not address.startswith("memory:"):
            self._shared = FixedWindowRateLimiter(_storage(address))
        self._items = {most: RateLimitItemPerMinute(most) for most in allowed}

    def device(self, device: str, kind: Kind, scans: int) -> int | None:
        """Takes so many scans of a device; the limit where it was passed."""
        return self._taken(self.allowed.phone if kind == "phone" else self.allowed.device, "d", device, scans)

    def address(self, address: str, requests: int = 1) -> int | None:
        """Takes requests of a network address."""
        return self._taken(self.allowed.address, "a", address, requests)

    def venue(self, venue: str, scans: int) -> int | None:
        """Takes scans at a venue."""
        return self._taken(self.allowed.venue, "v", venue, scans)

    def enrolment(self, address: str) -> int | None:
        """Takes one phone enrolled from an address."""
        return self._taken(self.allowed.enrolments, "e", address, 1)

    def _taken(self, most: int, kind: str, name: str, cost: int) -> int | None:
        item: RateLimitItem = self._items[most]
        if self._clock() >= self._away_until:
            try:
                return None if self._shared.hit(item, kind, name, cost=cost) else most
            except Exception:
                # Whatever the storage's client raises: a limit that cannot be counted stops nobody.
                self._away_until = self._clock() + AWAY_SECONDS
        return None if self._own.hit(item, kind, name, cost=cost) else most


def _storage(address: str) -> Storage:
    try:
        return storage_from_string(address, socket_timeout=1, socket_connect_timeout=1)  # type: ignore[return-value]
    except Exception as reason:
        raise BadInput(
            f"limits cannot be counted at this address ({reason}): give redis://host:port/0."
        ) from None
