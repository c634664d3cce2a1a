"""The devices known to this process: the register of `devices.v1`, read again as it grows."""

from collections.abc import Callable
from functools import lru_cache
from threading import Lock

from pydantic import ValidationError

from producers.gateway.declined import Declined
from producers.gateway.device import RECORD, Device
from producers.register import Register

UNKNOWN_SECONDS = 1
"""How often a device that is not known makes us look whether it was enrolled at another gateway."""
READ_MAX = 100_000
"""Devices kept as they are used, about 60 MB; others are read from their record again."""


class Devices:
    """All devices by their 16 hex digits. Safe to use from several threads.

    clock: epoch seconds. `refresh` is to be called every few seconds: that is how soon a revocation made
    elsewhere counts here.
    """

    def __init__(self, register: Register, clock: Callable[[], float]) -> None:
        self._register = register
        self._clock = clock
        self._lock = Lock()
        self._looked = 0.0

    def refresh(self) -> None:
        """Take in what was changed elsewhere. Raises Unavailable, Refused."""
        with self._lock:
            self._register.refresh()

    def known(self, device: str) -> Device | None:
        """The device as last seen here; never waits."""
        value = self._register.values.get(device)
        return None if value is None else _read(value)

    def sought(self, device: str) -> Device | None:
        """The device; one that is not known here is looked for at most once a second."""
        found = self.known(device)
        if found is None and self._clock() - self._looked >= UNKNOWN_SECONDS:
            self._looked = self._clock()
            self.refresh()
            found = self.known(device)
        return found

    def all(self) -> list[Device]:
        """Every device, the newest first."""
        found = [device for value in self._register.values.values() if (device := _read(value))]
        return sorted(found, key=_newest_first)

    def change(self, device: str, to: Callable[[Device | None], Device]) -> Device:
        """Make of the newest state of a device the next, publish it, and return when the log has it.

        Raises what `to` raises. Two gateways that change one device at the same moment both succeed here,
        and the later word counts in all of them: an invitation never makes two devices.
        """
        with self._lock:
            self._register.refresh()
            found = self.known(device)
            made = to(found)
            if made != found:
                self._register.put({device: made.value()})
            return made


def signing(found: Device | None) -> Device:
    """A device whose signature may be looked at. Raises Declined."""
    if found is None or not found.public_key:
        raise Declined("unknown_device")
    if found.revoked is not None:
        raise Declined("revoked_device")
    return found


@lru_cache(READ_MAX)
def _read(value: bytes) -> Device | None:
    """None for a record of a later version: such a device is not known here."""
    try:
        found = RECORD.validate_json(value)
    except ValidationError:
        return None
    return found if found.v == 1 else None


def _newest_first(device: Device) -> tuple[int, str]:
    return -(device.enrolled or device.invited or 0), device.device
