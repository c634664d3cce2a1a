"""How much one device, one network address and one venue may send in a minute."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from producers.gateway.declined import Declined
from producers.gateway.device import Device
from producers.gateway.memory import RATES, Memory

WINDOW_SECONDS = 60
RETRY_SECONDS = 30
"""Half a window: by then a part of those who were told to wait finds room."""
Key = tuple[str, str]
"""What is counted (`device`, `address`, `venue`, `enrolment`), and which."""


class Allowed(NamedTuple):
    """The most in one minute. Scans, but of an address requests."""

    phone: int = 120
    """Also of an office, which registers places."""
    device: int = 20_000
    """Any other: a kiosk that was offline for a week comes back with thousands."""
    address: int = 6_000
    """Thousands of phones of one operator may share an address."""
    venue: int = 20_000
    enrolment: int = 600
    """Devices enrolled from one address; also how often an invitation may be guessed."""


class Rates:
    """Counts in windows of a minute, all of a batch in one step.

    What is over a limit is counted as well: who does not wait, waits longer.
    """

    def __init__(self, memory: Memory, allowed: Allowed) -> None:
        self._memory = memory
        self._allowed = allowed

    def of(self, device: Device) -> int:
        """How many scans a device may send; how many places an office may register."""
        return self._allowed.phone if device.kind in ("phone", "office") else self._allowed.device

    def take(self, amounts: Mapping[Key, int]) -> dict[Key, int]:
        """Adds these amounts; the sums of this minute."""
        keys = {key: RATES + f"{key[0][0]}:{key[1]}".encode() for key in amounts}
        sums = self._memory.tally({keys[key]: many for key, many in amounts.items()}, WINDOW_SECONDS)
        return {key: sums[keys[key]] for key in amounts}

    def over_venues(self, scans: Counter[str]) -> dict[str, int]:
        """Takes scans at venues; those for which everyone together sends too much, and the limit."""
        sums = self.take({("venue", venue): many for venue, many in scans.items()})
        most = self._allowed.venue
        return {venue: most for (_, venue), total in sums.items() if total > most}

    def judge(self, address: int, device: Device, scans: int) -> Declined | None:
        """Is there room for a request, by the sums of its address and of its device?"""
        if address > self._allowed.address:
            return over("address_rate", self._allowed.address)
        return over("device_rate", self.of(device)) if scans > self.of(device) else None

    def unsigned(self, address: str, requests: int = 1) -> None:
        """A request of nobody in particular, or what costs as much as several. Raises Declined (429)."""
        self._single(("address", address), self._allowed.address, requests)

    def enrolment(self, address: str) -> None:
        """Takes an enrolment. Raises Declined (429)."""
        self._single(("enrolment", address), self._allowed.enrolment)

    def _single(self, key: Key, most: int, many: int = 1) -> None:
        if self.take({key: many})[key] > most:
            raise over("address_rate", most)


def over(word: str, most: int) -> Declined:
    """What one is told who passed a limit."""
    return Declined(word, most=most, after=RETRY_SECONDS)
