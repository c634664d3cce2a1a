"""GeoJSON of venues for maps (RFC 7946): WGS 84, longitude first."""

import json
from pathlib import Path

from tracer.exports.answered import Answered, Written


def write_geojson(answered: Answered, path: Path) -> Written:
    """One feature per venue; one whose place is not known has no geometry."""
    count = 0
    places = answered.places
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for count, row in enumerate(answered.rows, 1):
            venue = str(row["venue"])
            at = places.of(venue) if places else None
            feature = {
                "type": "Feature",
                "id": venue,
                "geometry": {"type": "Point", "coordinates": at} if at else None,
                "properties": row,
            }
            file.write(("\n" if count == 1 else ",\n") + json.dumps(feature, ensure_ascii=False))
        file.write("\n]}\n")
    return Written(count, answered.columns)
