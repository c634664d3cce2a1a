"""In which administrative unit a venue lay at a moment, by the registries of venues and of units."""

import time
from collections.abc import Collection
from threading import Lock

from deploy.venues import unit_register
from deploy.wiring import Wiring, clock
from producers.errors import BadInput, TruyvetError
from producers.unit import Units
from producers.venue import venue_key

KEPT_SECONDS = 300
"""How long the list of units is believed: it changes by law, a few times in a decade."""


class UnitsThen:
    """Of the store's venues and of `units.v1`, which is read when first needed. Safe in several threads.

    broker: held while the broker is asked, whose client is made for one thread.
    """

    def __init__(self, wiring: Wiring, broker: Lock) -> None:
        self._wiring = wiring
        self._broker = broker
        self._units: Units | None = None
        self._read = float("-inf")

    def of(self, venues: Collection[str], moment: int) -> dict[str, str]:
        """Venue -> its unit (CODE@FIRST_DAY) at this epoch second, or now where that is still to come.

        Left out where nobody can say (`Units.unit_of`). A unit that the list does not know is told as the
        venue's entry has it; so are all where the broker is down and the list was never read.
        """
        keys = {venue: venue_key(venue) for venue in venues}
        known = self._wiring.store.venues(set(keys.values()))
        named = {venue: known[key].unit for venue, key in keys.items() if key in known and known[key].unit}
        units = self._list() if named else None
        if units is None:
            return named
        then = min(moment, clock())
        found = {venue: _then(units, name, then) for venue, name in named.items()}
        return {venue: name for venue, name in found.items() if name}

    def _list(self) -> Units | None:
        with self._broker:
            if time.monotonic() - self._read >= KEPT_SECONDS:
                try:
                    self._units, self._read = unit_register(self._wiring), time.monotonic()
                except TruyvetError:
                    return self._units
            return self._units


def _then(units: Units, name: str, moment: int) -> str:
    try:
        if units.find(name, moment) is None:
            return name
    except BadInput:
        return name
    found = units.unit_of(name, moment)
    return found.name if found is not None else ""
