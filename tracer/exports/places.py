"""Where venues are: coordinates from a table beside the store, which knows none."""

import json
from collections.abc import Iterable
from math import isfinite
from types import TracebackType
from typing import NamedTuple

from producers.row import Numbered, Refused
from tracer.exports.cells import whole
from tracer.exports.on_disk import OnePerKey


class PlaceColumns(NamedTuple):
    """Which column of the table says what; degrees of WGS 84."""

    venue: str = "venue"
    latitude: str = "lat"
    longitude: str = "lon"


class Places:
    """Coordinates by venue id, on disk. A row that is no place is counted in `refused`."""

    def __init__(self) -> None:
        self._kept = OnePerKey()
        self.refused = 0

    def read(self, rows: Iterable[Numbered], columns: PlaceColumns) -> None:
        for _, row in rows:
            at = None if isinstance(row, Refused) else _degrees(*(row.get(name, "") for name in columns[1:]))
            if at is None or isinstance(row, Refused):
                self.refused += 1
            else:
                self._kept.put(whole(row.get(columns.venue, "")), json.dumps(at))

    def of(self, venue: str) -> list[float] | None:
        """Longitude and latitude, in this order, as GeoJSON has them."""
        found = self._kept.get(whole(venue))
        return None if found is None else json.loads(found)

    def close(self) -> None:
        self._kept.__exit__(None, None, None)

    def __enter__(self) -> "Places":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _degrees(latitude: str, longitude: str) -> tuple[float, float] | None:
    """(longitude, latitude), or None where they are no place on earth, or nobody's: 0, 0."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    on_earth = isfinite(north) and isfinite(east) and abs(north) <= 90 and abs(east) <= 180
    return (east, north) if on_earth and (north, east) != (0, 0) else None
